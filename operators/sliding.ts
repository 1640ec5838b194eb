import type { Observable } from 'rxjs'
import { type WorkOptions, workOff } from '../src/streams/workOff.js'

/**
 * Works values off one at a time; of those that come meanwhile the newest `size` wait, and the oldest are dropped.
 *
 *     source      --a-b-c-d-------e--|
 *     sliding(1)  -------A----C----D----(E|)     A: what the work on a says, five columns on; b was dropped
 *
 * For work that is slower than its source and wants fresh values: `sliding(1)` always goes on with the latest. Completes
 * when what waits has been worked off. Not for time steps on their way to `actuate`: each of them needs an answer.
 *
 * Memory: at most `size` values that wait, the value of the work under way, and the counts. Without a cell what waits is lost when the
 * subscription ends; with one the next subscription works it off.
 * Fails: throws a RangeError when the pipeline is built, unless `size` is a positive integer. Error notification with
 * the source's error, at once and whatever waits, with what the work throws or notifies, and where another subscription keeps its
 * memory in the cell.
 */
export const sliding = <In, Out>(
  size: number,
  options: WorkOptions<In, Out>,
): ((source: Observable<In>) => Observable<Out>) => workOff({ kind: 'sliding', size }, options)
