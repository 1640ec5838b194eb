/** A simulated arm: what its controller wants of its joints, and the body that follows. */
import type { Vector } from '../../types.js'
import type { ArmBody } from './armBody.js'
import { type JointPlan, jointPlan } from './jointPlan.js'

/** Why an arm cannot go on: a joint is at the end of its range, or something stands in its way. */
export interface Obstacle {
  readonly kind: 'limit' | 'contact' | 'behind'
  readonly line: string
}

/** An arm with its controller. */
export interface SimulatedArm extends Omit<JointPlan, 'tick'> {
  /** Angles in rad and speeds in rad/s, as the joints measure them. */
  readonly q: Float64Array
  readonly qd: Float64Array
  /** Moves on by so many seconds. Returns what stops the arm, or null. */
  tick(seconds: number): Obstacle | null
  /** Lets the controller want the arm to rest where it is. */
  hold(): void
}

/** The torque of contacts at a joint, in Nm, at which a controller takes it that the arm has hit something. */
const MOST_TORQUE = 30
/** The distance in rad from its path at which a joint counts as blocked. */
const MOST_BEHIND = 0.1

/**
 * An arm at rest at `start`. The body follows the controller with the delay of a tick.
 *
 * Fails: `tick` throws what the body throws.
 */
export const simulatedArm = (body: ArmBody, start: Vector): SimulatedArm => {
  body.place(start)
  const plan = jointPlan(start, body)
  const { targetQ, targetQd } = plan
  const from = Float64Array.from(Array.from(start))
  const speeds = new Float64Array(from.length)

  const place = (q: Vector): void => {
    body.place(q)
    plan.place(q)
    from.set(targetQ)
    speeds.fill(0)
  }
  const obstacle = (limit: number | null): Obstacle | null => {
    if (body.contactTorque > MOST_TORQUE) {
      return { kind: 'contact', line: `the arm has touched something: ${Math.round(body.contactTorque)} Nm at a joint` }
    }
    const behind = body.q.findIndex((angle, i) => Math.abs(from[i] - angle) > MOST_BEHIND)
    if (behind >= 0) return { kind: 'behind', line: `joint ${behind} does not follow` }
    return limit === null ? null : { kind: 'limit', line: `joint ${limit} has reached its limit` }
  }
  return {
    ...plan,
    q: body.q,
    qd: body.qd,
    get running() {
      return plan.running
    },
    tick: (seconds) => {
      body.follow(from, speeds, seconds)
      from.set(targetQ)
      const limit = plan.tick(seconds)
      speeds.set(targetQd)
      return obstacle(limit)
    },
    hold: () => {
      plan.place(body.q)
      from.set(targetQ)
      speeds.fill(0)
    },
    place,
  }
}
