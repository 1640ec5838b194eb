/**
 * Time steps in RxJS's marble notation.
 *
 * One column is one frame, one millisecond. Letters are time steps: `t` ends an episode as terminated, `u` as truncated,
 * any other is a step in the middle of one (`a b c` successively, by habit), and whatever comes first, or first after an
 * end, is a first step. `|` completes, `#` is an error, `(bc)` come in one frame, ` 40ms ` stands for forty columns, other
 * spaces only align.
 */
import type { ObservableNotification } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import type { TimeStep } from '../types.js'

/** A notification and the frame it came in. */
export interface Timed<V> {
  readonly frame: number
  readonly notification: ObservableNotification<V>
}

/** A source that was read from marbles: what it will say, and the letters that said so, by step index. */
export interface Script {
  readonly cues: readonly Timed<TimeStep>[]
  readonly letters: readonly string[]
  /** Frames that the marbles span. */
  readonly length: number
}

/** What `#` stands for in a source. */
export const scriptedError = new Error('the error of the script')

/**
 * Reads marbles as time steps that agree with one another.
 *
 * Numbers: two observed, one acted, all different; rewards 0 on first steps; index and time counted.
 * Fails: throws when a letter is not a lower-case one, when an episode ends before it has had an action, and on a number
 * that is no time.
 */
export const script = (marbles: string): Script => {
  const letters: string[] = []
  let begun = false
  const read = (letter: string, frame: number): TimeStep => {
    const ends = letter === 't' || letter === 'u'
    if (!/^[a-z]$/.test(letter)) throw new Error(`marbles "${marbles}": expected a lower-case letter, got "${letter}"`)
    if (ends && !begun) throw new Error(`marbles "${marbles}": "${letter}" ends an episode that has had no action`)
    const index = letters.push(letter) - 1
    const step: TimeStep = {
      kind: ends ? 'last' : begun ? 'mid' : 'first',
      observation: Float64Array.of(index / 4 - 1, 2 / (index + 1)),
      reward: begun ? 1 + index / 8 : 0,
      terminated: letter === 't',
      truncated: letter === 'u',
      previousAction: begun ? { action: Float32Array.of(1 / (index + 1)) } : null,
      index,
      time: frame / 1000,
    }
    begun = !ends
    return step
  }
  const cues = heard(marbles).map(({ frame, notification }) =>
    notification.kind === 'N'
      ? { frame, notification: { kind: 'N' as const, value: read(notification.value, frame) } }
      : { frame, notification },
  )
  return { cues, letters, length: columns(marbles).length }
}

/** A timeline with a column for each of its frames: without the spaces, and with a dash for each millisecond of a time. */
export const columns = (marbles: string): string =>
  marbles
    .replaceAll(/(?<=^|\s)(\d+)ms(?=\s|$)/g, (_, frames: string) => '-'.repeat(Number(frames)))
    .replaceAll(/\s/g, '')

/** What marbles say, letter by letter. */
export const heard = (marbles: string): readonly Timed<string>[] => {
  const line = columns(marbles)
  if (/\d/.test(line)) throw new Error(`marbles "${marbles}": expected columns or " 40ms " for the time, got a number`)
  // Outside a scheduler's run a column is ten frames to RxJS.
  const column = TestScheduler.frameTimeFactor
  const parsed: Timed<string>[] = TestScheduler.parseMarbles(line, undefined, scriptedError, false, true)
  return parsed.map(({ frame, notification }) => ({ frame: frame / column, notification }))
}

/** The time steps of a timeline, without the time: `timeSteps('abtab')`. */
export const timeSteps = (marbles: string): readonly TimeStep[] =>
  script(marbles).cues.flatMap(({ notification }) => (notification.kind === 'N' ? [notification.value] : []))

/** Draws notifications as marbles, at least `length` columns unless they end; long silences as `500ms`. */
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
    drawn += silence(frame - column) + group
    column = frame + group.length
  }
  return notifications.some(({ notification }) => notification.kind !== 'N') ? drawn : drawn + silence(length - column)
}

/** So many frames in which nothing comes. */
export const silence = (frames: number): string => (frames > 100 ? ` ${frames}ms ` : '-'.repeat(Math.max(frames, 0)))
