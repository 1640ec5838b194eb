/**
 * The actor's loss η log π(A|o) - Q(o, A), where A is a function of the actor's output x and of noise that is held still (the
 * reparameterization gradient of Vasan et al. 2024, theorem 1 and algorithm 1; Haarnoja et al. 2018, equation 9).
 *
 * Ranks: all scalars.
 */

/** η log π(A|o) - Q(o, A): what is minimized is the negative of the `softValue`. */
export const reparameterizedLoss = (entropyCoefficient: number, logProbability: number, actionValue: number): number =>
  entropyCoefficient * logProbability - actionValue

/** The slope by x of one component of the action: η ∂log π/∂x - ∂Q/∂a ∂a/∂x. */
export const reparameterizedSlope = (
  entropyCoefficient: number,
  logProbabilityByX: number,
  valueByAction: number,
  actionByX: number,
): number => entropyCoefficient * logProbabilityByX - valueByAction * actionByX
