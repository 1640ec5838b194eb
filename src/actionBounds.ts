/** Compares the ranges of a policy's actions, of the commands that are sent and of those that a world accepts; makes the warnings. */
import type { ActionBounds, Vector, VectorSpec } from './types.js'

/** The relative tolerance of a bound, for rounding: float32 rounds 0.4 up by 1.5e-8 of it. */
const tolerance = 1e-6

const slackOf = (low: number, high: number): number =>
  tolerance * Math.max(Number.isFinite(low) ? Math.abs(low) : 0, Number.isFinite(high) ? Math.abs(high) : 0)

const rangeOf = ({ names, units, low, high }: VectorSpec, i: number): string =>
  `${names[i]} from ${low[i]} to ${high[i]}${units[i] === '1' ? '' : ` ${units[i]}`}`

/**
 * Finds the first component of a command that is outside the bounds of its spec; -1 if there is none.
 *
 * Memory: none; the limits are computed once.
 */
export const outOfBounds = ({ size, low, high }: VectorSpec): ((command: Vector) => number) => {
  const lowest = Float64Array.from({ length: size }, (_, i) => low[i] - slackOf(low[i], high[i]))
  const highest = Float64Array.from({ length: size }, (_, i) => high[i] + slackOf(low[i], high[i]))
  return (command) => {
    for (let i = 0; i < size; i++) if (command[i] < lowest[i] || command[i] > highest[i]) return i
    return -1
  }
}

/** The warning for a command whose component `i` is outside the bounds. */
export const outOfBoundsLine = (
  owner: string,
  step: number,
  world: string,
  spec: VectorSpec,
  i: number,
  value: number,
): string =>
  `${owner}: step ${step}: the command of component ${i} is ${value}, but ${world} accepts ${rangeOf(spec, i)}; it is sent as it is. ` +
  `clipAction or rescaleAction above keeps commands within the bounds. (This warning is printed once.)`

/** The warning for a policy that never uses a part of some component's range; null if it uses all of each range. */
export const unusedRangeLine = (owner: string, bounds: ActionBounds, spec: VectorSpec): string | null => {
  for (let i = 0; i < spec.size; i++) {
    const [low, high] = [spec.low[i], spec.high[i]]
    const slack = slackOf(low, high)
    if (!Number.isFinite(low) || !Number.isFinite(high) || (bounds.low <= low + slack && bounds.high >= high - slack))
      continue
    return (
      `${owner}: the world accepts ${rangeOf(spec, i)}, but the policy's actions are from ${bounds.low} to ${bounds.high}, ` +
      `so that a part of the range is never used. rescaleAction(world.spec.action) above actuate uses all of it; ` +
      `clipAction with bounds of ${bounds.low} and ${bounds.high} keeps this range without a warning.`
    )
  }
  return null
}
