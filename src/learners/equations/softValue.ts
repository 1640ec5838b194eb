/**
 * The entropy-regularized value of an action that was drawn, Q(o, A) - η log π(A|o) (Haarnoja et al. 2018, equation 3; Vasan et al.
 * 2024, algorithm 1): the action's value with its share of the entropy bonus.
 *
 * Ranks: all scalars.
 * @param entropyCoefficient η, the weight of the bonus; SAC calls it α.
 */
export const softValue = (actionValue: number, entropyCoefficient: number, logProbability: number): number =>
  actionValue - entropyCoefficient * logProbability
