/** Makes a driver of a simulator. */
import type { Observable } from 'rxjs'
import { copied } from './copied.js'
import { checkFinite, checkSize } from '../checks.js'
import { NotFiniteError } from '../failure.js'
import { tryRestore } from '../state/restorable.js'
import { lockstep, type MissedBeat, type Schedule } from '../time/schedule.js'
import type {
  Driver,
  Info,
  Observation,
  SampledAction,
  Simulator,
  SimulatorStep,
  Snapshots,
  TimeStep,
  Vector,
} from '../types.js'
import { type DriverState, checkDriverState } from './driverState.js'
import { loop } from './loop.js'
import type { Decision } from './loopWorld.js'

/** A step of a simulator, with the simulator's `info`. */
export type SimulatedStep = TimeStep & { readonly info: Info }

/** A driver of a simulator. */
export interface PlainDriver extends Driver {
  readonly timeSteps: Observable<SimulatedStep>
}

/** A driver whose world can be saved and restored. */
export interface SimulatedDriver extends PlainDriver, Snapshots<DriverState> {
  /** Throws what `restore` would throw, and leaves the world as it is. */
  check(state: DriverState): void
}

/** The driver of a simulator: one that can be saved if the simulator can. */
export type DriverOf<S extends Simulator> = S extends Snapshots<unknown> ? SimulatedDriver : PlainDriver

/** Refuses what has no `spec`, `reset` or `step`. */
const checkSimulator = (simulator: Simulator): void => {
  const given = simulator as Partial<Simulator> | null | undefined
  const missing = (['reset', 'step'] as const).find((method) => typeof given?.[method] !== 'function')
  if (missing === undefined && typeof given?.spec === 'object' && given.spec !== null) return
  throw new TypeError(`drive: expected a simulator, which has spec, reset and step; it has no ${missing ?? 'spec'}`)
}

const isSavable = (simulator: Simulator): simulator is Simulator & Snapshots<unknown> => {
  const { snapshot, restore } = simulator as Partial<Snapshots<unknown>>
  return typeof snapshot === 'function' && typeof restore === 'function'
}

/** Options of `drive`. */
export interface DriveOptions {
  /** Decides when the world steps. The default is `lockstep()`. */
  readonly schedule?: Schedule
  /** Milliseconds that a step may wait for its answer. The default is 10 000; Infinity waits for ever. */
  readonly patience?: number
}

/**
 * A driver on a simulator of your own: any object with `spec`, `reset` and `step`. With `snapshot` and `restore` beside them the driver
 * has these as well.
 *
 *     subscribe  ^
 *     timeSteps  -f---m---m---l---f---m--     f: first, m: mid, l: last
 *     answer       a   a   a   b   a   a      a: act, b: begin, by index; executed in the next round of the loop
 *
 * The loop never recurses: an answer that is given while its step is still going down the chain is executed when the chain has
 * returned; a later answer wakes the loop. Only an answer demands the next step: an asynchronous operator belongs above `actuate`,
 * where the world waits for it; below `actuate` its queue would grow. `time` is the number of executed actions times
 * `spec.stepSeconds`. With `realtime` the world does not wait for answers: an answer is executed at the next beat, and a skipped
 * beat executes the command of `hold`.
 *
 * Memory: the simulator's, the counters, the last step and the decision that is not executed yet. `snapshot` needs such a decision, so
 * it is taken after the last operator of a record and before the world steps: in a `tap` below `actuate`, or after unsubscribing or
 * `stop()` there. A subscription after `restore` executes that decision and goes on; any other subscription begins an episode, while
 * `index` and `time` count on.
 * Numbers: observation and reward must be finite; `actuate` checks commands. Observations, `info` and the commands that the simulator
 * receives are copies, so that neither side sees what the other writes to its arrays later. An episode is truncated after
 * `spec.stepLimit` actions, those of skipped beats included, whether or not the simulator does so itself. `info` is what the simulator
 * returned with the latest action, or with the reset on a first step.
 * Fails: throws without `spec`, `reset` or `step`, on a `patience` that is not above 0 and on a `spec.stepLimit` that is not a positive
 * integer. Error notification when a step gets no answer within `patience`, on a second subscriber (the first one goes on), after
 * `close`, and with what the simulator throws; a `NotFiniteError` then has the index of the step. The driver is at rest before it is sent, so that `retry` begins an episode.
 */
