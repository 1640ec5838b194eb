/**
 * The squashed normal distribution with a bounded spread, as CleanRL's SAC has it, in doubles, in plain TypeScript. `BoundedPolicyKernels` documents the
 * arguments; `equations/boundedNormal.ts` of the learners has the equations. The gradient is that of η log π(a) - Q(a) by the head: with
 * q = 2 a (1 - a²) / (1 - a² + 1e-6),
 *
 *     ∂/∂μ = η q - (1 - a²) ∂Q/∂a
 *     ∂/∂c = (∂/∂μ s ε - η) 3.5 (1 - tanh² c)
 */
import type { Arena } from '../arena.js'
import type { BoundedPolicyKernels } from '../contracts/policy.js'
import { exp, log, tanh } from '../elementary.js'
import { SquashScalar } from '../kernels.js'

const HALF_LOG_TWO_PI = 0.9189385332046727
const FLOOR = 1e-6

/** Both directions of a sample, bound to one arena. */
export const boundedKernels = ({ f32, f64 }: Pick<Arena, 'f32' | 'f64'>): BoundedPolicyKernels => ({
  boundedRows: (head, noise, rows, size, _scalars, action, stride, sample) => {
    for (let r = 0; r < rows; r++) {
      const mean = head + 2 * r * size
      const into = sample + r * (2 * size + 1)
      let logProbability = 0
      for (let i = 0; i < size; i++) {
        const draw = f32[noise + r * size + i]
        const logDeviation = -5 + 3.5 * (tanh(f32[mean + size + i]) + 1)
        const deviation = exp(logDeviation) * draw
        const squashed = tanh(f32[mean + i] + deviation)
        f64[into + i] = squashed
        f64[into + size + i] = deviation
        f32[action + r * stride + i] = squashed
        logProbability += -0.5 * draw * draw - logDeviation - HALF_LOG_TWO_PI - log(1 - squashed * squashed + FLOOR)
      }
      f64[into + 2 * size] = logProbability
    }
  },

  boundedBackwardRows: (head, rows, size, scalars, sample, actionGradient, headGradient) => {
    const entropyCoefficient = f64[scalars + SquashScalar.entropyCoefficient]
    const factor = f64[scalars + SquashScalar.factor]
    for (let r = 0; r < rows; r++) {
      const from = sample + r * (2 * size + 1)
      const at = 2 * r * size
      for (let i = 0; i < size; i++) {
        const a = f64[from + i]
        const t = tanh(f32[head + at + size + i])
        const room = 1 - a * a
        const through = room * f32[actionGradient + r * size + i]
        const byMean = entropyCoefficient * ((2 * a * room) / (room + FLOOR)) - through
        const byLog = byMean * f64[from + size + i] - entropyCoefficient
        f32[headGradient + at + i] = byMean * factor
        f32[headGradient + at + size + i] = byLog * (3.5 * (1 - t * t)) * factor
      }
    }
  },
})
