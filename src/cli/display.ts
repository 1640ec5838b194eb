/** Shows how far a run has come: one line that is redrawn on a terminal, a plain line every ten seconds elsewhere. */
import {
  EMPTY,
  type MonoTypeOperatorFunction,
  concat,
  defer,
  filter,
  finalize,
  fromEvent,
  of,
  takeUntil,
  tap,
} from 'rxjs'
import type { Progress } from '../../operators/progress.js'
import type { CommandProcess } from './commandProcess.js'
import { countText, countWithNoun, decimalText, durationText } from './numberText.js'

/** Milliseconds between two records that are shown: 100 on a terminal, 10,000 elsewhere. */
export const displayInterval = ({ live: liveLine }: Pick<CommandProcess, 'live'>): number => (liveLine ? 100 : 10_000)

/** Passes on records that are so many milliseconds of the run apart, and the last one; null passes all on. */
export const spaced =
  (every: number | null): MonoTypeOperatorFunction<Progress> =>
  (source) =>
    every === null
      ? source
      : defer(() => {
          let next: number | null = null
          let last: Progress | null = null
          const shown = filter((record: Progress) => {
            next ??= record.seconds + every / 1000
            const isDue = record.seconds >= next
            if (isDue) next = record.seconds + every / 1000
            last = isDue ? null : record
            return isDue
          })
          return concat(
            shown(source),
            defer(() => (last === null ? EMPTY : of(last))),
          )
        })

/** One record of progress as a line, short enough for most terminals. */
export const progressLine = ({ steps, total, stepsPerSecond, episodes, meanReturn, secondsLeft }: Progress): string =>
  [
    `${countText(steps)}/${countText(total)} steps`,
    `${countText(stepsPerSecond)}/s`,
    countWithNoun(episodes, 'episode'),
    ...(meanReturn === null ? [] : [`mean return ${decimalText(meanReturn)} (last ${Math.min(episodes, 10)})`]),
    ...(secondsLeft === null ? [] : [`${durationText(secondsLeft)} left`]),
  ].join(', ')

const plainLines = <T>({ stderr }: CommandProcess, lineOf: (record: T) => string): MonoTypeOperatorFunction<T> =>
  tap((record) => stderr.write(lineOf(record) + '\n'))

/** The spinner's module is a parameter, since only runs load it: the rest of the command starts without it. */
const live =
  <T>(
    { stderr }: CommandProcess,
    lineOf: (record: T) => string,
    { default: ora }: typeof import('ora'),
  ): MonoTypeOperatorFunction<T> =>
  (source) =>
    defer(() => {
      // With `discardStdin: false`, Ctrl-C is still a signal.
      const spinner = ora({ stream: stderr, isEnabled: true, discardStdin: false, text: 'starting' }).start()
      return source.pipe(
        tap((record) => {
          spinner.text = lineOf(record)
        }),
        finalize(() => spinner.stop()),
      )
    })

/** Writes the line that `lineOf` returns for each record to the standard error stream, and passes the record on. */
export const displayRecords = async <T>(
  commandProcess: CommandProcess,
  lineOf: (record: T) => string,
): Promise<MonoTypeOperatorFunction<T>> =>
  commandProcess.live ? live(commandProcess, lineOf, await import('ora')) : plainLines(commandProcess, lineOf)

/**
 * Writes progress to the standard error stream and passes it on; a redrawn line is cleared at the end.
 *
 *     source   --p-----p-----(p|)
 *     display  --p-----p-----(p|)
 *
 * `note` is appended to each line; by default nothing is.
 */
export const displayProgress = (
  commandProcess: CommandProcess,
  note: () => string = () => '',
): Promise<MonoTypeOperatorFunction<Progress>> =>
  displayRecords(commandProcess, (record) => progressLine(record) + note())

/** Completes when a signal asks the command to end. */
export const untilAborted = <T>(signal: AbortSignal): MonoTypeOperatorFunction<T> =>
  takeUntil(signal.aborted ? of(null) : fromEvent(signal, 'abort'))
