/** The check of what an IAC learner saved of itself, before anything is overwritten. */
import { ADAM_DOUBLES, checkClock } from '../parts/adam.js'
import { type ArenaSnapshot, checkArenaSnapshot, type StateSizes } from '../parts/arenaSnapshot.js'
import { checkScaler } from '../parts/tdErrorScaler.js'

/**
 * Refuses a snapshot that is not of this learner's shapes, or that holds what no learner leaves behind.
 *
 * Fails: RangeError with the field, what was expected and what came.
 */
export const checkIacSnapshot = (layout: StateSizes, state: ArenaSnapshot): void =>
  checkArenaSnapshot('iac', layout, state, (owner, doubles) => {
    checkClock(owner, doubles, 0)
    checkScaler(owner, doubles, ADAM_DOUBLES)
  })
