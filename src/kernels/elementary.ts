/**
 * Elementary functions on doubles, made of + - * / and square root alone, so that every engine and machine gives the same
 * bits: the platform's own differ between Node releases. Errors are a few units in the last place; each test states its bound.
 */

/** ln 2 cut in two: the head has trailing zeros, so that a multiple of it by a small integer is exact. */
const LN2_HEAD = 0.6931471803691238
const LN2_TAIL = 1.9082149292705877e-10
const LN2 = 0.6931471805599453
const SQRT1_2 = 0.7071067811865476

/** π/2 cut in three for the reduction of angles; the first two are exact when multiplied by integers below 2^20. */
const HALF_PI_HEAD = 1.5707963267341256
const HALF_PI_MIDDLE = 6.077100506303966e-11
const HALF_PI_TAIL = 2.0222662487959506e-21

const view = new DataView(new ArrayBuffer(8))

/** 2^k for integers k in the normal range of doubles. */
const powerOfTwo = (k: number): number => {
  view.setUint32(0, (k + 1023) << 20)
  view.setUint32(4, 0)
  return view.getFloat64(0)
}

/** e^r - 1 for |r| ≤ ln 2 / 2, by the Taylor series of e^r to the 13th power; keeps its digits near 0. */
const expMinusOneReduced = (r: number): number => {
  let sum = 1 / 6227020800
  sum = sum * r + 1 / 479001600
  sum = sum * r + 1 / 39916800
  sum = sum * r + 1 / 3628800
  sum = sum * r + 1 / 362880
  sum = sum * r + 1 / 40320
  sum = sum * r + 1 / 5040
  sum = sum * r + 1 / 720
  sum = sum * r + 1 / 120
  sum = sum * r + 1 / 24
  sum = sum * r + 1 / 6
  sum = sum * r + 0.5
  return sum * r * r + r
}

/** e^x: x = k ln 2 + r with |r| ≤ ln 2 / 2, then e^x = 2^k e^r. */
export const exp = (x: number): number => {
  if (x !== x) return x
  if (x > 709.782712893384) return Infinity
  if (x < -745.133219101941) return 0
  const k = Math.floor(x / LN2 + 0.5)
  const power = expMinusOneReduced(x - k * LN2_HEAD - k * LN2_TAIL) + 1
  // Two factors, so that neither leaves the range of normal doubles where the result does not.
  const half = k >> 1
  return power * powerOfTwo(half) * powerOfTwo(k - half)
}

/** e^x - 1, which keeps its digits near 0. */
export const expMinusOne = (x: number): number => (Math.abs(x) < 0.34 ? expMinusOneReduced(x) : exp(x) - 1)

/** 2 artanh(s) = log((1 + s) / (1 - s)) for |s| ≤ 1/3, by its series. */
const twiceArtanh = (s: number): number => {
  const q = s * s
  let sum = 1 / 33
  sum = sum * q + 1 / 31
  sum = sum * q + 1 / 29
  sum = sum * q + 1 / 27
  sum = sum * q + 1 / 25
  sum = sum * q + 1 / 23
  sum = sum * q + 1 / 21
  sum = sum * q + 1 / 19
  sum = sum * q + 1 / 17
  sum = sum * q + 1 / 15
  sum = sum * q + 1 / 13
  sum = sum * q + 1 / 11
  sum = sum * q + 1 / 9
  sum = sum * q + 1 / 7
  sum = sum * q + 1 / 5
  sum = sum * q + 1 / 3
  return 2 * s + 2 * s * (q * sum)
}

/**
 * The natural logarithm of the double that `at` begins with, written over it: in memory a double is not boxed by the engine, as
 * one that is passed or returned may be. x = m 2^e with m in [√½, √2], then log m = 2 artanh((m - 1) / (m + 1)).
 */
export const logInPlace = (at: DataView): void => {
  let x = at.getFloat64(0)
  if (x !== x || x < 0) return at.setFloat64(0, NaN)
  if (x === 0) return at.setFloat64(0, -Infinity)
  if (x === Infinity) return
  let e = 0
  if (x < 2.2250738585072014e-308) {
    x *= 18014398509481984
    e = -54
  }
  at.setFloat64(0, x)
  const high = at.getUint32(0)
  e += (high >>> 20) - 1022
  at.setUint32(0, (high & 0x000fffff) | 0x3fe00000)
  let m = at.getFloat64(0)
  if (m < SQRT1_2) {
    m *= 2
    e -= 1
  }
  at.setFloat64(0, e * LN2_HEAD + (e * LN2_TAIL + twiceArtanh((m - 1) / (m + 1))))
}

/** The natural logarithm. */
export const log = (x: number): number => {
  view.setFloat64(0, x)
  logInPlace(view)
  return view.getFloat64(0)
}

/** log(1 + e^x) without overflow: max(x, 0) + log(1 + e^-|x|). */
export const softplus = (x: number): number => {
  const e = exp(-Math.abs(x))
  return (x > 0 ? x : 0) + twiceArtanh(e / (2 + e))
}

/** The hyperbolic tangent: with t = e^(-2|x|) - 1, tanh |x| = -t / (2 + t). */
export const tanh = (x: number): number => {
  const t = expMinusOne(-2 * Math.abs(x))
  const size = Math.abs(t) / (2 + t)
  return x < 0 ? -size : size
}

