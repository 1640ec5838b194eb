/** A driver that plays a recorded run again, away from the robot. */
import * as t from 'io-ts'
import { renderFailure } from '../edge/decode.js'
import { DriverError, SensorError } from '../failure.js'
import { type Cell, cell } from '../cell.js'
import type { PullSource } from '../streams/pullSource.js'
import { lockstep, type Schedule } from '../time/schedule.js'
import { jsonLines } from '../links/jsonLines.js'
import { decoder, fromJson, isAccepted } from '../links/message.js'
import type { SampledAction } from '../types.js'
import { type AwaitedDriver, awaited } from './awaited.js'
import type { Decision } from './loopWorld.js'
import {
  type RecordedStep,
  checkSizes,
  longestRecordedLine,
  recordedSpec,
  recordedStep,
  stepOrder,
} from './recordedStep.js'

/** How many actions were sent to a recording, and how many differed. */
export interface AnswerCounts {
  readonly answered: number
  /** Actions that differed from the recorded ones in at least one bit. */
  readonly differed: number
}

/** The counts before any answer. */
export const emptyAnswerCounts: AnswerCounts = { answered: 0, differed: 0 }

/** Options of `recording`. */
export interface RecordingOptions {
  /** The default is `lockstep()`. */
  readonly schedule?: Schedule
  /**
   * Times as fast as it was recorded: 1 for the recorded time steps; Infinity shows each step as soon as the one before is answered.
   * The default is Infinity.
   */
  readonly speed?: number
  /** What an action that differs from the recorded one does: `ignore` counts it, `compare` fails the run. The default is `ignore`. */
  readonly answers?: 'ignore' | 'compare'
  /** Holds the counts of the answers; the default is a new `cell(emptyAnswerCounts)`. */
  readonly cell?: Cell<AnswerCounts>
  /** Milliseconds that a step may stay without an answer; the default is 10,000, and Infinity waits for ever. */
  readonly patience?: number
}

/** A driver that plays a recording: its steps have the `info` of a simulator if it was recorded. */
export type RecordedDriver = AwaitedDriver<RecordedStep>

/** Longest wait of the platform's timers in ms; a timer with a longer one ends at once. */
const LONGEST_WAIT = 2 ** 31 - 1

/**
 * A driver that plays the steps that `record` wrote, from a path or from pieces of text.
 *
 *     subscribe  ^
 *     recorded   f---m---m---l---f---m--|      f: first, m: mid, l: last
 *     timeSteps  -f---m---m---l---f---m--|     at `speed` 1; a step waits for the answer to the one before, if that is later
 *
 * Each step waits for its answer, but the answer has no effect: after any action the recorded next step follows, with the recorded
 * decision as its `previousAction`. So a learner learns from the recorded decisions. A pipeline with the same seed and the same initial
 * weights repeats them, which `answers: 'compare'` checks. `begin` skips to the next first step. Indexes count from 0; `time` is the
 * recorded one. A later subscription continues with the next episode; at the end of the recording the stream completes.
 *
 * Memory: one step; lines are read when they are due.
 * Fails: rejects when the input cannot be read or does not begin with a recording's first line. Error notification on a bad line, with
 * its number, field, expected and got, also for a time that goes back or far ahead; on vectors of another size than the spec's; on an
 * action for a step after which the recorded run began an episode; and, with `compare`, on the first action that differs, with its step
 * and component.
 */
