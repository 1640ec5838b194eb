/**
 * The normal distribution squashed by tanh (Haarnoja et al. 2018, appendix C), one diagonal component at a time, in doubles.
 *
 * For a component with head outputs mean μ and c, clamped to [-20, 2]: s = e^(k c), u = μ + s ε, a = tanh u. With k = 1/2 the
 * head is the logarithm of a variance, as published AVG reads it; with k = 1 that of a deviation.
 */
import type { Arena } from './arena.js'
import { exp, softplus, tanh } from './elementary.js'

const LOW = -20
const HIGH = 2
const HALF_LOG_TWO_PI = 0.9189385332046727
const LOG_TWO = 0.6931471805599453

/** Where one sample stands in an arena: `head` and `noise` and `action` count floats, `squashed` and `deviation` doubles. */
export interface SquashedGaussian {
  readonly size: number
  /** μ, shape `[size]`, and directly behind it c, shape `[size]`. */
  readonly head: number
  /** ε, shape `[size]`. */
  readonly noise: number
  /** a as a float, shape `[size]`: what is executed and what the critic sees. */
  readonly action: number
  /** a as a double, shape `[size]`. */
  readonly squashed: number
  /** s ε, shape `[size]`. */
  readonly deviation: number
}

/** Fills `action`, `squashed` and `deviation` from `head` and `noise`; returns log π(a). */
export const squash = ({ f32, f64 }: Arena, at: SquashedGaussian, k: number): number => {
  let logProbability = 0
  for (let i = 0; i < at.size; i++) {
    const noise = f32[at.noise + i]
    const c = f32[at.head + at.size + i]
    const logDeviation = k * (c < LOW ? LOW : c > HIGH ? HIGH : c)
    const deviation = exp(logDeviation) * noise
    const u = f32[at.head + i] + deviation
    const squashed = tanh(u)
    f64[at.deviation + i] = deviation
    f64[at.squashed + i] = squashed
    f32[at.action + i] = squashed
    // log(1 - tanh² u) = 2 (log 2 - u - softplus(-2u)), which keeps its digits where tanh u rounds to 1.
    logProbability += -0.5 * noise * noise - logDeviation - HALF_LOG_TWO_PI - 2 * (LOG_TWO - u - softplus(-2 * u))
  }
  return logProbability
}

/**
 * The gradient of η log π(a) - Q(a) by the head, through the sample with ε held still (the reparameterization gradient of
 * Vasan et al. 2024), written over `headGradient`, shape `[2 size]`:
 *
 *     ∂/∂μ = 2 η a - (1 - a²) ∂Q/∂a
 *     ∂/∂c = η (-k + 2 k a s ε) - (1 - a²) ∂Q/∂a k s ε, and 0 where c was clamped
 */
export const squashBackward = (
  { f32, f64 }: Arena,
  at: SquashedGaussian,
  k: number,
  entropyCoefficient: number,
  actionGradient: number,
  headGradient: number,
): void => {
  for (let i = 0; i < at.size; i++) {
    const a = f64[at.squashed + i]
    const deviation = f64[at.deviation + i]
    const c = f32[at.head + at.size + i]
    const through = (1 - a * a) * f32[actionGradient + i]
    f32[headGradient + i] = 2 * entropyCoefficient * a - through
    f32[headGradient + at.size + i] =
      c < LOW || c > HIGH ? 0 : entropyCoefficient * (-k + 2 * k * a * deviation) - through * k * deviation
  }
}
