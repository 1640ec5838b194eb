/**
 * Advantages of a minibatch with mean 0 and deviation 1, as PPO's published program takes them: (Â - m) / (s + 1e-8), where s is the
 * deviation of a sample, over n - 1.
 *
 * Ranks: `advantages` is a vector of n ≥ 2 numbers.
 * @param advantages Written over in place.
 */
export const standardizeAdvantages = (advantages: Float64Array): void => {
  const { length } = advantages
  let sum = 0
  for (let i = 0; i < length; i++) sum += advantages[i]
  const mean = sum / length
  let squares = 0
  for (let i = 0; i < length; i++) squares += (advantages[i] - mean) * (advantages[i] - mean)
  const deviation = Math.sqrt(squares / (length - 1))
  for (let i = 0; i < length; i++) advantages[i] = (advantages[i] - mean) / (deviation + 1e-8)
}
