import type { Observable } from 'rxjs'
import { type WorkOptions, workOff } from '../src/streams/workOff.js'

/**
 * Works values off one at a time; of those that come meanwhile the first `size` wait, and the rest are dropped.
 *
 *     source       --a-b-c-d-------e--|
 *     dropping(1)  -------A----B----D----(E|)     A: what the work on a says, five columns on; c was dropped
 *
 * For work that must not lose its beginning, such as the first samples of a burst. Completes when what waits has been
 * worked off. Not for time steps on their way to `actuate`: each of them needs an answer.
 *
 * Memory: at most `size` values that wait, the value of the work under way, and the counts. Without a cell what waits is lost when the
 * subscription ends; with one the next subscription works it off.
 * Fails: throws a RangeError when the pipeline is built, unless `size` is a positive integer. Error notification with
 * the source's error, at once and whatever waits, with what the work throws or notifies, and where another subscription keeps its
 * memory in the cell.
 */
export const dropping = <In, Out>(
  size: number,
  options: WorkOptions<In, Out>,
): ((source: Observable<In>) => Observable<Out>) => workOff({ kind: 'dropping', size }, options)
