/**
 * The normal distribution squashed by tanh (Haarnoja et al. 2018, appendix C), one diagonal component at a time, in doubles, in plain
 * TypeScript. `PolicyKernels` documents the arguments.
 *
 * For a component with head outputs mean μ and c, clamped to [-20, 2]: s = e^(k c), u = μ + s ε, a = tanh u. With k = 1/2 the
 * head is the logarithm of a variance, as published AVG reads it; with k = 1 that of a deviation. The gradient is that of
 * η log π(a) - Q(a) by the head, through the sample with ε held still (the reparameterization gradient of Vasan et al. 2024):
 *
 *     ∂/∂μ = 2 η a - (1 - a²) ∂Q/∂a
 *     ∂/∂c = η (-k + 2 k a s ε) - (1 - a²) ∂Q/∂a k s ε, and 0 where c was clamped
 */
import type { Arena } from '../arena.js'
import type { PolicyKernels } from '../contracts/policy.js'
import { exp, softplus, tanh } from '../elementary.js'
import { SquashScalar } from '../kernels.js'

const LOW = -20
const HIGH = 2
const HALF_LOG_TWO_PI = 0.9189385332046727
const LOG_TWO = 0.6931471805599453

/** Both directions of a sample, bound to one arena. */
export const squashKernels = ({ f32, f64 }: Pick<Arena, 'f32' | 'f64'>): PolicyKernels => {
  const squash: PolicyKernels['squash'] = (head, noise, size, k, action, sample) => {
    let logProbability = 0
    for (let i = 0; i < size; i++) {
      const draw = f32[noise + i]
      const c = f32[head + size + i]
      const logDeviation = k * (c < LOW ? LOW : c > HIGH ? HIGH : c)
      const deviation = exp(logDeviation) * draw
      const u = f32[head + i] + deviation
      const squashed = tanh(u)
      f64[sample + i] = squashed
      f64[sample + size + i] = deviation
      f32[action + i] = squashed
      // log(1 - tanh² u) = 2 (log 2 - u - softplus(-2u)), which keeps its digits where tanh u rounds to 1.
      logProbability += -0.5 * draw * draw - logDeviation - HALF_LOG_TWO_PI - 2 * (LOG_TWO - u - softplus(-2 * u))
    }
    f64[sample + 2 * size] = logProbability
  }

  const squashBackward: PolicyKernels['squashBackward'] = (
    head,
    size,
    k,
    entropyCoefficient,
    sample,
    actionGradient,
    headGradient,
  ) => {
    for (let i = 0; i < size; i++) {
      const a = f64[sample + i]
      const deviation = f64[sample + size + i]
      const c = f32[head + size + i]
      const through = (1 - a * a) * f32[actionGradient + i]
      f32[headGradient + i] = 2 * entropyCoefficient * a - through
      f32[headGradient + size + i] =
        c < LOW || c > HIGH ? 0 : entropyCoefficient * (-k + 2 * k * a * deviation) - through * k * deviation
    }
  }

  return {
    squash,
    squashBackward,

    squashRows: (head, noise, rows, size, scalars, action, stride, sample) => {
      const k = f64[scalars + SquashScalar.k]
      for (let r = 0; r < rows; r++) {
        squash(head + 2 * r * size, noise + r * size, size, k, action + r * stride, sample + r * (2 * size + 1))
      }
    },

    squashBackwardRows: (head, rows, size, scalars, sample, actionGradient, headGradient) => {
      const k = f64[scalars + SquashScalar.k]
      const entropyCoefficient = f64[scalars + SquashScalar.entropyCoefficient]
      const factor = f64[scalars + SquashScalar.factor]
      for (let r = 0; r < rows; r++) {
        const at = 2 * r * size
        const from = sample + r * (2 * size + 1)
        squashBackward(head + at, size, k, entropyCoefficient, from, actionGradient + r * size, headGradient + at)
      }
      for (let i = headGradient; i < headGradient + 2 * rows * size; i++) f32[i] *= factor
    },
  }
}
