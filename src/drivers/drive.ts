/** Makes a driver of a simulator. */
import { checkFinite, checkSize } from '../spec.js'
import { NotFiniteError } from '../failure.js'
import { lockstep, type Missed, type Schedule } from '../schedule.js'
import type { Driver, SampledAction, Simulator, SimulatorStep, Snapshots, TimeStep, Vector } from '../types.js'
import { type Cut, type Decision, loop } from './loop.js'

/** Everything that a world on a simulator needs to go on from where it was cut: plain data. */
export interface DriverState extends Cut {
  readonly simulator: unknown
  /** Actions executed so far. */
  readonly actions: number
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

/** A driver whose world can be saved and put back. */
export type SimulatedDriver = Driver & Snapshots<DriverState>

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
 * Numbers: observation and reward must be finite; commands are `actuate`'s to check.
 * Fails: throws on a `patience` that is not above 0. Error notification when a step stays without an answer for
 * `patience`, on a second subscriber (the first goes on), after `close`, and with whatever the simulator throws, a
 * `NotFiniteError` by the step it came in; the driver is at rest before it is sent, so that `retry` begins an episode.
 */
export const drive = (
  simulator: Simulator,
  { schedule = lockstep(), patience = 10_000 }: DriveOptions = {},
): SimulatedDriver => {
  const { spec } = simulator
  const zeros: Vector = new Float64Array(spec.action.size)
  let actions = 0
  let underway = false
  let skipped = 0
  let end: SimulatorStep | null = null
  let command: Vector | null = null

  const beginEpisode = (index: number): TimeStep => {
    const { observation } = simulator.reset()
    checkSize(spec.name, 'observation', observation, spec.observation.size)
    checkFinite('observation', observation, spec.observation.names)
    underway = true
    skipped = 0
    end = command = null
    return {
      kind: 'first',
      observation,
      reward: 0,
      terminated: false,
      truncated: false,
      previousAction: null,
      index,
      time: actions * spec.stepSeconds,
    }
  }

  const execute = (executed: Vector): SimulatorStep => {
    const outcome = simulator.step(executed)
    checkSize(spec.name, 'observation', outcome.observation, spec.observation.size)
    checkFinite('observation', outcome.observation, spec.observation.names)
    if (!Number.isFinite(outcome.reward)) throw new NotFiniteError('reward', null, outcome.reward)
    actions += 1
    command = executed
    return outcome
  }

  const act = (executed: Vector, sampled: SampledAction, index: number): TimeStep => {
    const { observation, reward, terminated, truncated } = end ?? execute(executed)
    const step: TimeStep = {
      kind: terminated || truncated ? 'last' : 'mid',
      observation,
      // Nothing is added where nothing was skipped: a reward of -0 would lose its sign.
      reward: skipped === 0 ? reward : skipped + reward,
      terminated,
      truncated,
      previousAction: sampled,
      index,
      time: actions * spec.stepSeconds,
    }
    underway = step.kind === 'mid'
    skipped = 0
    end = null
    return step
  }

  const held = ({ hold, answered }: Missed, decision: Decision | null): Vector | null => {
    if (answered && decision !== null) return decision.kind === 'act' ? decision.command : null
    return hold === 'stop' ? null : hold === 'last' ? (command ?? zeros) : zeros
  }

  const miss = (missed: Missed, decision: Decision | null): void => {
    if (!underway || end !== null || missed.overrun === 'stretch') return
    const under = held(missed, decision)
    if (under === null) return
    const outcome = execute(under)
    if (outcome.terminated || outcome.truncated) end = outcome
    else skipped += outcome.reward
  }

  const led = loop<TimeStep>(
    {
      open: (helm) => helm.ready(),
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
      return { ...cut, simulator: simulator.snapshot(), actions, missed: { reward: skipped, end, command } }
    },
    restore: (state) => {
      led.resume(state, () => simulator.restore(state.simulator))
      actions = state.actions
      ;({ reward: skipped, end, command } = state.missed)
      underway = state.step !== null && state.step.kind !== 'last'
    },
  }
}
