import { type Observable, concat, defer } from 'rxjs'
import { mirrorInCell } from '../src/streams/mirrorInCell.js'
import { type PullSource, workOnDemand } from '../src/streams/pullSource.js'
import { type OverflowState, type WorkOptions, emptyOverflow, trackWork } from '../src/streams/workOneByOne.js'

/**
 * Asks a pull source for its next value only when the work on the last one has completed; nothing waits, nothing is dropped.
 *
 *     source   a----b----c----|        each is returned when it is asked for
 *     suspend  -----A----B----(C|)     A: the result of the work on a, five columns later
 *
 * For a source that can wait, such as the lines of a file or a generator. The source is an iterable, asynchronous or not, and not an
 * observable, which emits without being asked. If its cell holds a value whose work an earlier subscription did not finish, `suspend`
 * does that work before it asks for a value.
 *
 * Memory: the value of the work under way and the counts, in which no value ever waits or is dropped; the position in the source is not
 * part of it.
 * Fails: error notification with what the source throws, with what the work throws or notifies, and where another subscription keeps
 * its memory in the cell. Unsubscribing or an error ends the source at once, by its iterator's `return`.
 */
export const suspend =
  <In, Out>({ work, cell }: WorkOptions<In, Out>): ((source: PullSource<In>) => Observable<Out>) =>
  (source) =>
    defer(() => {
      const before: OverflowState<In> = cell?.value ?? emptyOverflow
      let { arrived, begun } = before
      const underway = trackWork(work)
      const state = (): OverflowState<In> => ({ ...before, arrived, begun, underway: underway.value })
      const asked = workOnDemand(source, (value) => {
        arrived += 1
        begun += 1
        return underway.on(value)
      })
      const worked = before.underway === null ? asked : concat(underway.on(before.underway.value), asked)
      return mirrorInCell<OverflowState<In>, Out>(cell, state)(worked)
    })
