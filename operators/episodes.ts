import { type Observable, filter, map } from 'rxjs'
import type { TimeStep } from '../src/types.js'
import { type Episode, type TallyEpisodesOptions, tallyEpisodes } from './tallyEpisodes.js'

/**
 * Emits each episode, summed up, when it ends, and nothing else.
 *
 *     source    --a----b----t----a----u--|
 *     episodes  ------------E---------E--|
 *
 * What `tallyEpisodes` adds to the steps, without the steps.
 *
 * Memory: the counts so far, as `tallyEpisodes` keeps them.
 * Numbers: as in `tallyEpisodes`.
 * Fails: as `tallyEpisodes` does.
 */
export const episodes =
  (options: TallyEpisodesOptions = {}) =>
  <T extends TimeStep & { readonly episode?: never }>(source: Observable<T>): Observable<Episode> => {
    const tallied = map((step: { readonly episode: Episode | null }) => step.episode)(tallyEpisodes(options)(source))
    return filter((episode): episode is Episode => episode !== null)(tallied)
  }
