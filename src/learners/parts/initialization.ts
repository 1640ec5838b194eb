/** First weights of networks. */
import type { Arena } from '../../kernels/arena.js'
import type { Kernels } from '../../kernels/kernels.js'
import type { Random } from '../../types.js'
import { linearMaps, type Network } from './network.js'
import { orthogonal } from './orthogonal.js'

/** Draws orthogonal weights for networks, one after the other, map by map; biases stay 0. */
export const drawWeights = (
  bind: (on: Arena) => Kernels,
  { f32 }: Arena,
  networks: readonly Network[],
  random: Random,
): void => {
  const maps = networks.flatMap(linearMaps)
  const fill = orthogonal(bind, maps)
  for (const { weight, rows, columns } of maps)
    fill(f32.subarray(weight, weight + rows * columns), rows, columns, random)
}
