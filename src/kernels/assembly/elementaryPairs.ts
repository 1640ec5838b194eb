/** The functions of `./elementary.ts` on two doubles at a time: the same operations in the same order, so the same bits. */

const LN2_HEAD: f64 = 0.6931471803691238
const LN2_TAIL: f64 = 1.9082149292705877e-10
const LN2: f64 = 0.6931471805599453

/** a x + b, rounded twice. */
// @ts-ignore: decorator
@inline
function step(a: v128, x: v128, b: f64): v128 {
  return f64x2.add(f64x2.mul(a, x), f64x2.splat(b))
}

/** e^r - 1 for |r| ≤ ln 2 / 2; any number for others. */
// @ts-ignore: decorator
@inline
function expMinusOneReduced(r: v128): v128 {
  let sum = f64x2.splat(1.0 / 6227020800)
  sum = step(sum, r, 1.0 / 479001600)
  sum = step(sum, r, 1.0 / 39916800)
  sum = step(sum, r, 1.0 / 3628800)
  sum = step(sum, r, 1.0 / 362880)
  sum = step(sum, r, 1.0 / 40320)
  sum = step(sum, r, 1.0 / 5040)
  sum = step(sum, r, 1.0 / 720)
  sum = step(sum, r, 1.0 / 120)
  sum = step(sum, r, 1.0 / 24)
  sum = step(sum, r, 1.0 / 6)
  sum = step(sum, r, 0.5)
  return f64x2.add(f64x2.mul(f64x2.mul(sum, r), r), r)
}

/** 2^k for two integers in the normal range of doubles, the lower two of four. */
// @ts-ignore: decorator
@inline
function powersOfTwo(k: v128): v128 {
  return i64x2.shl(i64x2.add(i64x2.extend_low_i32x4_s(k), i64x2.splat(1023)), 52)
}

/** The integers k of x = k ln 2 + r, for numbers whose e^x is neither 0 nor infinite; any integers for others. */
// @ts-ignore: decorator
@inline
function powersWithin(x: v128): v128 {
  const within = f64x2.pmax(f64x2.splat(-746), f64x2.pmin(f64x2.splat(710), x))
  return f64x2.floor(f64x2.add(f64x2.div(within, f64x2.splat(LN2)), f64x2.splat(0.5)))
}

/** The rest r of x = k ln 2 + r. */
// @ts-ignore: decorator
@inline
function rest(x: v128, k: v128): v128 {
  const head = f64x2.mul(k, f64x2.splat(LN2_HEAD))
  return f64x2.sub(f64x2.sub(x, head), f64x2.mul(k, f64x2.splat(LN2_TAIL)))
}

/** e^x of x = k ln 2 + r, from e^r - 1. */
// @ts-ignore: decorator
@inline
function expOf(x: v128, k: v128, less1: v128): v128 {
  const power = f64x2.add(less1, f64x2.splat(1))
  const whole = i32x4.trunc_sat_f64x2_s_zero(k)
  const half = i32x4.shr_s(whole, 1)
  let result = f64x2.mul(f64x2.mul(power, powersOfTwo(half)), powersOfTwo(i32x4.sub(whole, half)))
  result = v128.bitselect(f64x2.splat(Infinity), result, f64x2.gt(x, f64x2.splat(709.782712893384)))
  result = v128.andnot(result, f64x2.lt(x, f64x2.splat(-745.133219101941)))
  return v128.bitselect(x, result, f64x2.ne(x, x))
}

/** e^x - 1. */
// @ts-ignore: decorator
@inline
export function expMinusOnePair(x: v128): v128 {
  const isSmall = f64x2.lt(f64x2.abs(x), f64x2.splat(0.34))
  const k = powersWithin(x)
  const less1 = expMinusOneReduced(v128.bitselect(x, rest(x, k), isSmall))
  return v128.bitselect(less1, f64x2.sub(expOf(x, k, less1), f64x2.splat(1)), isSmall)
}

/** e^x. */
// @ts-ignore: decorator
@inline
function expPair(x: v128): v128 {
  const k = powersWithin(x)
  return expOf(x, k, expMinusOneReduced(rest(x, k)))
}

/** log((1 + s) / (1 - s)) for |s| ≤ 1/3. */
// @ts-ignore: decorator
@inline
function twiceArtanh(s: v128): v128 {
  const q = f64x2.mul(s, s)
  let sum = f64x2.splat(1.0 / 33)
  sum = step(sum, q, 1.0 / 31)
  sum = step(sum, q, 1.0 / 29)
  sum = step(sum, q, 1.0 / 27)
  sum = step(sum, q, 1.0 / 25)
  sum = step(sum, q, 1.0 / 23)
  sum = step(sum, q, 1.0 / 21)
  sum = step(sum, q, 1.0 / 19)
  sum = step(sum, q, 1.0 / 17)
  sum = step(sum, q, 1.0 / 15)
  sum = step(sum, q, 1.0 / 13)
  sum = step(sum, q, 1.0 / 11)
  sum = step(sum, q, 1.0 / 9)
  sum = step(sum, q, 1.0 / 7)
  sum = step(sum, q, 1.0 / 5)
  sum = step(sum, q, 1.0 / 3)
  const twice = f64x2.mul(f64x2.splat(2), s)
  return f64x2.add(twice, f64x2.mul(twice, f64x2.mul(q, sum)))
}

/** log(1 + e^x) without overflow. */
// @ts-ignore: decorator
@inline
export function softplusPair(x: v128): v128 {
  const e = expPair(f64x2.neg(f64x2.abs(x)))
  const positive = v128.and(x, f64x2.gt(x, f64x2.splat(0)))
  return f64x2.add(positive, twiceArtanh(f64x2.div(e, f64x2.add(f64x2.splat(2), e))))
}

/** The hyperbolic tangent. */
// @ts-ignore: decorator
@inline
export function tanhPair(x: v128): v128 {
  const t = expMinusOnePair(f64x2.mul(f64x2.splat(-2), f64x2.abs(x)))
  const size = f64x2.div(f64x2.abs(t), f64x2.add(f64x2.splat(2), t))
  return v128.bitselect(f64x2.neg(size), size, f64x2.lt(x, f64x2.splat(0)))
}
