/** The rows that a dashboard makes of the records of a run. */
import { mean } from '../mean.js'
import type { Metrics } from '../records/metrics.js'
import type { EpisodeOutcome } from '../records/tensorBoard.js'
import type { BeatCounts } from './frames.js'
import type { Row } from './thinned.js'

/** Episodes of which a row has the mean return, as `progress` has it. */
const LAST = 10

/** Makes a row of each episode: its return and length, and the mean return of the last ten. Memory: ten returns. */
export const episodeRows = (): ((episode: EpisodeOutcome) => Row) => {
  let returns: readonly number[] = []
  return ({ step, length, return: sum }) => {
    returns = [...returns, sum].slice(-LAST)
    return { step, values: { return: sum, length, meanReturn: mean(returns) } }
  }
}

/**
 * Makes a row of each window of metrics: its numbers by the names that they have in `metrics.csv`, and as `beatsMissed` how many beats were
 * missed since the window before, if beats are counted. Memory: the misses so far.
 */
export const windowRows = (): ((window: Metrics, beats: BeatCounts | null) => Row) => {
  let misses = 0
  return ({ step, stepsPerSecond, memoryBytes, means, moved }, beats) => {
    const values: Record<string, number> = { ...means }
    for (const [network, distance] of Object.entries(moved)) values[`moved.${network}`] = distance
    if (stepsPerSecond !== null) values['stepsPerSecond'] = stepsPerSecond
    if (memoryBytes !== null) values['memoryBytes'] = memoryBytes
    if (beats !== null) {
      values['beatsMissed'] = beats.misses - misses
      misses = beats.misses
    }
    return { step, values }
  }
}
