/** Watches the decisions of a policy, window by window: how many are at its bounds, and how many of its hidden units are active. */
import type { Learner, Vector } from '../types.js'
import { deadFault, type Fault, saturatedFault } from './trip.js'
import type { WholeGuardOptions } from './guardOptions.js'

/** The window under way, as plain data. */
export interface WindowState {
  readonly decisions: number
  /** Components of actions so far, and those at a bound. */
  readonly components: number
  readonly atBound: number
  /** Decisions of which the active units were marked. */
  readonly marks: number
  /** 1 for each hidden unit that was active. */
  readonly active: Uint8Array
}

/** A watch over decisions. */
export interface PolicyWatch {
  /** Takes in an action that was just decided; a fault if it ends a window with one. */
  take(action: Vector): Fault | null
  /** Begins a window. */
  begin(): void
  state(): WindowState
  restore(state: WindowState): void
}

/** One decision of so many is looked into for active units. */
const MARK_EVERY = 100
/** An action is at a bound if it is nearer to it than this share of the range. */
const NEAR = 0.01

/**
 * Watches the decisions of a learner.
 *
 * Memory: four counts, and a byte for each hidden unit. A decision allocates nothing.
 * Numbers: an action's component is at a bound within 1 % of the range of it. A window shorter than 100 decisions has one decision of which the
 * units are looked at.
 */
export const policyWatch = (
  learner: Pick<Learner, 'actionBounds' | 'hiddenUnits' | 'markActive'>,
  { window, saturatedShare, deadShare }: Pick<WholeGuardOptions, 'window' | 'saturatedShare' | 'deadShare'>,
): PolicyWatch => {
  const { actionBounds, hiddenUnits } = learner
  const range = actionBounds === undefined ? 0 : actionBounds.high - actionBounds.low
  const low = actionBounds === undefined ? -Infinity : actionBounds.low + NEAR * range
  const high = actionBounds === undefined ? Infinity : actionBounds.high - NEAR * range
  const watchesUnits = learner.markActive !== undefined && hiddenUnits !== undefined && deadShare !== 'none'
  const active = new Uint8Array(watchesUnits ? hiddenUnits : 0)
  let [decisions, components, atBound, marks] = [0, 0, 0, 0]

  const begin = (): void => {
    decisions = components = atBound = marks = 0
    active.fill(0)
  }
  const judge = (): Fault | null => {
    const saturated = atBound / components
    if (actionBounds !== undefined && saturatedShare !== 'none' && saturated >= saturatedShare) {
      return saturatedFault(saturated, decisions, saturatedShare)
    }
    if (!watchesUnits || marks === 0) return null
    let alive = 0
    for (let i = 0; i < active.length; i++) alive += active[i]
    const dead = 1 - alive / active.length
    return dead >= deadShare ? deadFault(dead, decisions, deadShare) : null
  }
  return {
    take: (action) => {
      for (let i = 0; i < action.length; i++) if (action[i] <= low || action[i] >= high) atBound++
      components += action.length
      if (watchesUnits && decisions % MARK_EVERY === 0 && learner.markActive?.(active) === true) marks++
      decisions++
      if (decisions < window) return null
      const fault = judge()
      begin()
      return fault
    },
    begin,
    state: () => ({ decisions, components, atBound, marks, active: active.slice() }),
    restore: (state) => {
      ;({ decisions, components, atBound, marks } = state)
      active.set(state.active)
    },
  }
}
