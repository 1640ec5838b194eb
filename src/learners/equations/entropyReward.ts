/**
 * The entropy-regularized reward r̃ = R - η log π(A|o) (Vasan et al. 2024, section 4), of which AVG and SAC-1 keep statistics to scale
 * their TD errors by.
 *
 * Ranks: all scalars.
 * @param logProbability log π of the action that was executed, by the weights that chose it.
 */
export const entropyReward = (reward: number, entropyCoefficient: number, logProbability: number): number =>
  reward - entropyCoefficient * logProbability
