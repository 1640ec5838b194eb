/** The time that a beat leaves over for learning, and the account of what was learnt in it. */
import type { SchedulerLike } from 'rxjs'
import type { Cell } from '../cell.js'
import type { Transition } from '../types.js'
import type { HistogramState } from './histogram.js'

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
  /** The counts, which `updateInGap` keeps and every beat shows. */
  readonly learning: Cell<LearningCounts>
}

/** A transition that waits to be learnt from. */
export interface WaitingTransition {
  readonly transition: Transition
  /** Its step's index in the run. */
  readonly index: number
  /** How long it has waited, in ms. */
  readonly waited: number
}

/** Updates by whose durations the next one is judged: enough for a 99th percentile that one outlier does not make. */
export const LATEST_UPDATES = 128

/** What `updateInGap` remembers. Durations and no moments: a later subscription may be on another machine, whose clock is another. */
export interface GapState {
  /** Transitions that wait, the oldest first. */
  readonly waiting: readonly WaitingTransition[]
  /** How long the latest `LATEST_UPDATES` took. */
  readonly durations: HistogramState
  /** Gaps in a row that were too short for an update. */
  readonly refusals: number
}

/** The memory before the first transition. */
export const emptyGap: GapState = { waiting: [], durations: { longest: 0, counts: null, latest: [] }, refusals: 0 }
