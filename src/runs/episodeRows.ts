/** The rows of `episodes.csv`: what they hold, how they are written, and how they are read. */
import { type Either, right } from 'fp-ts/lib/Either.js'
import { type Field, finiteNumber, guarded, nonNegativeInteger, positiveInteger, yesOrNo } from '../edge/codecs.js'
import { printable, type Failure } from '../edge/decode.js'
import { refuse } from '../learners/interchange/refusal.js'

/** One line of `episodes.csv`: an episode that ended. */
export interface EpisodeRow {
  /** Counts the run's episodes from 1. */
  readonly episode: number
  /** Actions executed in the run when the episode ended. */
  readonly step: number
  readonly length: number
  /** The sum of its rewards, undiscounted. */
  readonly return: number
  /** Whether the task ended it; false if a time limit did. */
  readonly terminated: boolean
  /** Since the run began, by the machine's clock. */
  readonly seconds: number
}

/** The columns of `episodes.csv`, in order. */
const episodeColumns = ['episode', 'step', 'length', 'return', 'terminated', 'seconds'] as const

/** The first line of `episodes.csv`. */
export const episodesHead = episodeColumns.join(',')

/** The line of a row. */
export const episodeLine = (row: EpisodeRow): string =>
  [row.episode, row.step, row.length, row.return, row.terminated, row.seconds.toFixed(3)].join(',')

/** How JavaScript writes a finite number. */
const NUMERAL = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/

const fromNumeral = (written: string): unknown => (NUMERAL.test(written) ? Number(written) : written)
const fromWord = (written: string): unknown => (written === 'true' ? true : written === 'false' ? false : written)

const notNegative = guarded(
  'a number >= 0',
  (input): input is number => typeof input === 'number' && Number.isFinite(input) && input >= 0,
)

/** How each column is parsed, and what it takes. No decoder runs on a row: a long experiment has a million of them. */
const columns: Readonly<Record<keyof EpisodeRow, { parse: (written: string) => unknown; codec: Field<unknown> }>> = {
  episode: { parse: fromNumeral, codec: positiveInteger },
  step: { parse: fromNumeral, codec: nonNegativeInteger },
  length: { parse: fromNumeral, codec: positiveInteger },
  return: { parse: fromNumeral, codec: finiteNumber },
  terminated: { parse: fromWord, codec: yesOrNo },
  seconds: { parse: fromNumeral, codec: notNegative },
}

/**
 * The episodes of a run, from the text of its `episodes.csv`. A last line without its end is left out, since a process that was killed
 * may have written half of it.
 *
 * Fails: one failure for the first wrong line, which it names: another head, a missing or wrong value, an episode that is not counted on
 * by one, or a step that is not later than the one before.
 */
export const readEpisodes = (text: string): Either<readonly Failure[], readonly EpisodeRow[]> => {
  const lines = text.split('\n').slice(0, -1)
  if (lines[0] !== episodesHead) return refuse('line 1', episodesHead, printable(lines[0] ?? text))
  const rows: EpisodeRow[] = []
  let last = { episode: 0, step: 0 }
  for (let i = 1; i < lines.length; i++) {
    const cells = lines[i].split(',')
    if (cells.length !== episodeColumns.length) {
      return refuse(`line ${i + 1}`, `${episodeColumns.length} values`, printable(lines[i]))
    }
    const row: Partial<Record<keyof EpisodeRow, unknown>> = {}
    for (const [place, name] of episodeColumns.entries()) {
      const { parse, codec } = columns[name]
      const value = parse(cells[place])
      if (!codec.is(value)) return refuse(`line ${i + 1}: ${name}`, codec.name, printable(cells[place]))
      row[name] = value
    }
    // Every column has a value that its codec takes.
    const read = row as unknown as EpisodeRow
    if (read.episode !== last.episode + 1) {
      return refuse(`line ${i + 1}: episode`, String(last.episode + 1), String(read.episode))
    }
    if (read.step <= last.step) {
      return refuse(`line ${i + 1}: step`, `a step after ${last.step}`, String(read.step))
    }
    rows.push(read)
    last = read
  }
  return right(rows)
}