export const recording = async (
  input: string | PullSource<string | Uint8Array>,
  options: RecordingOptions = {},
): Promise<RecordedDriver> => {
  const {
    schedule = lockstep(),
    speed = Infinity,
    answers = 'ignore',
    cell: counts = cell(emptyAnswerCounts),
    patience = 10_000,
  } = options
  if (!(speed > 0)) throw new RangeError(`recording: speed: expected a number above 0, got ${speed}`)
  const label = typeof input === 'string' ? `recording ${input}` : 'recording'
  const lines = jsonLines(input, {
    codec: t.string,
    parse: (line) => line,
    longest: longestRecordedLine,
  })[Symbol.asyncIterator]()
  let number = 0

  /** The next line, or null at the end. */
  const read = async <A>(codec: t.Decoder<unknown, A>): Promise<A | null> => {
    const line = await lines.next()
    number += 1
    if (line.done === true) return null
    const place = { label: `${label}: line ${number}`, secrets: [] }
    const value = decoder({ place, count: ignore, noteFailure: ignore }, { codec }, fromJson)(line.value, undefined)
    return isAccepted<A>(value) ? value : null
  }
  const head = await read(recordedSpec)
  if (head === null) throw new SensorError(`${label}: expected a recording, got an empty input`)
  const { spec } = head

  const failureInOrder = stepOrder()
  const readStep = async (): Promise<RecordedStep | null> => {
    const step = await read(recordedStep)
    const failure = step === null ? null : failureInOrder(step)
    if (failure !== null) throw new SensorError(`${label}: line ${number}: a bad message: ${renderFailure(failure)}`)
    return step
  }

  /** The step that was read last and not shown yet. */
  let unshownStep: RecordedStep | null = null
  /** The index of the call of `next` that read it. */
  let requestedIndex = -1
  /** The step after the one that was shown last, or for `begin` the next first step after it. */
  const stepFor = async (kind: Decision['kind'], index: number): Promise<RecordedStep | null> => {
    // A second call with the same index means that the step was not shown.
    if (index !== requestedIndex) unshownStep = null
    requestedIndex = index
    unshownStep ??= await readStep()
    while (unshownStep !== null && kind === 'begin' && unshownStep.kind !== 'first') unshownStep = await readStep()
    return unshownStep
  }

  const compare = ({ action }: SampledAction, recorded: SampledAction | null, shownIndex: number): void => {
    if (recorded === null) {
      throw new DriverError(
        `step ${shownIndex} got an action, but the recorded run began an episode after it: call begin(${shownIndex})`,
      )
    }
    const place = Array.from(recorded.action).findIndex((value, i) => value !== action[i])
    const same = place < 0 && action.length === recorded.action.length
    counts.value = {
      answered: counts.value.answered + 1,
      differed: counts.value.differed + (same ? 0 : 1),
    }
    if (same || answers === 'ignore') return
    const [expected, got] =
      place < 0 ? [`size ${recorded.action.length}`, `size ${action.length}`] : [recorded.action[place], action[place]]
    throw new DriverError(
      `step ${shownIndex}: action${place < 0 ? '' : `[${place}]`}: expected ${expected} as recorded, got ${got}`,
    )
  }

  const { scheduler } = schedule
  /** The beginning of this episode, by the clock and by the recorded time. */
  let origin = { now: 0, time: 0 }
  /** Whether the run that requested the present step is over. */
  let isRunOver = false
  /** Ends the wait that is under way. */
  let endWait = ignore
  /** Waits until a step is due, or until the run is over. */
  const waitUntilDue = (time: number, index: number): Promise<void> | void => {
    const left = ((time - origin.time) * 1000) / speed - (scheduler.now() - origin.now)
    if (left > LONGEST_WAIT) {
      throw new DriverError(
        `step ${index}: at speed ${speed} it is due in ${left} ms, which is longer than any timer waits`,
      )
    }
    if (left <= 0 || speed === Infinity || isRunOver) return
    return new Promise((resolve) => {
      const timer = scheduler.schedule(() => resolve(), left)
      endWait = () => {
        timer.unsubscribe()
        resolve()
      }
    })
  }

  return awaited<RecordedStep>({
    spec,
    next: async (decision, index) => {
      isRunOver = false
      const step = await stepFor(decision.kind, index)
      if (step === null) return null
      checkSizes(label, step, spec)
      if (decision.kind === 'act') compare(decision.sampled, step.previousAction, index - 1)
      else origin = { now: scheduler.now(), time: step.time }
      await waitUntilDue(step.time, index)
      return step
    },
    stop: () => {
      isRunOver = true
      endWait()
    },
    close: () => void lines.return?.(),
    owner: label,
    schedule,
    patience,
  })
}

const ignore = (): void => {}
