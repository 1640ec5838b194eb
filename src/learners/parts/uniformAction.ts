/** Actions before learning starts. */
import type { Draws } from './draws.js'

/** An action that is uniform in [-1, 1), by a number of `random.uniform` for each component in turn. */
export const uniformAction = (draws: Draws, size: number): Float32Array => {
  const action = new Float32Array(size)
  for (let i = 0; i < size; i++) action[i] = 2 * draws.uniform() - 1
  return action
}