export const drive = <S extends Simulator>(
  simulator: S,
  { schedule = lockstep(), patience = 10_000 }: DriveOptions = {},
): DriverOf<S> => {
  checkSimulator(simulator)
  const { spec } = simulator
  const { stepLimit } = spec
  if (!(stepLimit === Infinity || (Number.isSafeInteger(stepLimit) && stepLimit > 0))) {
    throw new RangeError(`drive: ${spec.name}: stepLimit: expected a positive integer, or Infinity, got ${stepLimit}`)
  }
  const zeros: Vector = new Float64Array(spec.action.size)
  let actions = 0
  let elapsed = 0
  let inEpisode = false
  let missedReward = 0
  let missedEnd: SimulatorStep | null = null
  let command: Vector | null = null

  /** A copy, since the simulator may write to its own array at its next step. */
  const checkedCopy = (observation: Observation): Observation => {
    checkSize(spec.name, 'observation', observation, spec.observation.size)
    checkFinite('observation', observation, spec.observation.names)
    return copied(observation)
  }

  const beginEpisode = (index: number): SimulatedStep => {
    const { observation, info } = simulator.reset()
    const step: SimulatedStep = {
      kind: 'first',
      observation: checkedCopy(observation),
      reward: 0,
      terminated: false,
      truncated: false,
      previousAction: null,
      index,
      time: actions * spec.stepSeconds,
      info: { ...info },
    }
    inEpisode = true
    elapsed = missedReward = 0
    missedEnd = command = null
    return step
  }

  const execute = (executed: Vector): SimulatorStep => {
    // A copy: the array belongs to the agent, which learns from it later, and may be executed again at a missed beat.
    const outcome = simulator.step(copied(executed))
    const { reward, terminated, truncated, info } = outcome
    const observation = checkedCopy(outcome.observation)
    if (!Number.isFinite(reward)) throw new NotFiniteError('reward', null, reward)
    actions += 1
    elapsed += 1
    command = executed
    return { observation, reward, terminated, truncated: truncated || elapsed >= stepLimit, info: { ...info } }
  }

  const act = (executed: Vector, sampled: SampledAction, index: number): SimulatedStep => {
    const { observation, reward, terminated, truncated, info } = missedEnd ?? execute(executed)
    const step: SimulatedStep = {
      kind: terminated || truncated ? 'last' : 'mid',
      observation,
      // Without missed beats nothing is added: a reward of -0 would lose its sign.
      reward: missedReward === 0 ? reward : missedReward + reward,
      terminated,
      truncated,
      previousAction: sampled,
      index,
      time: actions * spec.stepSeconds,
      info,
    }
    inEpisode = step.kind === 'mid'
    missedReward = 0
    missedEnd = null
    return step
  }

  const heldCommand = ({ hold, answered }: MissedBeat, decision: Decision | null): Vector | null => {
    if (answered && decision !== null) return decision.kind === 'act' ? decision.command : null
    return hold === 'stop' ? null : hold === 'last' ? (command ?? zeros) : zeros
  }

  const miss = (missed: MissedBeat, decision: Decision | null): void => {
    if (!inEpisode || missedEnd !== null || missed.overrun === 'stretch') return
    const executed = heldCommand(missed, decision)
    if (executed === null) return
    const outcome = execute(executed)
    if (outcome.terminated || outcome.truncated) missedEnd = outcome
    else missedReward += outcome.reward
  }

  const driverLoop = loop<SimulatedStep>(
    {
      open: (control) => control.ready(),
      follow: (decision, index) =>
        decision.kind === 'begin' ? beginEpisode(index) : act(decision.command, decision.sampled, index),
      miss,
    },
    { owner: 'drive', schedule, patience },
  )

  const driver: PlainDriver = {
    spec,
    timeSteps: driverLoop.timeSteps,
    act: driverLoop.act,
    begin: driverLoop.begin,
    stop: async () => driverLoop.complete(),
    close: () => {
      if (driverLoop.close()) simulator.close?.()
    },
  }

  const savedBy = (saved: Snapshots<unknown>): Omit<SimulatedDriver, keyof PlainDriver> => ({
    snapshot: () => {
      const cut = driverLoop.cut()
      return {
        ...cut,
        simulator: saved.snapshot(),
        actions,
        elapsed,
        missed: { reward: missedReward, end: missedEnd, command },
      }
    },
    check: (state) => {
      driverLoop.checkIdle('restore')
      checkDriverState(spec, state)
      tryRestore(saved, state.simulator)
    },
    restore: (state) => {
      driverLoop.checkIdle('restore')
      checkDriverState(spec, state)
      driverLoop.resume(state, () => saved.restore(state.simulator))
      ;({ actions, elapsed } = state)
      ;({ reward: missedReward, end: missedEnd, command } = state.missed)
      inEpisode = state.step !== null && state.step.kind !== 'last'
    },
  })
  return (isSavable(simulator) ? { ...driver, ...savedBy(simulator) } : driver) as DriverOf<S>
}
