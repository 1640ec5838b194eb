/** A network's forward pass in doubles, one sample at a time, by `kernels/reference.ts`: what passes are held against. */
import { affine, layerNorm, leakyRelu, normalize, type Numbers, relu, tanh } from '../../../src/kernels/reference.js'
import type { Network } from '../../../src/learners/parts/network.js'

const activations = { leakyRelu, relu, tanh }

/** The heads' output for one input, from parameters that stand where the network's do. */
export const referenceForward = ({ spec, hidden, head }: Network, parameters: Numbers, input: Numbers): Numbers => {
  const layerOf = ({ weights, biasAt, outputs }: (typeof hidden)[number], x: Numbers): Numbers =>
    affine(
      Float64Array,
      parameters.subarray(weights, weights + biasAt),
      parameters.subarray(weights + biasAt, weights + biasAt + outputs),
      x,
    )
  let x: Numbers = Float64Array.from(input)
  for (const layer of hidden) {
    const before = layerOf(layer, x)
    x = activations[spec.activation](spec.norm === 'layer' ? layerNorm(before, 1e-5) : before)
  }
  return layerOf(head, spec.norm === 'unit' ? normalize(x) : x)
}
