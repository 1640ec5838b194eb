/** UR-Reacher-2: an arm is to bring its tool to a target, and keep it there. */
import { BehaviorSubject, Subscription } from 'rxjs'
import { type Device, device } from '../../drivers/device.js'
import { observe } from '../../drivers/observe.js'
import { SensorError } from '../../failure.js'
import { type Realtime, realtime } from '../../time/realtime.js'
import type { Random } from '../../types.js'
import { delayed } from '../waiting.js'
import type { Ur5 } from './arm.js'
import { reacherSafety } from './reacherSafety.js'
import { drawTarget, type ReacherSetup, urReacher2 } from './reacherSetup.js'
import { REACHER_CYCLE, reacherActionSpec } from './reacherTask.js'
import type { Ur5Sample } from './sample.js'

/** The parts of an arm that the task needs. */
export type DrivenUr5 = Pick<Ur5, 'samples' | 'speed' | 'approach' | 'stop' | 'unlock' | 'status'>

/** How the task is run. */
export interface UrReacherOptions {
  /** Draws the targets. */
  readonly random: Random
  /** The arm and its space. The default is `urReacher2`. */
  readonly setup?: ReacherSetup
  /** The default is a `realtime` with a cycle of 40 ms: five samples. */
  readonly schedule?: Realtime
  /**
   * Whether protective stops are unlocked when the next episode begins. The maker of the arm prohibits that unless a
   * person watches the arm. The default is false: a protective stop is the end of the run.
   */
  readonly unlock?: boolean
}

/** Milliseconds of a reset: after the stop, and for the way to the reference. */
const [PAUSE, WAY] = [500, 2000]
/** Milliseconds after a protective stop until it is unlocked, and between two looks. */
const [UNLOCK, LOOK] = [5200, 100]
/** Milliseconds after which a command of the agent leads to no further correction. */
const MAX_AGE = 500

/**
 * An arm as the world of a reacher. An episode begins with a stop, half a second of rest, and two seconds on the way to the reference; then a
 * target is drawn. Commands are joint speeds in rad/s.
 *
 *     pipe(
 *       world.timeSteps,
 *       reward(reacherReward),
 *       timeLimit(REACHER_STEPS),
 *       map((step) => ({ ...step, observation: reacherObservation(step) })),
 *       ...
 *     )
 *
 * The space of the setup is checked with every sample, on the angles that the controller wants: outside of it, the command is replaced by a
 * slow return (`reacherSafety`).
 *
 * Numbers: SenseAct's UR reacher with two joints; rad, rad/s, m in its frame. Its reset is a `movej`, whose place the path of `approach` takes,
 * since a program that dies stops the latter.
 * Fails: as `device` says, and with a SensorError when the controller has stopped the arm, unless it is a protective stop and `unlock` is true.
 */
