import { type Observable, filter, map } from 'rxjs'
import type { TimeStep } from '../src/types.js'
import { type Episode, type TallyEpisodesOptions, tallyEpisodes } from './tallyEpisodes.js'

/**
 * Emits the summary of each episode when it ends, and nothing else.
 *
 *     source    --a----b----t----a----u--|
 *     episodes  ------------E---------E--|
 *
 * It emits what `tallyEpisodes` adds to the steps, without the steps.
 *
 * Memory: as in `tallyEpisodes`: the counts so far, of the run and of the episode.
 * Numbers: as in `tallyEpisodes`.
 * Fails: as `tallyEpisodes`.
 */
export const episodes =
  (options: TallyEpisodesOptions = {}) =>
  <T extends TimeStep & { readonly episode?: never }>(source: Observable<T>): Observable<Episode> => {
    const tallied = map((step: { readonly episode: Episode | null }) => step.episode)(tallyEpisodes(options)(source))
    return filter((episode): episode is Episode => episode !== null)(tallied)
  }
