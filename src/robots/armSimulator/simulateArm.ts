/** A simulated arm of any number of joints, as the tasks of arms drive it. */
import { type SchedulerLike, Subject, type Subscription } from 'rxjs'
import { eventLoop } from '../../time/schedule.js'
import { RUNNING } from '../ur/modes.js'
import type { ReacherSetup } from '../ur/reacherSetup.js'
import type { Ur5Sample } from '../ur/sample.js'
import type { DrivenUr5 } from '../ur/urReacher.js'
import { MOST_ANGLE } from '../ur/script.js'
import { type JointLimits, simulatedArm } from '../urSimulator/arm.js'

/** How an arm is simulated. */
export interface SimulateArmOptions {
  /** The arm: where it begins, and the place of its tool. */
  readonly setup: Pick<ReacherSetup, 'name' | 'reference' | 'placeOf'>
  /** The angles in rad that its joints can have, such as those of `openArmModel`. The default is one turn to each side. */
  readonly limits?: JointLimits
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
 * Simulates an arm without a protocol: its joints keep their limits and rates, and a sample comes every 8 ms.
 *
 * Memory: none beside the joints.
 * Fails: throws a RangeError on limits that do not fit the reference. A command of another number of joints rejects with a RangeError.
 */
export const simulateArm = ({ setup, limits, scheduler = eventLoop }: SimulateArmOptions): SimulatedArmDriver => {
  const { name, reference, placeOf } = setup
  const turn = reference.map(() => MOST_ANGLE)
  const { low, high } = limits ?? { low: turn.map((angle) => -angle), high: turn }
  for (const [list, { length }] of Object.entries({ low, high })) {
    if (length !== reference.length) {
      throw new RangeError(`${name}: ${list}: expected ${reference.length} angles, as in reference, got ${length}`)
    }
  }
  const outside = reference.findIndex((angle, i) => !(angle >= low[i] && angle <= high[i]))
  if (outside >= 0) {
    throw new RangeError(
      `${name}: reference[${outside}]: expected ${low[outside]} to ${high[outside]} rad, got ${reference[outside]}`,
    )
  }
  const arm = simulatedArm(reference, { low, high })
  const samples = new Subject<Ur5Sample>()
  const begun = scheduler.now()
  let ticks = 0
  let count = 0
  let newest: Ur5Sample | null = null
  let arrive: ((arrived: boolean) => void) | null = null
  let timer: Subscription | null = null
  let isClosed = false

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
    const joint = arm.tick(TICK / 1000)
    ticks += 1
    if (arrive !== null && arm.running === null) {
      arrive(joint === null)
      arrive = null
    }
    newest = {
      timestamp: (ticks * TICK) / 1000,
      q: [...arm.q],
      qd: [...arm.qd],
      targetQ: [...arm.targetQ],
      tcpPose: [...placeOf(arm.q), 0, 0, 0],
      robotMode: RUNNING,
      safetyMode: 1,
      programState: arm.running === null ? 1 : 2,
      speedScaling: 1,
      outputs: {},
    }
    count += 1
    samples.next(newest)
  }
  const due = (): number => begun + (ticks + 1) * TICK
  const run = (): void => {
    const behind = Math.floor((scheduler.now() - due()) / TICK)
    if (behind > MOST_BEHIND) ticks += behind - MOST_BEHIND
    while (!isClosed && due() <= scheduler.now()) tick()
    if (!isClosed) timer = scheduler.schedule(run, Math.max(0, due() - scheduler.now()))
  }
  run()

  return {
    samples: samples.asObservable(),
    speed: async (speeds, acceleration = ACCELERATION) => {
      const motion = { kind: 'speedj', speeds: checked(speeds), acceleration, time: EXPIRY / 1000 } as const
      replaced()
      arm.run(motion)
      return true
    },
    approach: async (angles, milliseconds) => {
      const goal = checked(angles)
      replaced()
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
      throw new Error(`${name}: a simulated arm has no protective stop`)
    },
    status: () => ({
      connected: true,
      sample: newest,
      held: null,
      samples: count,
      skipped: 0,
      longestGap: TICK,
      controller: null,
      faults: {},
    }),
    close: () => {
      isClosed = true
      timer?.unsubscribe()
      replaced()
      samples.complete()
    },
  }
}
