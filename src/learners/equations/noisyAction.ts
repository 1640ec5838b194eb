/**
 * The action of a deterministic actor with noise (Fujimoto et al. 2018): for exploration a + s ε, and for the target, equation 14, with
 * the noise cut off at ±`bound`. Either is cut off at the bounds of an action:
 *
 *     clip(a + clip(s ε, -bound, bound), -1, 1)
 *
 * Ranks: all scalars.
 * @param noise ε, a standard normal draw.
 * @param deviation s.
 * @param bound Infinity for exploration.
 */
export const noisyAction = (action: number, noise: number, deviation: number, bound: number): number =>
  Math.min(1, Math.max(-1, action + Math.min(bound, Math.max(-bound, deviation * noise))))
