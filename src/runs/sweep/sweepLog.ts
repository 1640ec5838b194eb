/** `sweep.jsonl` in the directory of a sweep: a line for each run that ended. It says which runs are done when the sweep is started again. */
import { existsSync, readFileSync } from 'node:fs'
import { isRight } from 'fp-ts/lib/Either.js'
import { closed, finiteNumber, nonNegativeInteger, oneOf, text } from '../../edge/codecs.js'
import { decode } from '../../edge/decode.js'
import type { TypeOf } from 'io-ts'

/** The name of the file. */
export const sweepLogName = 'sweep.jsonl'

const entry = closed(
  {
    run: text,
    outcome: oneOf(['finished', 'failed']),
    /** Actions executed. */
    steps: nonNegativeInteger,
    /** Seconds of the run, over all of its processes. */
    seconds: finiteNumber,
  },
  {
    /** Mean return of the last ten episodes of its last process. */
    meanReturn: finiteNumber,
    /** Why it failed. */
    error: text,
  },
)

/** A line of the log. */
export type SweepLogEntry = TypeOf<typeof entry>

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

/**
 * The last entry of each run in a log, by the name of the run; none without a file. A line that is no entry, such as the half line of a
 * process that was killed, counts as not written: its run is resumed, and has no step left.
 */
export const readSweepLog = (path: string): ReadonlyMap<string, SweepLogEntry> => {
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []
  const entries = lines.map((line) => decode(entry)(parsed(line)))
  return new Map(entries.flatMap((each) => (isRight(each) ? [[each.right.run, each.right] as const] : [])))
}
