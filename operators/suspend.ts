import { type Observable, defer } from 'rxjs'
import { cell } from '../src/cell.js'
import { emptyOverflowCounts, type WorkOptions } from '../src/streams/overflow.js'
import { type PullSource, workOnDemand } from '../src/streams/pullSource.js'

/**
 * Asks a pull source for its next value only when the work on the last one has completed; nothing waits, nothing is dropped.
 *
 *     source   a----b----c----|        each is given when it is asked for
 *     suspend  -----A----B----(C|)     A: what the work on a says, five columns on
 *
 * For what can wait, such as the lines of a file or a generator: the source is held up instead. Its source is an iterable,
 * asynchronous or not, and no observable, since nothing can be asked of one.
 *
 * Memory: one value; the counts, the caller's if handed in, in which nothing is ever waiting or dropped.
 * Fails: error notification with what the source throws, and with what the work throws or notifies. Leaving it, by an
 * error too, ends the source at once, by its iterator's `return`.
 */
export const suspend =
  <In, Out>({
    work,
    cell: counts = cell(emptyOverflowCounts),
  }: WorkOptions<In, Out>): ((source: PullSource<In>) => Observable<Out>) =>
  (source) =>
    workOnDemand(source, (value) =>
      defer(() => {
        const { arrived, begun, waiting, dropped } = counts.value
        counts.value = { arrived: arrived + 1, begun: begun + 1, waiting, dropped }
        return work(value)
      }),
    )
