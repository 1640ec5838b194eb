import { type Observable, EMPTY, concat, defer, finalize, map } from 'rxjs'
import type { Cell } from '../src/cell.js'
import { atStep } from '../src/failure.js'
import { addFields } from '../src/streams/addFields.js'
import { mirrorInCell } from '../src/streams/mirrorInCell.js'
import { boundedQueue, type Overflow } from '../src/streams/overflow.js'
import { histogram } from '../src/time/histogram.js'
import {
  LATEST_UPDATES,
  emptyGap,
  type GapState,
  type LearningGap,
  type WaitingTransition,
} from '../src/time/learningGap.js'
import type { Learner, SampledAction, TimeStep, Transition } from '../src/types.js'

/** Options of `updateInGap`. */
export interface UpdateInGapOptions {
  /** The schedule whose deadlines count: what `realtime` returns. */
  readonly gap: LearningGap
  /** How many transitions wait while updates do not fit, and which are dropped: `{ kind: 'sliding', size: 8 }`. */
  readonly overflow: Overflow
  /**
   * Gaps in a row that may be too short for any update; after them the measured durations are cleared and one update is tried. The
   * default is 100.
   */
  readonly patience?: number
  /** Holds its memory; `cell(emptyGap)` at the beginning of a run, and by default of each subscription. */
  readonly cell?: Cell<GapState>
}

/** A transition that waits, with the time at which it came, in ms of the schedule's clock. */
interface Waiting extends Omit<WaitingTransition, 'waited'> {
  readonly since: number
}

/**
 * Updates a learner between the answer and the next deadline, and passes each step on at once.
 *
 *     due          |-----------|-----------|-----------|------
 *     source       -a-----------b--------------------c--d-----
 *     updateInGap  -a-----------b--------------------c--d-----     an update takes three columns: that of c has to wait
 *     learns from               b                       c,d
 *     report        no          b                    no d
 *
 * It stands below `actuate`, so that the action is sent before the learner learns. An update starts only if the duration that 99 % of
 * the latest updates did not exceed fits into the rest of the gap; otherwise the transition waits, and the next gap takes as many as
 * fit, the oldest first. `overflow` says how many may wait and which one is dropped. The `report` is that of the last update made at
 * this step, null if there was none.
 *
 * When the source completes, the learner learns from all waiting transitions before the completion is passed on. When the chain is
 * unsubscribed or fails, waiting transitions stay in the cell for the next subscription, and are dropped if there is no cell. Before
 * the first measurement an update counts as taking no time. After `patience` gaps without an update the measured durations are cleared,
 * so that one slow update, such as one before the engine has compiled the code, does not stop learning for good.
 *
 * Memory: `learner`, the caller's, changed in place; `gap.learning`, the caller's counts, which every beat reports; at most
 * `overflow.size` transitions, the latest 128 durations, and the number of gaps in a row without learning.
 * Numbers: the learner's. An update is a function of values, so that a late update changes no transition.
 * Fails: throws a RangeError when the pipeline is built, on an overflow without a positive size or a `patience` that is not a positive
 * integer. Error notification when the learner throws, where the error for a number that is not finite names the step of its
 * transition, and where another subscription keeps its memory in the cell.
 */
export const updateInGap = <S extends SampledAction, Report>(
  learner: Pick<Learner<S, Report>, 'update'>,
  { gap, overflow, patience = 100, cell: memory }: UpdateInGapOptions,
) => {
  boundedQueue(overflow, 'updateInGap')
  if (!(Number.isSafeInteger(patience) && patience > 0)) {
    throw new RangeError(`updateInGap: patience: expected a positive integer of gaps, got ${patience}`)
  }
  return <T extends TimeStep & { readonly transition: Transition | null; readonly report?: never }>(
    source: Observable<T>,
  ): Observable<T & { readonly report: Report | null }> =>
    defer(() => {
      const queue = boundedQueue<Waiting>(overflow, 'updateInGap')
      const durations = histogram({ window: LATEST_UPDATES })
      const before = memory?.value ?? emptyGap
      durations.restore(before.durations)
      let { refusals } = before
      const state = (): GapState => {
        const now = gap.scheduler.now()
        const waiting = queue.values().map(({ since, ...rest }) => ({ ...rest, waited: now - since }))
        return { waiting, durations: durations.snapshot(), refusals }
      }

      const fits = (): boolean => durations.quantile(0.99) <= gap.left()

      const learnFrom = ({ transition, index, since }: Waiting): Report => {
        const begun = gap.scheduler.now()
        try {
          // As in `update`: each decision was made by the `sampleAction` of this pipeline.
          const report = learner.update(transition as Transition<S>)
          durations.add(gap.scheduler.now() - begun)
          const { learning } = gap
          const { learnt, longestWait } = learning.value
          learning.value = {
            ...learning.value,
            learnt: learnt + 1,
            longestWait: Math.max(longestWait, begun - since),
          }
          return report
        } catch (error) {
          throw atStep(error, index)
        }
      }

      const learnWhile = (go: () => boolean): Report | null => {
        let report: Report | null = null
        while (queue.size > 0 && go()) report = learnFrom(queue.shift()!)
        return report
      }

      const addCounts = (delayed: number, dropped: number): void => {
        const { learning } = gap
        learning.value = {
          ...learning.value,
          delayed: learning.value.delayed + delayed,
          dropped: learning.value.dropped + dropped,
          waiting: queue.size,
        }
      }

      const useGap = (step: T): Report | null => {
        const droppedBefore = queue.dropped
        const taken = step.transition !== null && (overflow.kind === 'sliding' || queue.size < overflow.size)
        if (step.transition !== null) {
          queue.push({ transition: step.transition, index: step.index, since: gap.scheduler.now() })
        }
        const full = queue.size
        const report = learnWhile(fits)
        refusals = full > 0 && queue.size === full ? refusals + 1 : 0
        if (refusals >= patience) durations.clear()
        addCounts(taken && queue.size > 0 ? 1 : 0, queue.dropped - droppedBefore)
        return report
      }

      const learnFromRest = defer(() => {
        learnWhile(() => true)
        addCounts(0, 0)
        return EMPTY
      })

      const dropWaiting = (): void => {
        const left = queue.size
        while (queue.size > 0) queue.shift()
        if (left > 0) addCounts(0, left)
      }
      const resumed = gap.scheduler.now()
      for (const { waited, ...rest } of before.waiting) queue.push({ ...rest, since: resumed - waited })
      if (before.waiting.length > 0) addCounts(0, queue.dropped)

      type Reported = T & { readonly report: Report | null }
      const learning = concat(map((step: T) => addFields(step, { report: useGap(step) }))(source), learnFromRest)
      return memory === undefined
        ? finalize<Reported>(dropWaiting)(learning)
        : mirrorInCell<GapState, Reported>(memory, state)(learning)
    })
}
