/** Makes a driver of a simulator. */
import type { Observable } from 'rxjs'
import { copied } from './copied.js'
import { checkFinite, checkSize } from '../checks.js'
import { NotFiniteError } from '../failure.js'
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
import { type Cut, type Decision, loop } from './loop.js'

/** Everything that a world on a simulator needs to go on from where it was cut: plain data. */
export interface DriverState extends Cut {
  readonly simulator: unknown
  /** Actions executed so far. */
  readonly actions: number
  /** Actions executed in the present episode. */
  readonly elapsed: number
  readonly missed: MissedBeats
}

/** What happened in beats that were missed, until a step tells of it; under lockstep there are none. */
export interface MissedBeats {
  /** The sum of their rewards. */
  readonly reward: number
  /** What the last of them ended the episode with, or null. */
  readonly end: SimulatorStep | null
  /** The command under which a beat would be held now: the last one executed in the episode, null before the first. */
  readonly command: Vector | null
}

/** A step of a simulator, with the figures that the simulator gave beside it. */
export type SimulatedStep = TimeStep & { readonly info: Info }

/** A driver whose world can be saved and put back. */
export interface SimulatedDriver extends Driver, Snapshots<DriverState> {
  readonly timeSteps: Observable<SimulatedStep>
}

/** How a simulated world goes through time. */
export interface DriveOptions {
  readonly schedule?: Schedule
  /** Milliseconds that a step may stay without an answer; Infinity waits for ever. */
  readonly patience?: number
}

/**
 * A driver on a simulator of one's own.
 *
 *     subscribe  ^
 *     timeSteps  -f---m---m---l---f---m--     f: first, m: mid, l: last
 *     answer       a   a   a   b   a   a      a: act, b: begin, by index; noted, and taken in the loop's next round
 *
 * The loop never recurses: an answer given while its step is still on the way down the chain is taken when the chain has
 * returned, a later one wakes the loop. An answer is also the only demand there is: an operator that takes
 * its time belongs above `actuate`, where the world waits for it; below, its queue would fill. `time` is the number of
 * actions executed times `spec.stepSeconds`. Under `realtime` the world waits for nobody: there an answer is taken at the
 * next beat, and a skipped beat executes an action as well, the one that it is held under.
 *
 * Memory: the simulator's, the counters, the last step and the noted decision. `snapshot` is legal while a decision is
 * noted, that is after the last operator of a record and before the world steps: in a `tap` below `actuate`, or after
 * unsubscribing or `stop()` there. A subscription after `restore` takes that decision and goes on; any other one begins an
 * episode, while `index` and `time` count on.
 * Numbers: observation and reward must be finite; commands are `actuate`'s to check. Observations, `info` and the commands
 * that the simulator is given are copies, so that neither side sees what the other writes to its arrays later. An episode is
 * truncated after `spec.stepLimit` actions, those of skipped beats included, whether or not the simulator does so itself.
 * `info` is what the simulator gave with the latest action, or with the reset on a first step.
 * Fails: throws on a `patience` that is not above 0 and on a `spec.stepLimit` that is no positive integer. Error notification when a step stays without an answer for
 * `patience`, on a second subscriber (the first goes on), after `close`, and with whatever the simulator throws, a
 * `NotFiniteError` by the step it came in; the driver is at rest before it is sent, so that `retry` begins an episode.
 */
export const drive = (
  simulator: Simulator,
  { schedule = lockstep(), patience = 10_000 }: DriveOptions = {},
): SimulatedDriver => {
  const { spec } = simulator
  const { stepLimit } = spec
  if (!(stepLimit === Infinity || (Number.isSafeInteger(stepLimit) && stepLimit > 0))) {
    throw new RangeError(`drive: ${spec.name}: stepLimit: expected a positive integer, or Infinity, got ${stepLimit}`)
  }
  const zeros: Vector = new Float64Array(spec.action.size)
  let actions = 0
  let elapsed = 0
  let underway = false
  let skipped = 0
  let end: SimulatorStep | null = null
  let command: Vector | null = null

  /** The simulator's own array is not passed on: the simulator may write to it at its next step. */
  const shown = (observation: Observation): Observation => {
    checkSize(spec.name, 'observation', observation, spec.observation.size)
    checkFinite('observation', observation, spec.observation.names)
    return copied(observation)
  }

  const beginEpisode = (index: number): SimulatedStep => {
    const { observation, info } = simulator.reset()
    const step: SimulatedStep = {
      kind: 'first',
      observation: shown(observation),
      reward: 0,
      terminated: false,
      truncated: false,
      previousAction: null,
      index,
      time: actions * spec.stepSeconds,
      info: { ...info },
    }
    underway = true
    elapsed = skipped = 0
    end = command = null
    return step
  }

  const execute = (executed: Vector): SimulatorStep => {
    // A copy: the array is the agent's, which learns from it later, and may be carried out again at a missed beat.
    const outcome = simulator.step(copied(executed))
    const { reward, terminated, truncated, info } = outcome
    const observation = shown(outcome.observation)
    if (!Number.isFinite(reward)) throw new NotFiniteError('reward', null, reward)
    actions += 1
    elapsed += 1
    command = executed
    return { observation, reward, terminated, truncated: truncated || elapsed >= stepLimit, info: { ...info } }
  }

  const act = (executed: Vector, sampled: SampledAction, index: number): SimulatedStep => {
    const { observation, reward, terminated, truncated, info } = end ?? execute(executed)
    const step: SimulatedStep = {
      kind: terminated || truncated ? 'last' : 'mid',
      observation,
      // Nothing is added where nothing was skipped: a reward of -0 would lose its sign.
      reward: skipped === 0 ? reward : skipped + reward,
      terminated,
      truncated,
      previousAction: sampled,
      index,
      time: actions * spec.stepSeconds,
      info,
    }
    underway = step.kind === 'mid'
    skipped = 0
    end = null
    return step
  }

  const held = ({ hold, answered }: MissedBeat, decision: Decision | null): Vector | null => {
    if (answered && decision !== null) return decision.kind === 'act' ? decision.command : null
    return hold === 'stop' ? null : hold === 'last' ? (command ?? zeros) : zeros
  }

  const miss = (missed: MissedBeat, decision: Decision | null): void => {
    if (!underway || end !== null || missed.overrun === 'stretch') return
    const under = held(missed, decision)
    if (under === null) return
    const outcome = execute(under)
    if (outcome.terminated || outcome.truncated) end = outcome
    else skipped += outcome.reward
  }

  const led = loop<SimulatedStep>(
    {
      open: (control) => control.ready(),
      follow: (decision, index) =>
        decision.kind === 'begin' ? beginEpisode(index) : act(decision.command, decision.sampled, index),
      miss,
    },
    { owner: 'drive', schedule, patience },
  )

  return {
    spec,
    timeSteps: led.timeSteps,
    act: led.act,
    begin: led.begin,
    stop: async () => led.rest(),
    close: () => {
      if (led.close()) simulator.close()
    },
    snapshot: () => {
      const cut = led.cut()
      return { ...cut, simulator: simulator.snapshot(), actions, elapsed, missed: { reward: skipped, end, command } }
    },
    restore: (state) => {
      led.resume(state, () => simulator.restore(state.simulator))
      ;({ actions, elapsed } = state)
      ;({ reward: skipped, end, command } = state.missed)
      underway = state.step !== null && state.step.kind !== 'last'
    },
  }
}
