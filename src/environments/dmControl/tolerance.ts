/** The reward terms of DeepMind's control suite: how near a quantity is to where it is to be, from 0 to 1. */
import { cos, exp, log, tanh } from '../../kernels/elementary.js'
import { acos, acosh, atanh } from '../../kernels/inverses.js'

/**
 * How the reward falls outside of the bounds, with distance d in margins and value v at d = 1:
 * - `gaussian`: v^(d²)
 * - `hyperbolic`: 1 / cosh(d arcosh(1 / v))
 * - `long_tail`: 1 / (1 + d² (1 / v - 1))
 * - `reciprocal`: 1 / (1 + d (1 / v - 1))
 * - `cosine`: (1 + cos(d arccos(2v - 1))) / 2 as far as it falls, then 0
 * - `linear`: 1 - d (1 - v), and 0 where that is negative
 * - `quadratic`: 1 - d² (1 - v), and 0 where that is negative
 * - `tanh_squared`: 1 - tanh²(d artanh √(1 - v))
 */
export type Sigmoid =
  'gaussian' | 'hyperbolic' | 'long_tail' | 'reciprocal' | 'cosine' | 'linear' | 'quadratic' | 'tanh_squared'

/** Options of `tolerance`. */
export interface ToleranceOptions {
  /** Values between them, ends included, are rewarded with 1. Either may be infinite. The default is [0, 0]. */
  readonly bounds?: readonly [low: number, high: number]
  /** Distance from the bounds at which the reward is `valueAtMargin`; with 0 every value outside of them is rewarded with 0. The default is 0. */
  readonly margin?: number
  /** The default is 'gaussian'. */
  readonly sigmoid?: Sigmoid
  /** The reward at the margin: from 0, or above 0 for a sigmoid that never reaches 0, to below 1. The default is 0.1. */
  readonly valueAtMargin?: number
}

/** The sigmoids that reach 0. */
const reachesZero: ReadonlySet<Sigmoid> = new Set<Sigmoid>(['cosine', 'linear', 'quadratic'])

const checkValueAtMargin = (value: number, sigmoid: Sigmoid): void => {
  const mayBeZero = reachesZero.has(sigmoid)
  if ((value > 0 || (mayBeZero && value === 0)) && value < 1) return
  const range = mayBeZero ? 'from 0 to below 1' : 'above 0 and below 1'
  throw new RangeError(`tolerance: expected a valueAtMargin ${range} for ${sigmoid}, got ${value}`)
}

/** The value of a sigmoid at a distance of so many margins from the bounds. */
type Falling = (distance: number) => number

/** The sigmoids; each is made for the value at one margin. */
const sigmoids: Readonly<Record<Sigmoid, (value: number) => Falling>> = {
  gaussian: (value) => {
    const exponent = log(value)
    return (distance) => exp(distance * distance * exponent)
  },
  hyperbolic: (value) => {
    const exponent = acosh(1 / value)
    return (distance) => {
      const power = exp(distance * exponent)
      return 2 / (power + 1 / power)
    }
  },
  long_tail: (value) => {
    const factor = 1 / value - 1
    return (distance) => 1 / (1 + distance * distance * factor)
  },
  reciprocal: (value) => {
    const factor = 1 / value - 1
    return (distance) => 1 / (1 + distance * factor)
  },
  cosine: (value) => {
    const atMargin = acos(2 * value - 1)
    return (distance) => {
      const angle = distance * atMargin
      return angle < Math.PI ? (1 + cos(angle)) / 2 : 0
    }
  },
  linear: (value) => (distance) => Math.max(0, 1 - distance * (1 - value)),
  quadratic: (value) => (distance) => Math.max(0, 1 - distance * distance * (1 - value)),
  tanh_squared: (value) => {
    const atMargin = atanh(Math.sqrt(1 - value))
    return (distance) => {
      const slope = tanh(distance * atMargin)
      return 1 - slope * slope
    }
  },
}

/**
 * Makes a term: 1 for a value within the bounds, less and less outside of them.
 *
 * Numbers: Tassa et al., DeepMind Control Suite (2018), section 3, whose rewards are products and means of these terms. A value at
 * the margin gives `valueAtMargin` to a few units in the last place.
 * Fails: RangeError for bounds in the wrong order, a negative margin, and a `valueAtMargin` that the sigmoid cannot have.
 */
export const tolerance = ({
  bounds: [low, high] = [0, 0],
  margin = 0,
  sigmoid = 'gaussian',
  valueAtMargin = 0.1,
}: ToleranceOptions): ((x: number) => number) => {
  // Written so that NaN fails too.
  if (!(low <= high)) throw new RangeError(`tolerance: expected bounds in ascending order, got ${low} and ${high}`)
  if (!(margin >= 0)) throw new RangeError(`tolerance: expected a margin from 0 up, got ${margin}`)
  if (margin === 0) return (x) => (low <= x && x <= high ? 1 : 0)
  checkValueAtMargin(valueAtMargin, sigmoid)
  const falling = sigmoids[sigmoid](valueAtMargin)
  return (x) => (low <= x && x <= high ? 1 : falling((x < low ? low - x : x - high) / margin))
}
