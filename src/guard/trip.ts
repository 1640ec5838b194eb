/** What a guard has found, and what it did about it. */
import { countText, shareText } from './words.js'

/** What trips a guard. */
export type TripCause =
  /** A number of an observation, an action or a reward that is not finite, or larger than `LARGEST`. */
  | 'input'
  /** A number that the learner computed and refused. */
  | 'notFinite'
  /** A weight that is not finite. */
  | 'weights'
  /** Weights that moved farther than the bound since the look before. */
  | 'explodingUpdates'
  /** Actions of a window that were at a bound. */
  | 'saturatedPolicy'
  /** Hidden units that were not active in a window. */
  | 'deadUnits'

/** One trip of a guard. */
export interface Trip {
  readonly cause: TripCause
  /** One line. */
  readonly reason: string
  /** Trips so far, this one included. */
  readonly trips: number
  /**
   * `refused`: the transition or the decision alone, and the learner is as it was; `rolledBack`: the learner is as in its last good snapshot;
   * `stopped`: an error is thrown, which ends the run.
   */
  readonly outcome: 'refused' | 'rolledBack' | 'stopped'
  /** Updates that the learner has now. */
  readonly updates: number
  /** Updates that the rollback took back; 0 without one. */
  readonly updatesLost: number
  /** By what the guard has multiplied all step sizes so far. */
  readonly stepSizeScale: number
}

/** A cause and its reason. */
export type Fault = Pick<Trip, 'cause' | 'reason'>

/** A fault of weights that moved too far. */
export const explodingFault = (network: string, moved: number, updates: number, largest: number): Fault => ({
  cause: 'explodingUpdates',
  reason:
    `${network} moved ${Number(moved.toPrecision(3))} times its norm in ${countText(updates)} updates, ` +
    `expected ${largest} times at most`,
})

/** A fault of a policy whose actions are at its bounds. */
export const saturatedFault = (share: number, decisions: number, bound: number): Fault => ({
  cause: 'saturatedPolicy',
  reason:
    `${shareText(share)} of the components of the last ${countText(decisions)} actions were at a bound, ` +
    `expected less than ${shareText(bound)}`,
})

/** A fault of a policy of which most units do nothing. */
export const deadFault = (share: number, decisions: number, bound: number): Fault => ({
  cause: 'deadUnits',
  reason:
    `${shareText(share)} of the hidden units of the policy were not active in the last ${countText(decisions)} decisions, ` +
    `expected less than ${shareText(bound)}`,
})
