/**
 * Generalized advantage estimation (Schulman et al. 2016, equation 16), backwards over one stretch of a stream:
 *
 *     δ(t) = R(t) + γ(t) V(t+1) - V(t)
 *     Â(t) = δ(t) + γ(t) λ Â(t+1),    Â(T) = 0
 *
 * Ranks: `rewards`, `discounts` and `advantages` are vectors of T steps, `values` one of T + 1, `traceDecay` is a scalar.
 * @param discounts γ(t), and 0 where step t ended an episode: nothing of the next one flows back.
 * @param values V(t), as it was when the step was taken, and behind it the value of the observation after the last step.
 * @param traceDecay λ, in [0, 1].
 * @param advantages Written: Â(t). With V(t) added to it, it is the target of the value.
 */
import { tdTarget } from './tdTarget.js'

type Numbers = Float32Array | Float64Array

/** Fills `advantages`. */
export const generalizedAdvantages = (
  rewards: Numbers,
  discounts: Numbers,
  values: Numbers,
  traceDecay: number,
  advantages: Numbers,
): void => {
  let advantage = 0
  for (let t = rewards.length - 1; t >= 0; t--) {
    const tdError = tdTarget(rewards[t], discounts[t], values[t + 1]) - values[t]
    advantage = tdError + discounts[t] * traceDecay * advantage
    advantages[t] = advantage
  }
}
