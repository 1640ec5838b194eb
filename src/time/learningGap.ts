/** The time that a beat leaves over for learning, and the account of what was learnt in it. */
import type { SchedulerLike } from 'rxjs'
import type { Cell } from '../cell.js'

/** What became of the transitions so far. */
export interface LearningCounts {
  /** Learnt from. */
  readonly learnt: number
  /** Of all, those that had to let a deadline pass first. */
  readonly delayed: number
  /** Given up since too many waited. */
  readonly dropped: number
  /** Waiting now. */
  readonly waiting: number
  /** The longest that one which was learnt from had waited, in ms. */
  readonly longestWait: number
}

/** The account before the first transition. */
export const emptyLearningCounts: LearningCounts = { learnt: 0, delayed: 0, dropped: 0, waiting: 0, longestWait: 0 }

/** The time between an answer and the next deadline, as a learner sees it. */
export interface LearningGap {
  /** Where durations are measured. */
  readonly scheduler: SchedulerLike
  /** Milliseconds until the next deadline; 0 or less once it has come, Infinity while there is none. */
  left(): number
  /** Kept by whoever learns in the gap, and told in every beat. */
  readonly learning: Cell<LearningCounts>
}
