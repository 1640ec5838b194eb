/**
 * The actor's loss -(δ log π(A|o) + η H), where A was drawn and is held still (the likelihood-ratio gradient, REINFORCE, of Williams 1992
 * with the TD error for the advantage: Sutton and Barto 2018, section 13.5; Vasan et al. 2024, the baseline IAC).
 *
 * Ranks: all scalars.
 * @param advantage δ, held still too, and already divided by σ where TD errors are scaled.
 * @param entropy H, which the loss may leave out by η = 0.
 */
export const likelihoodRatioLoss = (
  advantage: number,
  logProbability: number,
  entropyCoefficient: number,
  entropy: number,
): number => -(advantage * logProbability + entropyCoefficient * entropy)

/** Its slope by an output x of the actor: -(δ ∂log π/∂x + η ∂H/∂x). */
export const likelihoodRatioSlope = (
  advantage: number,
  logProbabilityByX: number,
  entropyCoefficient: number,
  entropyByX: number,
): number => -(advantage * logProbabilityByX + entropyCoefficient * entropyByX)
