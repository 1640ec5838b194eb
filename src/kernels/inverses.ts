/**
 * Inverses of elementary functions on doubles, made of + - * / and square root, as those in `elementary.ts` are, so that every engine and
 * machine gives the same bits. Errors are a few units in the last place; each test states its bound.
 */
import { log } from './elementary.js'

const HALF_PI = 1.5707963267948966

/** log(1 + x), which keeps its digits near 0: the rounding error of 1 + x cancels in the quotient (Kahan). */
export const logOnePlus = (x: number): number => {
  const sum = 1 + x
  if (sum === 1 || sum === Infinity) return x
  return log(sum) * (x / (sum - 1))
}

/** The inverse hyperbolic sine, log(x + √(x² + 1)), arranged so that nothing cancels. */
export const asinh = (x: number): number => {
  const size = Math.abs(x)
  // From here on x² is infinite in doubles or 1 is lost beside it.
  if (size > 1e150) return x > 0 ? log(size) + log(2) : -log(size) - log(2)
  const square = size * size
  const result = logOnePlus(size + square / (1 + Math.sqrt(square + 1)))
  return x < 0 ? -result : result
}

/** The inverse hyperbolic cosine, log(x + √(x² - 1)), in terms of x - 1; NaN below 1. */
export const acosh = (x: number): number => {
  if (x > 1e150) return log(x) + log(2)
  const above = x - 1
  return logOnePlus(above + Math.sqrt(above * (above + 2)))
}

/** The inverse hyperbolic tangent, ½ log((1 + x) / (1 - x)); NaN outside of [-1, 1]. */
export const atanh = (x: number): number => {
  const size = Math.abs(x)
  const result = 0.5 * logOnePlus((2 * size) / (1 - size))
  return x < 0 ? -result : result
}

/** arctan x for 0 ≤ x ≤ 1: two halvings of the angle bring x below 0.2, where 12 terms of the series are enough. */
const atanReduced = (x: number): number => {
  const half = x / (1 + Math.sqrt(1 + x * x))
  const quarter = half / (1 + Math.sqrt(1 + half * half))
  const q = quarter * quarter
  let sum = -1 / 23
  sum = sum * q + 1 / 21
  sum = sum * q - 1 / 19
  sum = sum * q + 1 / 17
  sum = sum * q - 1 / 15
  sum = sum * q + 1 / 13
  sum = sum * q - 1 / 11
  sum = sum * q + 1 / 9
  sum = sum * q - 1 / 7
  sum = sum * q + 1 / 5
  sum = sum * q - 1 / 3
  return 4 * (quarter + quarter * (q * sum))
}

/** The inverse cosine, 2 arctan √((1 - x) / (1 + x)), from 0 to π; NaN outside of [-1, 1]. */
export const acos = (x: number): number => {
  if (x < 0) return 2 * (HALF_PI - atanReduced(Math.sqrt((1 + x) / (1 - x))))
  return 2 * atanReduced(Math.sqrt((1 - x) / (1 + x)))
}
