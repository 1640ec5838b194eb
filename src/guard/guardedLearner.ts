/** What goes into a guard and what comes out of it: learners, and the action that is safe. */
import type { ClosableLearner } from '../learners/algorithm.js'
import type { Learner, Restorable, SampledAction } from '../types.js'
import type { GuardState } from './guardState.js'

/** A decision of a guard after a trip. The learner does not learn from the transition that it leads to. */
export interface SafeAction extends SampledAction {
  readonly safe: true
}

/** A learner under guard. Its reports are null where nothing was learnt. */
export interface GuardedLearner<S extends SampledAction = SampledAction, Report = unknown> extends ClosableLearner<
  S | SafeAction,
  Report | null
> {
  /** Trips so far. */
  readonly trips: number
  /** What it remembers and, in parts of its own, what its learner does. */
  readonly state: Restorable
  /** A copy of the same: that of a large replay buffer, too. */
  snapshot(): GuardState
}

/** A learner that may have something to close. */
export type Guardable<S extends SampledAction, Report> = Learner<S, Report> &
  Partial<Pick<ClosableLearner, 'actor' | 'close'>>
