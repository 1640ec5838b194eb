/** A driver that plays a recorded run again, away from the robot. */
import * as t from 'io-ts'
import type { Observable, Subscription } from 'rxjs'
import { renderFailure } from '../edge/decode.js'
import { DriverError, SensorError } from '../failure.js'
import { type Cell, cell } from '../cell.js'
import type { PullSource } from '../streams/pullSource.js'
import { lockstep, type Schedule } from '../time/schedule.js'
import { jsonLines } from '../links/jsonLines.js'
import { decoder, fromJson, isTaken } from '../links/message.js'
import type { Driver, SampledAction } from '../types.js'
import { type Decision, type RunControl, loop } from './loop.js'
import {
  type RecordedStep,
  checkSizes,
  longestRecordedLine,
  recordedSpec,
  recordedStep,
  stepOrder,
} from './recordedStep.js'

/** What became of the answers so far. */
export interface AnswerCounts {
  readonly answered: number
  /** Actions that were not the recorded ones, in at least one bit. */
  readonly differed: number
}

/** The counts before any answer. */
export const emptyAnswerCounts: AnswerCounts = { answered: 0, differed: 0 }

/** How a recording is played. */
export interface RecordingOptions {
  readonly schedule?: Schedule
  /** Times as fast as it was recorded: 1 for the recorded time steps; Infinity (the default) as soon as each is answered. */
  readonly speed?: number
  /** What an action that is not the recorded one does: it is counted (the default), or fails the run. */
  readonly answers?: 'ignore' | 'compare'
  /** Holds the counts of the answers; `cell(emptyAnswerCounts)` at the beginning. */
  readonly cell?: Cell<AnswerCounts>
  /** Milliseconds that a step may stay without an answer; Infinity waits for ever. */
  readonly patience?: number
}

/** A driver that shows a recording. */
export interface RecordedDriver extends Driver {
  /** The recorded steps, with the `info` of a simulator where that was recorded. */
  readonly timeSteps: Observable<RecordedStep>
}

/** Milliseconds that a timer of the platform waits at most; a longer one ends at once. */
const LONGEST_WAIT = 2 ** 31 - 1

/**
 * A driver that shows what `record` wrote, from a path or from pieces of text.
 *
 *     subscribe  ^
 *     recorded   f---m---m---l---f---m--|      f: first, m: mid, l: last
 *     timeSteps  -f---m---m---l---f---m--|     at `speed` 1; a step waits for the answer to the one before, if that is later
 *
 * It waits for an answer as any driver does, but the past cannot be changed: whatever the action, the recorded next step
 * follows, with the decision that was recorded as its `previousAction`. So a learner learns from what was done, and a chain
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
    const value = decoder({ place, count: ignore, blame: ignore }, { codec }, fromJson)(line.value, undefined)
    return isTaken<A>(value) ? value : null
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

  /** Read and not shown yet. */
  let ahead: RecordedStep | null = null
  let reading: Promise<unknown> = Promise.resolve()
  /** Goes on to the next step, or for a `begin` to the next first one; whoever asks waits for who asked before. */
  const seek = (kind: Decision['kind']): Promise<RecordedStep | null> => {
    const sought = reading.then(async () => {
      ahead ??= await readStep()
      while (ahead !== null && kind === 'begin' && ahead.kind !== 'first') ahead = await readStep()
      return ahead
    })
    reading = sought.catch(ignore)
    return sought
  }

  let control: RunControl | null = null
  let wait: Subscription | null = null
  /** Where this episode began, by the clock and by the recorded time. */
  let origin = { now: 0, time: 0 }
  let shown = 0

  const check = ({ action }: SampledAction, recorded: SampledAction | null): void => {
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
  const proceed = async (decision: Decision, present: RunControl): Promise<void> => {
    try {
      const step = await seek(decision.kind)
      if (control !== present) return
      if (step === null) return world.rest()
      if (decision.kind === 'act') check(decision.sampled, step.previousAction)
      const { scheduler } = schedule
      if (decision.kind === 'begin') origin = { now: scheduler.now(), time: step.time }
      const left = ((step.time - origin.time) * 1000) / speed - (scheduler.now() - origin.now)
      if (left > LONGEST_WAIT) {
        throw new DriverError(
          `step ${shown + 1}: at speed ${speed} it is due in ${left} ms, and no timer waits that long`,
        )
      }
      if (left > 0 && speed < Infinity) wait = scheduler.schedule(() => present.ready(), left)
      else present.ready()
    } catch (error) {
      present.fail(error)
    }
  }
  const world = loop<RecordedStep>(
    {
      open: (present) => {
        control = present
        void proceed({ kind: 'begin' }, present)
      },
      answered: (decision) => {
        // The next step may have to be waited for, and is not due before.
        control?.pause()
        if (control !== null) void proceed(decision, control)
      },
      follow: (_, index) => {
        const step = ahead as RecordedStep
        ahead = null
        shown = index
        checkSizes(label, step, spec)
        return { ...step, index }
      },
      miss: ignore,
      rest: () => {
        control = null
        wait?.unsubscribe()
      },
    },
    { owner: label, schedule, patience },
  )
  return {
    spec,
    timeSteps: world.timeSteps,
    act: world.act,
    begin: world.begin,
    stop: async () => world.rest(),
    close: () => {
      if (world.close()) void lines.return?.()
    },
  }
}

const ignore = (): void => {}
