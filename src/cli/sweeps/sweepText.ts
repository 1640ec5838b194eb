/** What a sweep says of its runs. */
import { mean } from '../../mean.js'
import { countText, countWithNoun, decimalText, durationText } from '../numberText.js'
import type { RunExtent } from './childRun.js'

/** A run that ended: `Pendulum-v1-avg-s1: 400 steps in 0.4 s, 1,020 steps/s, mean return -1,150.9 (last 2)`. */
export const endedLine = (name: string, { executed, seconds, returns: { last } }: RunExtent): string =>
  [
    `${name}: ${countWithNoun(executed, 'step')} in ${durationText(seconds)}`,
    ...(seconds > 0 ? [`${countText(executed / seconds)} steps/s`] : []),
    last.length === 0 ? 'no episode ended' : `mean return ${decimalText(mean(last))} (last ${last.length})`,
  ].join(', ')

/** How far a sweep has come. */
export interface SweepProgress {
  /** All runs of the experiment. */
  readonly runs: number
  readonly finished: number
  readonly failed: number
  readonly running: number
  /** Null if nothing says how long the rest takes. */
  readonly secondsLeft: number | null
}

/** A sweep: `3 of 12 runs finished, 1 failed, 2 running, 4 min 12 s left`. */
export const progressText = ({ runs, finished, failed, running, secondsLeft }: SweepProgress): string =>
  [
    `${countText(finished)} of ${countWithNoun(runs, 'run')} finished`,
    ...(failed === 0 ? [] : [`${countText(failed)} failed`]),
    ...(running === 0 ? [] : [`${countText(running)} running`]),
    ...(secondsLeft === null || running === 0 ? [] : [`${durationText(secondsLeft)} left`]),
  ].join(', ')
