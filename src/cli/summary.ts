/** The sentence that sums a run up, from its own episodes. */
import { mean } from '../mean.js'
import { escaped } from '../edge/escaped.js'
import type { Exit } from './exit.js'
import { countText, countWithNoun, decimalText, durationText } from './numberText.js'

/** The returns that a summary needs: those of a run's first and last episodes. */
export interface Returns {
  readonly episodes: number
  /** Of the first episodes, ten at most. */
  readonly first: readonly number[]
  /** Of the last episodes, ten at most. */
  readonly last: readonly number[]
}

const WINDOW = 10

/** The returns of a run before its first episode has ended. */
export const noReturns: Returns = { episodes: 0, first: [], last: [] }

/** Adds the return of one more episode. */
export const withReturn = ({ episodes, first, last }: Returns, value: number): Returns => ({
  episodes: episodes + 1,
  first: first.length < WINDOW ? [...first, value] : first,
  last: [...last, value].slice(-WINDOW),
})

const returnsText = ({ episodes, first, last }: Returns): string => {
  if (episodes === 0) return ', too few for an episode to end'
  if (episodes === 1) return `, in which one episode ended, with a return of ${decimalText(first[0])}`
  // A short run compares its first half with its second half, so that no episode counts in both.
  const size = Math.min(WINDOW, Math.floor(episodes / 2))
  const many = size > 1
  return (
    ` took the ${many ? 'mean ' : ''}return from ${decimalText(mean(first.slice(0, size)))} (first ${many ? `${size} episodes` : 'episode'})` +
    ` to ${decimalText(mean(last.slice(-size)))} (last ${many ? `${size} ` : ''}of ${countText(episodes)})`
  )
}

/** A run that came to its end. */
export interface FinishedRun {
  readonly task: string
  readonly steps: number
  readonly seconds: number
  readonly path: string
}

/** One sentence: what was learned, in how many steps and how long, and where it was written. */
export const summary = ({ task, steps, seconds, path }: FinishedRun, returns: Returns): string =>
  `${task}: ${countWithNoun(steps, 'step')} in ${durationText(seconds)}${returnsText(returns)}; written to ${escaped(path)}.`

/** A run that stopped before its end. */
export interface StoppedRun {
  readonly executed: number
  readonly steps: number
  /** Episodes that were written. */
  readonly episodes: number
  readonly path: string
}

/** How far a run came that stopped before its end, and how many of its episodes were written. */
export const stoppedText = ({ executed, steps, episodes, path }: StoppedRun): string =>
  `stopped after ${countText(executed)} of ${countWithNoun(steps, 'step')}; ` +
  `${episodes === 0 ? 'no episode had ended' : `${countWithNoun(episodes, 'episode')} kept`}; written to ${escaped(path)}`

/** The exit of a run that failed, whose line names the checkpoint from which it can go on. */
export const withCheckpoint = (exit: Exit, step: number | null): Exit => {
  if (exit.code !== 1 || step === null) return exit
  const [line, ...others] = exit.lines
  return { ...exit, lines: [`${line}; its newest checkpoint is of step ${countText(step)}`, ...others] }
}
