import { type MonoTypeOperatorFunction, takeWhile } from 'rxjs'

/**
 * Passes records until one for which `predicate` holds, and completes with that one.
 *
 *     source     --a----b----c----d----e--
 *     predicate    no   no   no   yes
 *     stopWhen   --a----b----c----(d|)
 *
 * The world comes to rest, as with `takeSteps`, which a run needs beside it if the predicate may never hold. It stands below `actuate`,
 * and takes records of any kind: `stopWhen(({ episode }) => episode !== null && episode.return > -200)` below `tallyEpisodes`.
 *
 * Memory: none.
 * Fails: error notification when `predicate` throws.
 */
export const stopWhen = <T>(predicate: (value: T) => boolean): MonoTypeOperatorFunction<T> =>
  takeWhile((value: T) => !predicate(value), true)
