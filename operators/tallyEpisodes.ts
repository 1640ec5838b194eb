import { type Observable, defer, map } from 'rxjs'
import { NotFiniteError } from '../src/failure.js'
import { type Cell, cell } from '../src/cell.js'
import type { TimeStep } from '../src/types.js'
import { addFields } from '../src/streams/addFields.js'

/** The summary of an episode that ended. */
export interface Episode {
  /** Counts the episodes of the run, from 1. */
  readonly episode: number
  /** Actions executed in the whole run, up to the episode's end. */
  readonly step: number
  /** Actions executed in the episode. */
  readonly length: number
  /** The undiscounted sum of its rewards. */
  readonly return: number
  readonly terminated: boolean
  readonly truncated: boolean
}

/** The counts so far: of the run, and of the episode under way. */
export interface Tally {
  readonly episodes: number
  readonly steps: number
  readonly length: number
  readonly return: number
}

/** The tally of a run that has not begun. */
export const emptyTally: Tally = { episodes: 0, steps: 0, length: 0, return: 0 }

/** Options of `tallyEpisodes` and `episodes`. */
export interface TallyEpisodesOptions {
  /** Holds the counts so far; `cell(emptyTally)` at the beginning of a run, and by default of each subscription. */
  readonly cell?: Cell<Tally>
}

/**
 * Adds up each episode and passes its last step on with the summary as `episode`.
 *
 *     source         --a-----b-----t-----a-----u--|
 *     tallyEpisodes  --a-----b-----t-----a-----u--|
 *     episode          null  null  1st   null  2nd
 *
 * Null on every step that is not last; an episode that is not over when the stream ends is left out.
 *
 * Memory: the counts so far, of the run and of the episode.
 * Numbers: the reward as it comes in, which operators above may have replaced, added in float64 in the order of the steps.
 * Fails: error notification with the step, for a reward that is not finite and for rewards whose sum is not.
 */
export const tallyEpisodes =
  (options: TallyEpisodesOptions = {}) =>
  <T extends TimeStep & { readonly episode?: never }>(
    source: Observable<T>,
  ): Observable<T & { readonly episode: Episode | null }> =>
    defer(() => {
      const tally = options.cell ?? cell(emptyTally)
      return map((step: T) => {
        const now = withStep(tally.value, step)
        const episode = step.kind === 'last' ? summaryOf(now, step) : null
        tally.value = episode === null ? now : { ...now, episodes: episode.episode, length: 0, return: 0 }
        return addFields(step, { episode })
      })(source)
    })

const withStep = (tally: Tally, { kind, reward, index }: TimeStep): Tally => {
  if (kind === 'first') return { ...tally, length: 0, return: 0 }
  const sum = tally.return + reward
  if (!Number.isFinite(sum)) {
    const isReward = !Number.isFinite(reward)
    throw new NotFiniteError(isReward ? 'reward' : 'return', null, isReward ? reward : sum, index)
  }
  return { ...tally, steps: tally.steps + 1, length: tally.length + 1, return: sum }
}

const summaryOf = (tally: Tally, { terminated, truncated }: TimeStep): Episode => {
  const { episodes, steps: step, length, return: sum } = tally
  return { episode: episodes + 1, step, length, return: sum, terminated, truncated }
}
