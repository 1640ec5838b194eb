/**
 * PPO's loss of the actor (Schulman et al. 2017, equation 7), with ρ = π(A|o) / π_old(A|o):
 *
 *     max(-Â ρ, -Â clip(ρ, 1 - ε, 1 + ε))
 *
 * Ranks: all scalars.
 */
import { exp } from '../../kernels/elementary.js'

/** The loss of one action. */
export const clippedSurrogate = (logRatio: number, advantage: number, clip: number): number => {
  const ratio = exp(logRatio)
  const clipped = Math.min(1 + clip, Math.max(1 - clip, ratio))
  return Math.max(-advantage * ratio, -advantage * clipped)
}

/** Its slope by log π(A|o): -Â ρ, and 0 where clipping makes the loss greater. */
export const clippedSurrogateSlope = (logRatio: number, advantage: number, clip: number): number => {
  const ratio = exp(logRatio)
  const isClipped = advantage >= 0 ? ratio > 1 + clip : ratio < 1 - clip
  return isClipped ? 0 : -advantage * ratio
}
