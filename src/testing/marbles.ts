/**
 * Time steps in RxJS's marble notation.
 *
 * One column is one frame, one millisecond. Letters are time steps: `t` ends an episode as terminated, `u` as truncated, and any
 * other letter is a step in the middle of an episode (usually `a b c`). The first letter, and the first one after an end, is a first
 * step. `|` completes, `#` is an error, `(bc)` are in one frame, ` 40ms ` stands for forty columns, and other spaces only align.
 */
import type { ObservableNotification } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import type { TimeStep } from '../types.js'

/** A notification and its frame. */
export interface Timed<V> {
  readonly frame: number
  readonly notification: ObservableNotification<V>
}

/** A source that was read from marbles: its notifications, and the letters of its steps, by step index. */
export interface MarbleSource {
  readonly notifications: readonly Timed<TimeStep>[]
  readonly letters: readonly string[]
  /** Frames that the marbles span. */
  readonly length: number
}

/** The error of `#` in a source. */
export const scriptedError = new Error('the error of the script')

/**
 * Reads marbles as time steps of one run.
 *
 * Numbers: observations of two components and actions of one, all different; rewards, 0 on first steps; index and time count up.
 * Fails: throws on a letter that is not lower-case, on an episode that ends before its first action, and on a number that is not a time.
 */
export const readMarbles = (marbles: string): MarbleSource => {
  const letters: string[] = []
  let inEpisode = false
  const read = (letter: string, frame: number): TimeStep => {
    const ends = letter === 't' || letter === 'u'
    if (!/^[a-z]$/.test(letter)) throw new Error(`marbles "${marbles}": expected a lower-case letter, got "${letter}"`)
    if (ends && !inEpisode) throw new Error(`marbles "${marbles}": "${letter}" ends an episode that has had no action`)
    const index = letters.push(letter) - 1
    const step: TimeStep = {
      kind: ends ? 'last' : inEpisode ? 'mid' : 'first',
      observation: Float64Array.of(index / 4 - 1, 2 / (index + 1)),
      reward: inEpisode ? 1 + index / 8 : 0,
      terminated: letter === 't',
      truncated: letter === 'u',
      previousAction: inEpisode ? { action: Float32Array.of(1 / (index + 1)) } : null,
      index,
      time: frame / 1000,
    }
    inEpisode = !ends
    return step
  }
  const notifications = parseMarbles(marbles).map(({ frame, notification }) =>
    notification.kind === 'N'
      ? { frame, notification: { kind: 'N' as const, value: read(notification.value, frame) } }
      : { frame, notification },
  )
  return { notifications, letters, length: columns(marbles).length }
}

/** A timeline with one column for each frame: without spaces, and with a dash for each millisecond of a time. */
export const columns = (marbles: string): string =>
  marbles
    .replaceAll(/(?<=^|\s)(\d+)ms(?=\s|$)/g, (_, frames: string) => '-'.repeat(Number(frames)))
    .replaceAll(/\s/g, '')

/** The notifications of marbles, with letters as values. */
export const parseMarbles = (marbles: string): readonly Timed<string>[] => {
  const line = columns(marbles)
  if (/\d/.test(line)) throw new Error(`marbles "${marbles}": expected columns or " 40ms " for the time, got a number`)
  // Outside a scheduler's run RxJS counts a column as ten frames.
  const column = TestScheduler.frameTimeFactor
  const parsed: Timed<string>[] = TestScheduler.parseMarbles(line, undefined, scriptedError, false, true)
  return parsed.map(({ frame, notification }) => ({ frame: frame / column, notification }))
}

/** The time steps of a timeline, without its frames: `timeSteps('abtab')`. */
export const timeSteps = (marbles: string): readonly TimeStep[] =>
  readMarbles(marbles).notifications.flatMap(({ notification }) =>
    notification.kind === 'N' ? [notification.value] : [],
  )

/** Draws notifications as marbles, with at least `length` columns unless they end; long silences are written as `500ms`. */
export const draw = <V>(notifications: readonly Timed<V>[], letter: (value: V) => string, length: number): string => {
  const symbols = new Map<number, string>()
  for (const { frame, notification } of notifications) {
    const symbol = notification.kind === 'N' ? letter(notification.value) : notification.kind === 'E' ? '#' : '|'
    symbols.set(frame, (symbols.get(frame) ?? '') + symbol)
  }
  let drawn = ''
  let column = 0
  for (const [frame, symbol] of symbols) {
    const group = symbol.length === 1 ? symbol : `(${symbol})`
    drawn += emptyFrames(frame - column) + group
    column = frame + group.length
  }
  return notifications.some(({ notification }) => notification.kind !== 'N')
    ? drawn
    : drawn + emptyFrames(length - column)
}

/** This number of frames without notifications. */
export const emptyFrames = (frames: number): string =>
  frames > 100 ? ` ${frames}ms ` : '-'.repeat(Math.max(frames, 0))
