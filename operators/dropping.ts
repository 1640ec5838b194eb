import type { Observable } from 'rxjs'
import { type WorkOptions, workOneByOne } from '../src/streams/workOneByOne.js'

/**
 * Works on one value at a time; of the values that come meanwhile the first `size` wait, and the rest are dropped.
 *
 *     source       --a-b-c-d-------e--|
 *     dropping(1)  -------A----B----D----(E|)     A: the result of the work on a, five columns later; c was dropped
 *
 * For work that needs the first values, such as the first samples of a burst. Completes when the work on all waiting values is done.
 * Not for time steps on their way to `actuate`: each of them needs an answer.
 *
 * Memory: at most `size` values that wait, the value of the work under way, and the counts. Without a cell the waiting values are lost
 * when the subscription ends; with a cell the next subscription works on them.
 * Fails: throws a RangeError when the pipeline is built, unless `size` is a positive integer. Error notification with the source's
 * error, at once even if values wait, with what the work throws or notifies, and where another subscription keeps its memory in the
 * cell.
 */
export const dropping = <In, Out>(
  size: number,
  options: WorkOptions<In, Out>,
): ((source: Observable<In>) => Observable<Out>) => workOneByOne({ kind: 'dropping', size }, options)