export const urReacher = (
  robot: DrivenUr5,
  { random, setup = urReacher2, schedule = realtime({ cycle: REACHER_CYCLE }), unlock = false }: UrReacherOptions,
): Device => {
  const { driven, axes, mostSpeed, placeOf, name } = setup
  const { scheduler } = schedule
  const zeros = driven.map(() => 0)
  const target = new BehaviorSubject<readonly number[]>(axes.map(() => 0))
  const previous = new BehaviorSubject<readonly number[]>(zeros)
  const safety = reacherSafety(setup)
  let runs = 0
  let wanted: { readonly command: readonly number[]; readonly since: number } | null = null
  let isReplaced = false
  let guarding = Subscription.EMPTY

  const checkHeld = (): boolean => {
    const { held } = robot.status()
    if (held === null) return false
    if (unlock && held.kind === 'protectiveStop') return true
    throw new SensorError(`${name}: ${held.line}`)
  }
  const send = ({ targetQ, qd }: Ur5Sample): Promise<boolean> => {
    const { speeds, acceleration, replaced } = safety.guard(wanted?.command ?? zeros, targetQ, qd)
    isReplaced = replaced !== 'nothing'
    return acceleration === null ? robot.speed(speeds) : robot.speed(speeds, acceleration)
  }
  /** Looks at each sample: what leads out of the space is replaced before the next step, and the return ends as soon as it is over. */
  const guard = (sample: Ur5Sample): void => {
    if (wanted === null || scheduler.now() - wanted.since > MAX_AGE) return
    const { replaced } = safety.guard(wanted.command, sample.targetQ, sample.qd)
    if (replaced !== 'nothing' || isReplaced) void send(sample).catch(() => false)
  }
  const released = async (isOver: () => boolean): Promise<void> => {
    if (!checkHeld()) return
    const since = robot.status().held?.since ?? scheduler.now()
    while (!isOver() && scheduler.now() - since < UNLOCK) await delayed(scheduler, LOOK)
    if (isOver()) return
    await robot.unlock().catch((error: unknown) => {
      throw new SensorError(`${name}: ${error instanceof Error ? error.message : String(error)}`)
    })
  }
  /** Brings the arm to its reference; resolves with false if it was stopped or disconnected on its way. */
  const broughtBack = async (isOver: () => boolean): Promise<boolean> => {
    while (!robot.status().connected && !isOver()) await delayed(scheduler, LOOK)
    await released(isOver)
    if (isOver()) return false
    await robot.stop()
    await delayed(scheduler, PAUSE)
    if (isOver()) return false
    if (await robot.approach(setup.reference, WAY)) return true
    if (!isOver() && robot.status().connected && robot.status().held === null) {
      throw new SensorError(
        `${name}: the arm has not reached its reference; is it in remote control, its speed slider up, and its way free?`,
      )
    }
    return false
  }
  const place = (what: string) => ({
    names: axes.map((axis) => `${what}, ${'xyz'[axis]}`),
    units: 'm',
    low: -2,
    high: 2,
    patience: Infinity,
  })

  return device({
    spec: { name, action: reacherActionSpec(setup) },
    observe: observe(
      { arm: robot.samples, target, previous },
      {
        arm: {
          read: ({ q, qd }: Ur5Sample) => {
            const tool = placeOf(q)
            return [...driven.map((j) => q[j]), ...driven.map((j) => qd[j]), ...axes.map((axis) => tool[axis])]
          },
          names: [
            ...driven.map((joint) => `joint ${joint}`),
            ...driven.map((joint) => `speed of joint ${joint}`),
            ...axes.map((axis) => `tool, ${'xyz'[axis]}`),
          ],
          units: [...driven.map(() => 'rad'), ...driven.map(() => 'rad/s'), ...axes.map(() => 'm')],
          low: [...driven.map((j) => setup.low[j]), ...zeros.map(() => -Math.PI), ...axes.map(() => -2)],
          high: [...driven.map((j) => setup.high[j]), ...zeros.map(() => Math.PI), ...axes.map(() => 2)],
          maxAge: 200,
        },
        target: { read: (at: readonly number[]) => at, ...place('target') },
        previous: {
          read: (speeds: readonly number[]) => speeds,
          names: driven.map((joint) => `joint ${joint}, 1 step before`),
          units: 'rad/s',
          low: -mostSpeed,
          high: mostSpeed,
          patience: Infinity,
        },
      },
    ),
    act: (command) => {
      previous.next(Array.from(command))
      wanted = { command: Array.from(command), since: scheduler.now() }
      const { sample } = robot.status()
      if (checkHeld() || sample === null) return false
      return send(sample)
    },
    stop: () => {
      runs += 1
      wanted = null
      guarding.unsubscribe()
      return robot.stop()
    },
    begin: async () => {
      const run = runs
      const isOver = (): boolean => run !== runs
      wanted = null
      isReplaced = false
      guarding.unsubscribe()
      while (!(await broughtBack(isOver))) if (isOver()) return
      if (isOver()) return
      target.next(drawTarget(setup, random))
      previous.next(zeros)
      guarding = robot.samples.subscribe({ next: guard, error: () => undefined })
    },
    schedule,
  })
}
