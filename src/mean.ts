/** A power of two, which scales numbers down and up again without rounding; the sum of scaled numbers is finite for any array. */
const SCALE = 2 ** 60

/** The mean of some numbers: finite and between the least and the greatest, even if their sum is larger than the largest double. */
export const mean = (values: readonly number[]): number => {
  const sum = values.reduce((total, each) => total + each, 0)
  if (Number.isFinite(sum)) return sum / values.length
  const scaled = values.reduce((total, each) => total + each / SCALE, 0) / values.length
  return Math.min(Math.max(...values), Math.max(Math.min(...values), scaled * SCALE))
}
