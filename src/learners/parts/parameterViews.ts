/** Views of a learner's weights by name. */
import { linearMaps, type Network } from './network.js'

/** Views of the weights of networks: `path.weight`, row-major, and `path.bias` of each linear map. */
export const parameterViews = (
  f32: Float32Array,
  networks: readonly Network[],
): Readonly<Record<string, Float32Array>> =>
  Object.fromEntries(
    networks.flatMap(linearMaps).flatMap(({ path, weight, bias, rows, columns }) => [
      [`${path}.weight`, f32.subarray(weight, weight + rows * columns)],
      [`${path}.bias`, f32.subarray(bias, bias + rows)],
    ]),
  )
