/** The elementary functions of `../elementary.ts` that a squashed sample needs: the same operations in the same order, so the same bits. */

const LN2_HEAD: f64 = 0.6931471803691238
const LN2_TAIL: f64 = 1.9082149292705877e-10
const LN2: f64 = 0.6931471805599453
const SQRT1_2: f64 = 0.7071067811865476

/** 2^k for integers k in the normal range of doubles. */
// @ts-ignore: decorator
@inline
function powerOfTwo(k: i32): f64 {
  return reinterpret<f64>(<u64>(k + 1023) << 52)
}

/** e^r - 1 for |r| ≤ ln 2 / 2. */
function expMinusOneReduced(r: f64): f64 {
  let sum: f64 = 1.0 / 6227020800
  sum = sum * r + 1.0 / 479001600
  sum = sum * r + 1.0 / 39916800
  sum = sum * r + 1.0 / 3628800
  sum = sum * r + 1.0 / 362880
  sum = sum * r + 1.0 / 40320
  sum = sum * r + 1.0 / 5040
  sum = sum * r + 1.0 / 720
  sum = sum * r + 1.0 / 120
  sum = sum * r + 1.0 / 24
  sum = sum * r + 1.0 / 6
  sum = sum * r + 0.5
  return sum * r * r + r
}

/** e^x. */
export function exp(x: f64): f64 {
  if (x != x) return x
  if (x > 709.782712893384) return Infinity
  if (x < -745.133219101941) return 0
  const k = <i32>Math.floor(x / LN2 + 0.5)
  const power = expMinusOneReduced(x - <f64>k * LN2_HEAD - <f64>k * LN2_TAIL) + 1
  const half = k >> 1
  return power * powerOfTwo(half) * powerOfTwo(k - half)
}

/** log((1 + s) / (1 - s)) for |s| ≤ 1/3. */
function twiceArtanh(s: f64): f64 {
  const q = s * s
  let sum: f64 = 1.0 / 33
  sum = sum * q + 1.0 / 31
  sum = sum * q + 1.0 / 29
  sum = sum * q + 1.0 / 27
  sum = sum * q + 1.0 / 25
  sum = sum * q + 1.0 / 23
  sum = sum * q + 1.0 / 21
  sum = sum * q + 1.0 / 19
  sum = sum * q + 1.0 / 17
  sum = sum * q + 1.0 / 15
  sum = sum * q + 1.0 / 13
  sum = sum * q + 1.0 / 11
  sum = sum * q + 1.0 / 9
  sum = sum * q + 1.0 / 7
  sum = sum * q + 1.0 / 5
  sum = sum * q + 1.0 / 3
  return 2 * s + 2 * s * (q * sum)
}

/** log(1 + e^x) without overflow. */
export function softplus(x: f64): f64 {
  const e = exp(-Math.abs(x))
  return (x > 0 ? x : 0) + twiceArtanh(e / (2 + e))
}

/** The hyperbolic tangent. */
export function tanh(x: f64): f64 {
  const r = -2 * Math.abs(x)
  const t = r > -0.34 ? expMinusOneReduced(r) : exp(r) - 1
  const size = Math.abs(t) / (2 + t)
  return x < 0 ? -size : size
}

/** The natural logarithm of a normal number above 0. */
export function log(x: f64): f64 {
  const bits = reinterpret<u64>(x)
  let e = <i32>(bits >> 52) - 1022
  let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3fe0000000000000)
  if (m < SQRT1_2) {
    m *= 2
    e -= 1
  }
  return <f64>e * LN2_HEAD + (<f64>e * LN2_TAIL + twiceArtanh((m - 1) / (m + 1)))
}