/** sin r for |r| ≤ π/4, by its Taylor series to the 17th power. */
const sinReduced = (r: number): number => {
  const q = r * r
  let sum = 1 / 355687428096000
  sum = sum * q - 1 / 1307674368000
  sum = sum * q + 1 / 6227020800
  sum = sum * q - 1 / 39916800
  sum = sum * q + 1 / 362880
  sum = sum * q - 1 / 5040
  sum = sum * q + 1 / 120
  sum = sum * q - 1 / 6
  return r + r * (q * sum)
}

/** cos r for |r| ≤ π/4, by its Taylor series to the 18th power. */
const cosReduced = (r: number): number => {
  const q = r * r
  let sum = -1 / 6402373705728000
  sum = sum * q + 1 / 20922789888000
  sum = sum * q - 1 / 87178291200
  sum = sum * q + 1 / 479001600
  sum = sum * q - 1 / 3628800
  sum = sum * q + 1 / 40320
  sum = sum * q - 1 / 720
  sum = sum * q + 1 / 24
  return 1 - 0.5 * q + q * q * sum
}

/** Up to here an angle is reduced by π/2 in three parts; above it, by many more digits. */
const LARGE_ANGLE = 1e6

/** π/2 in units of 2^-1152: enough digits for the largest double less its multiples. */
const HALF_PI_BITS = 1152
const HALF_PI = BigInt(
  '0x1921fb54442d18469898cc51701b839a252049c1114cf98e804177d4c76273644a29410f' +
    '31c6809bbdf2a33679a748636605614dbe4be286e9fc26adadaa3848bc90b6aecc4bcfd8' +
    'de89885d34c6fdad617feb96de80d6fdbdc70d7f6b5133f4b5d3e4822f8963fcc9250cca' +
    '3d9c8b67b8400f97142c77e0b31b4906c38aba734d22c7f51fa499ebf06caba47b9475b2' +
    'c',
)
/** Binary digits of a rest below π/4 that are kept; no double is so near to a multiple of π/2 that it needs more. */
const KEPT_BITS = 180

/** sin(x + turns π/2) for finite |x| from `LARGE_ANGLE` up, reduced in whole numbers. It allocates, as no other function here does. */
const sinOfLarge = (x: number, turns: number): number => {
  view.setFloat64(0, x)
  const high = view.getUint32(0)
  const fraction = (BigInt((high & 0xfffff) | 0x100000) << 32n) | BigInt(view.getUint32(4))
  const scaled = fraction << BigInt(((high >>> 20) & 0x7ff) - 1075 + HALF_PI_BITS)
  let k = scaled / HALF_PI
  let rest = scaled - k * HALF_PI
  if (2n * rest > HALF_PI) {
    k += 1n
    rest -= HALF_PI
  }
  const r = Number(rest >> BigInt(HALF_PI_BITS - KEPT_BITS)) / powerOfTwo(KEPT_BITS)
  const quarters = Number(k & 3n)
  return x < 0 ? sinOfQuarters(-r, 4 - quarters + turns) : sinOfQuarters(r, quarters + turns)
}

/** sin(r + quarters π/2) for |r| ≤ π/4. */
const sinOfQuarters = (r: number, quarters: number): number => {
  const quadrant = ((quarters % 4) + 4) % 4
  if (quadrant === 0) return sinReduced(r)
  if (quadrant === 1) return cosReduced(r)
  return quadrant === 2 ? -sinReduced(r) : -cosReduced(r)
}

/** sin(x + turns π/2), with x reduced to |r| ≤ π/4. */
const sinOfTurned = (x: number, turns: number): number => {
  if (!(Math.abs(x) < Infinity)) return NaN
  if (Math.abs(x) >= LARGE_ANGLE) return sinOfLarge(x, turns)
  const k = Math.floor(x / (HALF_PI_HEAD + HALF_PI_MIDDLE) + 0.5)
  return sinOfQuarters(x - k * HALF_PI_HEAD - k * HALF_PI_MIDDLE - k * HALF_PI_TAIL, k + turns)
}

/** The sine of an angle in radians, of any size; NaN for one that is not finite. */
export const sin = (x: number): number => sinOfTurned(x, 0)

/** The cosine of an angle in radians, of any size; NaN for one that is not finite. */
export const cos = (x: number): number => sinOfTurned(x, 1)

/** atan x for 0 ≤ x ≤ 1: the angle is halved three times, to at most π/32, and multiplied again after its series to the 15th power. */
const atanReduced = (x: number): number => {
  let t = x
  for (let halving = 0; halving < 3; halving++) t /= 1 + Math.sqrt(1 + t * t)
  const q = t * t
  let sum = -1 / 15
  for (let n = 13; n >= 1; n -= 2) sum = sum * q + (n % 4 === 1 ? 1 : -1) / n
  return 8 * t * sum
}

/** The angle of the point (x, y) in radians, from -π to π; 0 for the origin, NaN for a point that is not finite. */
export const atan2 = (y: number, x: number): number => {
  const [across, up] = [Math.abs(x), Math.abs(y)]
  if (across === 0 && up === 0) return 0
  if (!(across + up < Infinity)) return NaN
  const steep = up > across
  const small = atanReduced(steep ? across / up : up / across)
  const first = steep ? Math.PI / 2 - small : small
  const upper = x < 0 ? Math.PI - first : first
  return y < 0 ? -upper : upper
}

/** The angle whose cosine is x, from 0 to π; NaN outside of -1 to 1. */
export const acos = (x: number): number => (Math.abs(x) <= 1 ? atan2(Math.sqrt((1 - x) * (1 + x)), x) : NaN)
