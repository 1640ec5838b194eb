/** A simulated arm of any number of joints, as the tasks of arms drive it. */
import { type SchedulerLike, Subject } from 'rxjs'
import { eventLoop } from '../../time/schedule.js'
import { PROTECTIVE_STOP, RUNNING } from '../ur/modes.js'
import type { ReacherSetup } from '../ur/reacherSetup.js'
import type { Held } from '../ur/safety.js'
import type { Ur5Sample } from '../ur/sample.js'
import { ticking } from '../ticks.js'
import type { DrivenUr5 } from '../ur/urReacher.js'
import type { ArmBody } from './armBody.js'
import { simulatedArm } from './simulatedArm.js'

/** How an arm is simulated. */
export interface SimulateArmOptions {
  /** The arm: where it begins, and the place of its tool. */
  readonly setup: Pick<ReacherSetup, 'name' | 'reference' | 'placeOf'>
  /** Its body, of `openArmBody`, which serves one arm at a time, and which the caller closes. */
  readonly body: ArmBody
  /** The source of time and timers; a virtual clock runs ahead of real time. The default is `eventLoop`. */
  readonly scheduler?: SchedulerLike
}

/** A simulated arm that runs. */
export interface SimulatedArmDriver extends DrivenUr5 {
  /** Ends its timer. */
  close(): void
}

/** Milliseconds of a sample. */
const TICK = 8
/** Acceleration and deceleration where a command has none of its own, in rad/s². */
const [ACCELERATION, DECELERATION] = [1.4, 3]
/** Milliseconds after which a speed that is not repeated is over. */
const EXPIRY = 500
/** The most ticks that are made up for at once if the process was blocked. */
const MOST_BEHIND = 125

/**
 * Simulates an arm without a protocol: its body in MuJoCo follows commands within the limits and rates of the joints, and a sample comes every
 * 8 ms. A touch is a protective stop, after which the arm obeys no motion until `unlock`.
 *
 * Memory: none beside the body.
 * Fails: throws a RangeError for a body with another number of joints than the reference has, and for a reference outside of their ranges. A command of
 * another number of joints rejects with a RangeError. `samples` fails if the physics does, such as with a timestep that does not divide 8 ms.
 */
export const simulateArm = ({ setup, body, scheduler = eventLoop }: SimulateArmOptions): SimulatedArmDriver => {
  const { name, reference, placeOf } = setup
  const { low, high } = body
  if (low.length !== reference.length) {
    throw new RangeError(`${name}: body: expected ${reference.length} joints, as in reference, got ${low.length}`)
  }
  const outside = reference.findIndex((angle, i) => !(angle >= low[i] && angle <= high[i]))
  if (outside >= 0) {
    throw new RangeError(
      `${name}: reference[${outside}]: expected ${low[outside]} to ${high[outside]} rad, got ${reference[outside]}`,
    )
  }
  const arm = simulatedArm(body, reference)
  const samples = new Subject<Ur5Sample>()
  let count = 0
  let newest: Ur5Sample | null = null
  let arrive: ((arrived: boolean) => void) | null = null
  let isClosed = false
  let held: Held | null = null

  const checked = (values: ArrayLike<number>): readonly number[] => {
    const list = Array.from(values)
    if (list.length !== reference.length || !list.every(Number.isFinite)) {
      throw new RangeError(`${name}: expected ${reference.length} finite numbers, got ${list.join(', ')}`)
    }
    return list
  }
  const replaced = (): void => {
    arrive?.(false)
    arrive = null
  }
  const tick = (): void => {
    const obstacle = arm.tick(TICK / 1000)
    if (obstacle !== null && obstacle.kind !== 'limit') {
      arm.hold()
      held ??= { kind: 'protectiveStop', line: obstacle.line, since: scheduler.now() }
      replaced()
    }
    if (arrive !== null && arm.running === null) {
      arrive(obstacle === null)
      arrive = null
    }
    newest = {
      timestamp: ((ticks.count + ticks.skipped) * TICK) / 1000,
      q: [...arm.q],
      qd: [...arm.qd],
      targetQ: [...arm.targetQ],
      tcpPose: [...placeOf(arm.q), 0, 0, 0],
      robotMode: RUNNING,
      safetyMode: held === null ? 1 : PROTECTIVE_STOP,
      programState: arm.running === null ? 1 : 2,
      speedScaling: 1,
      outputs: {},
    }
    count += 1
    samples.next(newest)
  }
  const close = (): void => {
    if (isClosed) return
    isClosed = true
    ticks.end()
    replaced()
    samples.complete()
  }
  const ticks = ticking({ scheduler, period: TICK, mostBehind: MOST_BEHIND }, () => {
    try {
      tick()
    } catch (error) {
      samples.error(error)
      close()
    }
  })

  return {
    samples: samples.asObservable(),
    speed: async (speeds, acceleration = ACCELERATION) => {
      const motion = { kind: 'speedj', speeds: checked(speeds), acceleration, time: EXPIRY / 1000 } as const
      replaced()
      if (held !== null) return false
      arm.run(motion)
      return true
    },
    approach: async (angles, milliseconds) => {
      const goal = checked(angles)
      replaced()
      if (held !== null) return false
      const path = { acceleration: ACCELERATION, speed: Math.PI, time: milliseconds / 1000 }
      arm.run({ kind: 'movej', angles: goal, ...path })
      return new Promise((resolve) => (arrive = resolve))
    },
    stop: async () => {
      replaced()
      arm.run({ kind: 'stopj', acceleration: DECELERATION })
      return true
    },
    unlock: async () => {
      held = null
    },
    status: () => ({
      connected: true,
      sample: newest,
      held,
      samples: count,
      skipped: 0,
      longestGap: TICK,
      controller: null,
      faults: {},
    }),
    close,
  }
}
