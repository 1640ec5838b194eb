/**
 * The normal distribution squashed by tanh (Haarnoja et al. 2018, appendix C), one component at a time:
 *
 *     s = e^(k c)    u = μ + s ε    a = tanh u
 *     log π(a) = log N(u; μ, s) - log(1 - a²)
 *
 * c is clamped to [-20, 2]. With k = 1/2 it is the logarithm of a variance, as published AVG reads it; with k = 1 that of a deviation.
 * The components of an action are independent: their log-probabilities add up. The kernels `squash` and `squashBackward` are the fused
 * form of these equations, and are held against them by the tests.
 *
 * Ranks: all scalars.
 */
import { exp, softplus, tanh } from '../../kernels/elementary.js'

const LOW = -20
const HIGH = 2
const HALF_LOG_TWO_PI = 0.9189385332046727
const LOG_TWO = 0.6931471805599453

/** log s = k c, with c clamped. */
export const logDeviationOf = (c: number, k: number): number => k * Math.min(HIGH, Math.max(LOW, c))

/** ∂log s/∂c = k, and 0 where c was clamped. */
export const logDeviationByC = (c: number, k: number): number => (c < LOW || c > HIGH ? 0 : k)

/** One component of an action that was drawn. */
export interface SquashedNormal {
  /** a, in [-1, 1]. */
  readonly action: number
  /** s ε. */
  readonly deviation: number
  readonly logProbability: number
}

/** Draws by the noise ε, from the actor's outputs μ and c. */
export const squashedNormal = (mean: number, c: number, noise: number, k: number): SquashedNormal => {
  const logDeviation = logDeviationOf(c, k)
  const deviation = exp(logDeviation) * noise
  const u = mean + deviation
  // log(1 - tanh² u) = 2 (log 2 - u - softplus(-2u)), which keeps its digits where tanh u rounds to 1.
  const squash = 2 * (LOG_TWO - u - softplus(-2 * u))
  return {
    action: tanh(u),
    deviation,
    logProbability: -0.5 * noise * noise - logDeviation - HALF_LOG_TWO_PI - squash,
  }
}

/** How a and log π(a) move with one of the actor's outputs, the noise held still. */
export interface SquashedSlopes {
  readonly action: number
  readonly logProbability: number
}

/** By μ: ∂a/∂μ = 1 - a², ∂log π/∂μ = 2a. */
export const slopesByMean = ({ action: a }: SquashedNormal): SquashedSlopes => ({
  action: 1 - a * a,
  logProbability: 2 * a,
})

/** By c: ∂a/∂c = (1 - a²) k s ε, ∂log π/∂c = -k + 2 k a s ε, and 0 where c was clamped. */
export const slopesByC = ({ action: a, deviation }: SquashedNormal, c: number, k: number): SquashedSlopes =>
  c < LOW || c > HIGH
    ? { action: 0, logProbability: 0 }
    : { action: (1 - a * a) * k * deviation, logProbability: -k + 2 * k * a * deviation }
