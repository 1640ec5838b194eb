/** A network's forward pass in doubles, one sample at a time, by its reference: what passes are held against. */
import type { Numbers } from '../../../src/kernels/reference.js'
import { linearMaps, type Network } from '../../../src/learners/parts/network.js'
import { referenceNetwork } from '../../../src/learners/parts/referenceNetwork.js'

/** The heads' output side by side for one input, from parameters that stand where the network's do. */
export const referenceForward = (net: Network, parameters: Numbers, input: Numbers): number[] => {
  const tensors = linearMaps(net).flatMap(({ path, weight, bias, rows, columns }) => [
    [`${path}.weight`, parameters.subarray(weight, weight + rows * columns)],
    [`${path}.bias`, parameters.subarray(bias, bias + rows)],
  ])
  const { heads } = referenceNetwork(Float64Array, Object.fromEntries(tensors), net.spec).forward(input)
  return Object.values(heads).flatMap((head) => [...head])
}
