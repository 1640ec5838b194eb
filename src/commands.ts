/** How a policy's actions become commands in the units of a world: cut off at its bounds, or stretched to them. */
import { checkVectorSpec } from './checks.js'
import { NotFiniteError } from './failure.js'
import type { Vector, VectorSpec } from './types.js'

/** The command of an action of the same size, as a new Float64Array. */
export type CommandOf = (action: Vector) => Float64Array

/**
 * Cuts each component off at its bounds: min(max(action, low), high).
 *
 * Fails: at once with a RangeError for a bound that is missing and for a lower bound above the upper one, and with a TypeError for no bounds
 * at all; later with a NotFiniteError for a component that is not finite, which clipping would hide.
 */
export const clippedCommand = (owner: string, spec: VectorSpec): CommandOf => {
  checkVectorSpec(owner, spec)
  const { size, low, high, names } = spec
  for (let i = 0; i < size; i++) {
    // Written so that NaN and undefined fail too; an infinite bound means no bound, and is allowed.
    if (!(low[i] <= high[i])) {
      throw new RangeError(`${owner}: expected low <= high for component ${i} (${names[i]}), got ${low[i]}, ${high[i]}`)
    }
  }
  return (action) => {
    const command = new Float64Array(size)
    for (let i = 0; i < size; i++) {
      const value = action[i]
      if (!Number.isFinite(value)) throw new NotFiniteError('action', { index: i, name: names[i] }, value)
      command[i] = value < low[i] ? low[i] : value > high[i] ? high[i] : value
    }
    return command
  }
}

/** The number that lies between two bounds as `action` does between -1 and 1. */
const between = (low: number, high: number, action: number): number => {
  // Each part is halved by itself: their sum may be larger than the largest double before it is.
  const value = ((1 - action) / 2) * low + ((1 + action) / 2) * high
  // Between bounds that are both near the largest double the sum still rounds beyond one by half a unit in the last place.
  return Math.abs(action) <= 1 ? Math.min(Math.max(value, low), high) : value
}

/**
 * Stretches [-1, 1] to the bounds of each component: (1 - action) / 2 low + (1 + action) / 2 high.
 *
 * Fails: at once with a RangeError for a bound that is missing or infinite and for a lower bound above the upper one, and with a TypeError for
 * no bounds at all.
 */
export const rescaledCommand = (owner: string, spec: VectorSpec): CommandOf => {
  checkVectorSpec(owner, spec)
  const { size, low, high, names } = spec
  for (let i = 0; i < size; i++) {
    if (!(Number.isFinite(low[i]) && Number.isFinite(high[i]) && low[i] <= high[i])) {
      throw new RangeError(
        `${owner}: expected finite low <= high for component ${i} (${names[i]}), got ${low[i]}, ${high[i]}`,
      )
    }
  }
  return (action) => {
    const command = new Float64Array(size)
    for (let i = 0; i < size; i++) command[i] = between(low[i], high[i], action[i])
    return command
  }
}
