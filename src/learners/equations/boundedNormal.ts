/**
 * The squashed normal distribution as CleanRL's SAC has it, one component at a time: the spread is bounded by tanh instead of a clamp, and
 * the correction of the squashing by a constant instead of an identity.
 *
 *     log s = -5 + 3.5 (tanh c + 1)    u = μ + s ε    a = tanh u
 *     log π(a) = log N(u; μ, s) - log(1 - a² + 1e-6)
 *
 * The kernels `boundedRows` and `boundedBackwardRows` are the fused form of these equations.
 *
 * Ranks: all scalars.
 */
import { exp, log, tanh } from '../../kernels/elementary.js'
import type { SquashedNormal, SquashedSlopes } from './squashedNormal.js'

const HALF_LOG_TWO_PI = 0.9189385332046727
/** What keeps the logarithm finite where tanh u rounds to 1. */
const FLOOR = 1e-6

/** log s, between -5 and 2. */
export const boundedLogDeviation = (c: number): number => -5 + 3.5 * (tanh(c) + 1)

/** Draws by the noise ε, from the actor's outputs μ and c. */
export const boundedNormal = (mean: number, c: number, noise: number): SquashedNormal => {
  const logDeviation = boundedLogDeviation(c)
  const deviation = exp(logDeviation) * noise
  const action = tanh(mean + deviation)
  return {
    action,
    deviation,
    logProbability: -0.5 * noise * noise - logDeviation - HALF_LOG_TWO_PI - log(1 - action * action + FLOOR),
  }
}

/** By μ: ∂a/∂μ = 1 - a², ∂log π/∂μ = 2a (1 - a²) / (1 - a² + 1e-6). */
export const boundedSlopesByMean = ({ action: a }: SquashedNormal): SquashedSlopes => {
  const room = 1 - a * a
  return { action: room, logProbability: (2 * a * room) / (room + FLOOR) }
}

/** By c, through log s: ∂log s/∂c = 3.5 (1 - tanh² c), ∂u/∂log s = s ε, ∂log N/∂log s = -1. */
export const boundedSlopesByC = (drawn: SquashedNormal, c: number): SquashedSlopes => {
  const byC = 3.5 * (1 - tanh(c) * tanh(c))
  const { action, logProbability } = boundedSlopesByMean(drawn)
  return { action: action * drawn.deviation * byC, logProbability: (logProbability * drawn.deviation - 1) * byC }
}
