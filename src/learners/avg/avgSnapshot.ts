/** The check of what an AVG learner saved of itself, before anything is overwritten. */
import { ADAM_DOUBLES, checkClock } from '../parts/adam.js'
import { type ArenaSnapshot, checkArenaSnapshot, type StateSizes } from '../parts/arenaSnapshot.js'
import { checkScaler } from '../parts/tdErrorScaler.js'

/** Refuses an optimizer's clock and a scaler's statistics that no learner leaves behind; `doubles` begin with them. */
export const checkAvgDoubles = (owner: string, doubles: ArrayLike<number>): void => {
  checkClock(owner, doubles, 0)
  checkScaler(owner, doubles, ADAM_DOUBLES)
}

/**
 * Refuses a snapshot that is not of this learner's shapes, or that holds what no learner leaves behind.
 *
 * Fails: RangeError with the field, what was expected and what came.
 */
export const checkAvgSnapshot = (layout: StateSizes, state: ArenaSnapshot): void =>
  checkArenaSnapshot('avg', layout, state, checkAvgDoubles)
