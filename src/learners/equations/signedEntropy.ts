/**
 * What the actor of Stream AC climbs, with the TD error as a factor of the step and not of the gradient (Elsayed et al. 2024, algorithm 6):
 *
 *     log π(A|o) + η sign(δ) H
 *
 * The step multiplies both terms by δ, so that entropy is rewarded by η |δ|. A is held still.
 *
 * Ranks: all scalars.
 */

/** η sign(δ), the weight of the entropy; 0 where δ is. */
export const signedEntropyWeight = (entropyCoefficient: number, tdError: number): number =>
  tdError > 0 ? entropyCoefficient : tdError < 0 ? -entropyCoefficient : 0

/** What is climbed. */
export const signedEntropyObjective = (logProbability: number, weight: number, entropy: number): number =>
  logProbability + weight * entropy

/** Its slope by an output x of the actor: ∂log π/∂x + η sign(δ) ∂H/∂x. */
export const signedEntropySlope = (logProbabilityByX: number, weight: number, entropyByX: number): number =>
  logProbabilityByX + weight * entropyByX
