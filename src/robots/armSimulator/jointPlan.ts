/** What a controller wants of the joints of an arm under a command of URScript. */
import type { Vector } from '../../types.js'
import { MOST_ACCELERATION, MOST_SPEED } from '../ur/script.js'

/** A command that moves the arm. Angles are in rad, times in s. */
export type Motion =
  | {
      readonly kind: 'speedj'
      readonly speeds: readonly number[]
      readonly acceleration: number
      /** Seconds after which the command ends; null until the speeds are reached. */
      readonly time: number | null
    }
  | { readonly kind: 'servoj'; readonly angles: readonly number[]; readonly time: number; readonly lookahead: number }
  | { readonly kind: 'stopj'; readonly acceleration: number }
  | {
      readonly kind: 'movej'
      readonly angles: readonly number[]
      readonly acceleration: number
      readonly speed: number
      /** Seconds that the move takes; 0 plans it by acceleration and speed. */
      readonly time: number
    }

/** The angles, in rad, speeds and accelerations that a controller wants, tick by tick. */
export interface JointPlan {
  readonly targetQ: Float64Array
  readonly targetQd: Float64Array
  readonly targetQdd: Float64Array
  /** The kind of the command that is under way; null if there is none. */
  readonly running: Motion['kind'] | null
  /** Replaces the command. */
  run(motion: Motion): void
  /** Ends the command and brakes as fast as the joints can. */
  brake(): void
  /** Moves on by so many seconds. Returns the number of a joint that has reached its limit, or null. */
  tick(seconds: number): number | null
  /** Puts the joints somewhere, at rest. */
  place(q: Vector): void
}

/** Deceleration in rad/s² after a command that has ended. What a controller takes is not published; scripts of the maker take 4. */
const AFTER_END = 4
/** The angles that each joint may have. */
export interface JointLimits {
  readonly low: readonly number[]
  readonly high: readonly number[]
}

/** A move from rest to rest along a cubic of time. */
interface Path {
  readonly from: readonly number[]
  readonly seconds: number
  passed: number
}

const planned = (from: readonly number[], motion: Extract<Motion, { readonly kind: 'movej' }>): Path => {
  const longest = Math.max(...motion.angles.map((angle, i) => Math.abs(angle - from[i])))
  // The cubic's greatest speed is 1.5 times the mean one, its greatest acceleration 6 times the distance by the squared time.
  const bySpeed = (1.5 * longest) / Math.min(motion.speed, MOST_SPEED)
  const byAcceleration = Math.sqrt((6 * longest) / motion.acceleration)
  const fastest = (1.5 * longest) / MOST_SPEED
  const seconds = motion.time > 0 ? Math.max(motion.time, fastest) : Math.max(bySpeed, byAcceleration)
  return { from, seconds, passed: 0 }
}

/**
 * A plan that rests at `start`, with as many joints as it has angles.
 *
 * Numbers: a `speedj` and a stop change all speeds together, the joint with the greatest change at the acceleration of the command; speeds are
 * limited to π rad/s and accelerations to 40 rad/s².
 */
export const jointPlan = (start: Vector, limits: JointLimits): JointPlan => {
  const joints = start.length
  const targetQ = Float64Array.from(Array.from(start))
  const [targetQd, targetQdd] = [new Float64Array(joints), new Float64Array(joints)]
  const before = new Float64Array(joints)
  let motion: Motion | null = null
  let left: number | null = null
  let path: Path | null = null
  let deceleration = AFTER_END

  /** Changes the speeds towards wanted ones. Returns whether they are reached. */
  const approach = (wanted: Vector, acceleration: number, seconds: number): boolean => {
    let greatest = 0
    for (let i = 0; i < joints; i++) greatest = Math.max(greatest, Math.abs(wanted[i] - targetQd[i]))
    const most = Math.min(acceleration, MOST_ACCELERATION) * seconds
    const share = greatest <= most ? 1 : most / greatest
    for (let i = 0; i < joints; i++) targetQd[i] += share * (wanted[i] - targetQd[i])
    return share === 1
  }
  const atRest = new Float64Array(joints)
  const end = (): void => {
    motion = null
    path = null
    deceleration = AFTER_END
  }
  const follow = (moving: Extract<Motion, { readonly kind: 'movej' }>, seconds: number): void => {
    if (path === null) {
      if (!approach(atRest, moving.acceleration, seconds)) return
      path = planned([...targetQ], moving)
    }
    path.passed = Math.min(path.seconds, path.passed + seconds)
    const part = path.seconds === 0 ? 1 : path.passed / path.seconds
    const share = part * part * (3 - 2 * part)
    for (let i = 0; i < joints; i++) {
      const next = path.from[i] + share * (moving.angles[i] - path.from[i])
      targetQd[i] = (next - targetQ[i]) / seconds
    }
    if (part === 1) end()
  }
  const advance = (seconds: number): void => {
    if (motion === null) return void approach(atRest, deceleration, seconds)
    if (motion.kind === 'movej') return follow(motion, seconds)
    if (motion.kind === 'stopj') {
      if (approach(atRest, motion.acceleration, seconds)) end()
      return
    }
    let isReached = false
    if (motion.kind === 'speedj') isReached = approach(motion.speeds, motion.acceleration, seconds)
    else {
      const { angles, lookahead } = motion
      const wanted = angles.map((angle, i) =>
        Math.max(-MOST_SPEED, Math.min(MOST_SPEED, (angle - targetQ[i]) / lookahead)),
      )
      approach(wanted, MOST_ACCELERATION, seconds)
    }
    if (left === null ? isReached : (left -= seconds) <= 1e-9) end()
  }

  return {
    targetQ,
    targetQd,
    targetQdd,
    get running() {
      return motion?.kind ?? null
    },
    run: (next) => {
      motion = next
      path = null
      left = next.kind === 'speedj' || next.kind === 'servoj' ? next.time : null
    },
    brake: () => {
      end()
      deceleration = MOST_ACCELERATION
    },
    tick: (seconds) => {
      before.set(targetQd)
      advance(seconds)
      let reached: number | null = null
      for (let i = 0; i < joints; i++) {
        targetQd[i] = Math.max(-MOST_SPEED, Math.min(MOST_SPEED, targetQd[i]))
        const next = targetQ[i] + seconds * targetQd[i]
        if (next < limits.low[i] || next > limits.high[i]) {
          reached = i
          targetQd[i] = 0
        } else targetQ[i] = next
        targetQdd[i] = (targetQd[i] - before[i]) / seconds
      }
      return reached
    },
    place: (angles) => {
      targetQ.set(Array.from(angles))
      targetQd.fill(0)
      targetQdd.fill(0)
      end()
    },
  }
}
