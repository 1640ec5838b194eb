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

/** How many steps of a recording were answered, and how. */
export interface AnswerCounts {
  readonly answered: number
  /** Actions that were not the recorded ones, in at least one bit. */
  readonly differed: number
}

/** The counts before any answer. */
export const emptyAnswerCounts: AnswerCounts = { answered: 0, differed: 0 }

/** How a recording is played. */
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

/** A driver that shows a recording: its steps have the `info` of a simulator where that was recorded. */
export type RecordedDriver = AwaitedDriver<RecordedStep>

/** Milliseconds that a timer of the platform waits at most; a longer one ends at once. */
const LONGEST_WAIT = 2 ** 31 - 1

/**
 * A driver that shows what `record` wrote, from a path or from pieces of text.
 *
 *     subscribe  ^
 *     recorded   f---m---m---l---f---m--|      f: first, m: mid, l: last
 *     timeSteps  -f---m---m---l---f---m--|     at `speed` 1; a step waits for the answer to the one before, if that is later
 *
 * Each step waits for its answer, but the answer decides nothing: the recorded next step follows whatever the action was, with the recorded
 * decision as its `previousAction`. So a learner learns from what was done, and a chain
 * that was seeded alike and begins with the same weights does the same again, which `answers: 'compare'` proves. `begin` goes to
 * the next first step. Indexes are counted anew; `time` is the recorded one. A later subscription goes on with the next episode;
 * at the end of the recording the stream completes.
 *
 * Memory: one step; lines are read when they are due.
 * Fails: rejects when the input cannot be read or does not begin as a recording. Error notification on a line that is bad, by
 * its number, field, expected and got, a time that goes back or far ahead among them; on vectors of another size than the spec's; when a step is acted upon after which
 * the recorded run began an episode; and, if compared, on the first action that differs, by its step and component.
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

  const refusedBy = stepOrder()
  const readStep = async (): Promise<RecordedStep | null> => {
    const step = await read(recordedStep)
    const failure = step === null ? null : refusedBy(step)
    if (failure !== null) throw new SensorError(`${label}: line ${number}: a bad message: ${renderFailure(failure)}`)
    return step
  }

  /** The step that was read last. */
  let ahead: RecordedStep | null = null
  /** The index that it was asked for with. */
  let asked = -1
  /** The step after the one that was shown last, or the next first one after it. */
  const seek = async (kind: Decision['kind'], index: number): Promise<RecordedStep | null> => {
    // One that is asked for again was not shown.
    if (index !== asked) ahead = null
    asked = index
    ahead ??= await readStep()
    while (ahead !== null && kind === 'begin' && ahead.kind !== 'first') ahead = await readStep()
    return ahead
  }

  const compare = ({ action }: SampledAction, recorded: SampledAction | null, shown: number): void => {
    if (recorded === null) {
      throw new DriverError(
        `step ${shown} was acted upon, but the recorded run began an episode after it: call begin(${shown})`,
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
      `step ${shown}: action${place < 0 ? '' : `[${place}]`}: expected ${expected} as recorded, got ${got}`,
    )
  }

  const { scheduler } = schedule
  /** Where this episode began, by the clock and by the recorded time. */
  let origin = { now: 0, time: 0 }
  /** The run that asked for the step under way is over. */
  let over = false
  /** Ends the wait that is under way. */
  let hurry = ignore
  /** Waits until a step is due, or until the run is over. */
  const due = (time: number, index: number): Promise<void> | void => {
    const left = ((time - origin.time) * 1000) / speed - (scheduler.now() - origin.now)
    if (left > LONGEST_WAIT) {
      throw new DriverError(`step ${index}: at speed ${speed} it is due in ${left} ms, and no timer waits that long`)
    }
    if (left <= 0 || speed === Infinity || over) return
    return new Promise((resolve) => {
      const timer = scheduler.schedule(() => resolve(), left)
      hurry = () => {
        timer.unsubscribe()
        resolve()
      }
    })
  }

  return awaited<RecordedStep>({
    spec,
    next: async (decision, index) => {
      over = false
      const step = await seek(decision.kind, index)
      if (step === null) return null
      checkSizes(label, step, spec)
      if (decision.kind === 'act') compare(decision.sampled, step.previousAction, index - 1)
      else origin = { now: scheduler.now(), time: step.time }
      await due(step.time, index)
      return step
    },
    stop: () => {
      over = true
      hurry()
    },
    close: () => void lines.return?.(),
    owner: label,
    schedule,
    patience,
  })
}

const ignore = (): void => {}
