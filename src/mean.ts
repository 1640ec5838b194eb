/** Halves a number this often and back without a rounding, so that a sum of as many as there can be stays finite. */
const SCALE = 2 ** 60

/** The mean of some numbers, of any sizes: finite and among them also where their sum is larger than the largest double. */
export const mean = (values: readonly number[]): number => {
  const sum = values.reduce((total, each) => total + each, 0)
  if (Number.isFinite(sum)) return sum / values.length
  const scaled = values.reduce((total, each) => total + each / SCALE, 0) / values.length
  return Math.min(Math.max(...values), Math.max(Math.min(...values), scaled * SCALE))
}
