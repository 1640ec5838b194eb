/**
 * PPO's loss of the critic, where the value moves from the one at collection time (Schulman et al. 2017 in their published program):
 *
 *     ½ max((V - y)², (V_old + clip(V - V_old, -ε, ε) - y)²)
 *
 * Ranks: all scalars.
 */

/** The loss of one value, from its target y and from the value that the old weights gave. */
export const clippedValueLoss = (value: number, oldValue: number, target: number, clip: number): number => {
  const clipped = oldValue + Math.min(clip, Math.max(-clip, value - oldValue))
  const error = value - target
  const clippedError = clipped - target
  return 0.5 * Math.max(error * error, clippedError * clippedError)
}

/** Its slope by V: V - y, and 0 where the clipped error is the greater one. */
export const clippedValueSlope = (value: number, oldValue: number, target: number, clip: number): number => {
  const moved = value - oldValue
  if (moved >= -clip && moved <= clip) return value - target
  const clippedError = oldValue + (moved > 0 ? clip : -clip) - target
  const error = value - target
  return error * error >= clippedError * clippedError ? error : 0
}
