/** Shows how far a run has come: one live line on a terminal, a plain line now and then elsewhere. */
import { type MonoTypeOperatorFunction, defer, finalize, fromEvent, of, takeUntil, tap } from 'rxjs'
import type { Progress } from '../../operators/progress.js'
import type { CommandProcess } from './commandProcess.js'
import { count, counted, decimal, duration } from './numberText.js'

/** Milliseconds between two records that are worth showing. */
export const interval = ({ live }: Pick<CommandProcess, 'live'>): number => (live ? 100 : 10_000)

/** One record of progress as a line, short enough for most terminals. */
export const progressLine = ({ steps, total, stepsPerSecond, episodes, meanReturn, secondsLeft }: Progress): string =>
  [
    `${count(steps)}/${count(total)} steps`,
    `${count(stepsPerSecond)}/s`,
    counted(episodes, 'episode'),
    ...(meanReturn === null ? [] : [`mean return ${decimal(meanReturn)} (last ${Math.min(episodes, 10)})`]),
    ...(secondsLeft === null ? [] : [`${duration(secondsLeft)} left`]),
  ].join(', ')

const plain = <T>({ stderr }: CommandProcess, lineOf: (record: T) => string): MonoTypeOperatorFunction<T> =>
  tap((record) => stderr.write(lineOf(record) + '\n'))

/** Takes the spinner from outside, since it is loaded by runs alone: the rest of the command should start at once. */
const live =
  <T>(
    { stderr }: CommandProcess,
    lineOf: (record: T) => string,
    { default: ora }: typeof import('ora'),
  ): MonoTypeOperatorFunction<T> =>
  (source) =>
    defer(() => {
      // Left alone, stdin goes on making Ctrl-C a signal.
      const spinner = ora({ stream: stderr, isEnabled: true, discardStdin: false, text: 'starting' }).start()
      return source.pipe(
        tap((record) => {
          spinner.text = lineOf(record)
        }),
        finalize(() => spinner.stop()),
      )
    })

/** Writes records to the standard error stream as they pass, each as `lineOf` says it. */
export const displayAs = async <T>(
  commandProcess: CommandProcess,
  lineOf: (record: T) => string,
): Promise<MonoTypeOperatorFunction<T>> =>
  commandProcess.live ? live(commandProcess, lineOf, await import('ora')) : plain(commandProcess, lineOf)

/**
 * Writes progress to the standard error stream as it passes, and leaves nothing of a live line behind.
 *
 *     source   --p-----p-----(p|)
 *     display  --p-----p-----(p|)
 */
export const display = (commandProcess: CommandProcess): Promise<MonoTypeOperatorFunction<Progress>> =>
  displayAs(commandProcess, progressLine)

/** Completes when a signal asks the command to end. */
export const untilAborted = <T>(signal: AbortSignal): MonoTypeOperatorFunction<T> =>
  takeUntil(signal.aborted ? of(null) : fromEvent(signal, 'abort'))
