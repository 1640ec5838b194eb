/** Makes a driver of a simulator: the small loop that gives its steps to the stream and the stream's answers to it. */
import { Observable, type Subscriber, type Subscription } from 'rxjs'
import { checkFinite, checkSize } from '../spec.js'
import { atStep, DriverError, NotFiniteError } from '../failure.js'
import { lockstep, type Schedule, type Timeline } from '../schedule.js'
import type { Driver, Observation, SampledAction, Simulator, Snapshots, TimeStep, Vector } from '../types.js'

/** The answer to a step: what the world does next. */
export type Decision =
  { readonly kind: 'act'; readonly command: Vector; readonly sampled: SampledAction } | { readonly kind: 'begin' }

/** Everything that a world on a simulator needs to go on from where it was cut: plain data. */
export interface DriverState {
  readonly simulator: unknown
  /** The step that the decision answers; null where the run had only been subscribed to. */
  readonly step: TimeStep | null
  /** What was noted and not yet taken. */
  readonly decision: Decision
  /** The index that the next step gets. */
  readonly index: number
  /** Actions executed so far. */
  readonly actions: number
}

/** A driver whose world can be saved and put back. */
export type SimulatedDriver = Driver & Snapshots<DriverState>

/** How a simulated world goes through time. */
export interface DriveOptions {
  readonly schedule?: Schedule
  /** Milliseconds that a step may stay without an answer; Infinity waits for ever. */
  readonly patience?: number
}

/** One subscription being served. */
interface Run {
  readonly subscriber: Subscriber<TimeStep>
  readonly timeline: Timeline
  /** Runs while a step waits for its answer; it keeps the process alive, so that a stalled run ends with an error. */
  impatience: Subscription | null
}

/**
 * A driver on a simulator of one's own.
 *
 *     subscribe  ^
 *     timeSteps  -f---m---m---l---f---m--     f: first, m: mid, l: last
 *     answer       a   a   a   b   a   a      a: act, b: begin, by index; noted, and taken in the loop's next round
 *
 * The loop lives here and never recurses: an answer given while its step is still on the way down the chain is taken when
 * the chain has returned, a later one wakes the loop. An answer is also the only demand there is: an operator that takes
 * its time belongs above `actuate`, where the world waits for it; below, its queue would fill. `time` is the number of
 * actions executed times `spec.stepSeconds`.
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
  if (!(patience > 0)) {
    throw new RangeError(
      `drive: patience: expected milliseconds above 0, or Infinity to wait for ever, got ${patience}`,
    )
  }
  const { spec } = simulator
  let run: Run | null = null
  let closed = false
  let restored = false
  let decision: Decision | null = null
  let last: TimeStep | null = null
  let index = 0
  let actions = 0

  const release = (): Run | null => {
    const ended = run
    run = null
    ended?.timeline.cancel()
    ended?.impatience?.unsubscribe()
    return ended
  }

  const fail = (error: unknown): void => release()?.subscriber.error(error)

  const checkObservation = (observation: Observation): Observation => {
    checkSize(spec.name, 'observation', observation, spec.observation.size)
    checkFinite('observation', observation, spec.observation.names)
    return observation
  }

  const beginEpisode = (): TimeStep => ({
    kind: 'first',
    observation: checkObservation(simulator.reset().observation),
    reward: 0,
    terminated: false,
    truncated: false,
    previousAction: null,
    index,
    time: actions * spec.stepSeconds,
  })

  const execute = (command: Vector, sampled: SampledAction): TimeStep => {
    const { observation, reward, terminated, truncated } = simulator.step(command)
    checkObservation(observation)
    if (!Number.isFinite(reward)) throw new NotFiniteError('reward', null, reward)
    actions += 1
    return {
      kind: terminated || truncated ? 'last' : 'mid',
      observation,
      reward,
      terminated,
      truncated,
      previousAction: sampled,
      index,
      time: actions * spec.stepSeconds,
    }
  }

  const advance = (): boolean => {
    if (run === null || decision === null) return false
    const present = run
    const taken = decision
    decision = null
    try {
      last = taken.kind === 'begin' ? beginEpisode() : execute(taken.command, taken.sampled)
    } catch (error) {
      fail(atStep(error, index))
      return false
    }
    index += 1
    present.subscriber.next(last)
    return followUp(present)
  }

  /** After a step went down the chain: does the next one follow at once, or does the world wait? */
  const followUp = (present: Run): boolean => {
    if (run !== present) return false
    if (decision !== null) return true
    if (patience < Infinity) present.impatience = schedule.scheduler.schedule(() => fail(unanswered()), patience)
    return false
  }

  const unanswered = (): DriverError =>
    new DriverError(
      `step ${index - 1} got no action within ${patience} ms: an operator dropped its record on the way to actuate, ` +
        `or its answer takes longer than that (see the option patience)`,
    )

  const note = (answer: Decision, given: number): void => {
    const call = `${answer.kind}(${given})`
    if (closed) throw new DriverError(`${call}: this world is closed`)
    if (run === null) throw new DriverError(`${call}: no step waits for an answer; nobody is subscribed to timeSteps`)
    if (decision !== null || given !== index - 1) throw new DriverError(`${call}: ${misplaced(given)}`)
    if (answer.kind === 'act' && last?.kind === 'last') {
      throw new DriverError(`${call}: step ${given} is the last of its episode, which begin(${given}) answers`)
    }
    decision = answer
    run.impatience?.unsubscribe()
    run.timeline.wake()
  }

  const misplaced = (given: number): string => {
    const expected = decision === null ? `step ${index - 1}, which waits for one` : `step ${index}, yet to come`
    if (given === last?.index) return `a second answer to step ${given}; the next one goes to ${expected}`
    return `${given < index ? 'a stale' : 'an early'} answer, to step ${given}; expected one to ${expected}`
  }

  const rest = (): void => release()?.subscriber.complete()

  const timeSteps = new Observable<TimeStep>((subscriber) => {
    if (closed) return subscriber.error(new DriverError('timeSteps: this world is closed'))
    if (run !== null) {
      const advice = 'timeSteps: this world has a subscriber already; several share one subscription through share()'
      return subscriber.error(new DriverError(advice))
    }
    if (!restored) {
      decision = { kind: 'begin' }
      last = null
    }
    restored = false
    const present: Run = { subscriber, timeline: schedule.timeline(advance), impatience: null }
    run = present
    present.timeline.wake()
    return () => {
      if (run === present) release()
    }
  })

  return {
    spec,
    timeSteps,
    act: (command, given, sampled) => note({ kind: 'act', command, sampled }, given),
    begin: (given) => note({ kind: 'begin' }, given),
    stop: async () => rest(),
    close: () => {
      if (closed) return
      closed = true
      rest()
      simulator.close()
    },
    snapshot: () => {
      if (closed) throw new DriverError('snapshot: this world is closed')
      if (decision === null) {
        throw new DriverError(
          'snapshot: no decision is noted; the cut is after the last operator of a record and before the world steps, ' +
            'so take it in a tap below actuate, or after unsubscribing there',
        )
      }
      return { simulator: simulator.snapshot(), step: last, decision, index, actions }
    },
    restore: (state) => {
      if (closed) throw new DriverError('restore: this world is closed')
      if (run !== null) throw new DriverError('restore: this world is running; unsubscribe or stop() it first')
      simulator.restore(state.simulator)
      ;({ step: last, decision, index, actions } = state)
      restored = true
    },
  }
}
