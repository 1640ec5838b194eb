/**
 * The one-step target of a value, R + γ V(o') (Sutton and Barto 2018, section 6.1). Less the present value it is the TD error:
 *
 *     δ = R + γ V(o') - V(o)
 *
 * IAC and Stream AC take a state's value for V; AVG and SAC take a `softValue` (Vasan et al. 2024, algorithm 1).
 *
 * Ranks: all scalars.
 * @param discount γ, and 0 where the task ended: the target is then the reward alone, whatever `nextValue` is.
 */
export const tdTarget = (reward: number, discount: number, nextValue: number): number =>
  discount === 0 ? reward : reward + discount * nextValue
