/**
 * The loss of SAC's temperature α, which moves so that the policy's entropy meets a target H̄ (Haarnoja et al. 2018, *Soft Actor-Critic
 * Algorithms and Applications*, equation 18):
 *
 *     α (-log π(A|o) - H̄)
 *
 * What is learnt is log α, so that α stays positive. The slope of the loss by log α is the loss itself.
 *
 * Ranks: all scalars.
 * @param logProbability log π(A|o), or its mean over a batch; it is held still.
 */
export const temperatureLoss = (temperature: number, logProbability: number, targetEntropy: number): number =>
  temperature * (-logProbability - targetEntropy)
