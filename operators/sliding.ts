import type { Observable } from 'rxjs'
import { type WorkOptions, workOneByOne } from '../src/streams/workOneByOne.js'

/**
 * Works on one value at a time; of the values that come meanwhile the newest `size` wait, and the oldest are dropped.
 *
 *     source      --a-b-c-d-------e--|
 *     sliding(1)  -------A----C----D----(E|)     A: the result of the work on a, five columns later; b was dropped
 *
 * For work that is slower than its source and needs recent values: `sliding(1)` always continues with the latest one. Completes when
 * the work on all waiting values is done. Not for time steps on their way to `actuate`: each of them needs an answer.
 *
 * Memory: at most `size` values that wait, the value of the work under way, and the counts. Without a cell the waiting values are lost
 * when the subscription ends; with a cell the next subscription works on them.
 * Fails: throws a RangeError when the pipeline is built, unless `size` is a positive integer. Error notification with the source's
 * error, at once even if values wait, with what the work throws or notifies, and where another subscription keeps its memory in the
 * cell.
 */
export const sliding = <In, Out>(
  size: number,
  options: WorkOptions<In, Out>,
): ((source: Observable<In>) => Observable<Out>) => workOneByOne({ kind: 'sliding', size }, options)
