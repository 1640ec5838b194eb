/**
 * The quantile of sorted numbers, between the two nearest of them in proportion to the distances: a share of 0.5 of 1 and 2 is 1.5.
 *
 * Fails: RangeError for no numbers and for a share outside of [0, 1].
 */
export const quantile = (sorted: ArrayLike<number>, share: number): number => {
  if (sorted.length === 0 || !(share >= 0 && share <= 1)) {
    throw new RangeError(`quantile: expected numbers and a share from 0 to 1, got ${sorted.length} and ${share}`)
  }
  const place = (sorted.length - 1) * share
  const below = Math.floor(place)
  const above = Math.min(below + 1, sorted.length - 1)
  const weight = place - below
  // As a sum of two parts: the difference of two large numbers of opposite signs would not be finite.
  return sorted[below] * (1 - weight) + sorted[above] * weight
}
