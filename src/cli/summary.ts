/** What a run came to, from its own episodes alone. */
import { mean } from '../mean.js'
import { escaped } from '../edge/escaped.js'
import { count, counted, decimal, duration } from './numberText.js'

/** The returns that a summary needs: those of a run's beginning and of its end. */
export interface Returns {
  readonly episodes: number
  /** Of the first episodes, ten at most. */
  readonly first: readonly number[]
  /** Of the last episodes, ten at most. */
  readonly last: readonly number[]
}

const WINDOW = 10

/** Of a run that no episode of has ended. */
export const noReturns: Returns = { episodes: 0, first: [], last: [] }

/** The returns with one more. */
export const withReturn = ({ episodes, first, last }: Returns, value: number): Returns => ({
  episodes: episodes + 1,
  first: first.length < WINDOW ? [...first, value] : first,
  last: [...last, value].slice(-WINDOW),
})

const outcome = ({ episodes, first, last }: Returns): string => {
  if (episodes === 0) return ', too few for an episode to end'
  if (episodes === 1) return `, in which one episode ended, with a return of ${decimal(first[0])}`
  // Of a short run, one half against the other: no episode is on both sides.
  const size = Math.min(WINDOW, Math.floor(episodes / 2))
  const many = size > 1
  return (
    ` took the ${many ? 'mean ' : ''}return from ${decimal(mean(first.slice(0, size)))} (first ${many ? `${size} episodes` : 'episode'})` +
    ` to ${decimal(mean(last.slice(-size)))} (last ${many ? `${size} ` : ''}of ${count(episodes)})`
  )
}

/** What a summary tells beside returns. */
export interface Run {
  readonly task: string
  readonly steps: number
  readonly seconds: number
  readonly path: string
}

/** One sentence: what was learned, in how many steps and how long, and where it was written. */
export const summary = ({ task, steps, seconds, path }: Run, returns: Returns): string =>
  `${task}: ${counted(steps, 'step')} in ${duration(seconds)}${outcome(returns)}; written to ${escaped(path)}.`

/** Where a run was when it ended too early. */
export interface Break {
  readonly executed: number
  readonly steps: number
  /** Episodes that were written. */
  readonly episodes: number
  readonly path: string
}

/** How far a run came that did not come to its end, and what is kept of it. */
export const kept = ({ executed, steps, episodes, path }: Break): string =>
  `stopped after ${count(executed)} of ${counted(steps, 'step')}; ` +
  `${episodes === 0 ? 'no episode had ended' : `${counted(episodes, 'episode')} kept`}; written to ${escaped(path)}`
