/** The passes of a network forward and backward, and what they leave behind. */
import type { ConstantKernels } from '../../kernels/jobs.js'
import type { Network } from './network.js'
import type { Plan } from './plan.js'

/** What one forward pass leaves behind for the backward pass: float offsets, and the norm's offset in doubles. */
export interface Tape {
  readonly input: number
  readonly hidden: readonly number[]
  /** The head's input: the last hidden vector, normalized where the network is. */
  readonly features: number
  readonly norm: number
  readonly output: number
}

/** What one backward pass leaves behind for the optimizer: gradients by each layer's output before its rectifier. */
export interface Gradients {
  readonly hidden: readonly number[]
  readonly features: number
  readonly output: number
}

/**
 * The greatest sizes of what a network's gradient is made of: doubles, for each layer and then the head that of its input and that of
 * the gradient by its output. Their product is the greatest gradient of the layer's weights.
 */
export interface Extents {
  readonly at: number
  readonly layers: number
}

/** Lays out what a forward pass of `net` needs. */
export const tape = ({ floats, doubles }: Plan, net: Network): Tape => {
  const input = floats.take(net.hidden[0].inputs)
  const hidden = net.hidden.map((layer) => floats.take(layer.outputs))
  const last = hidden[hidden.length - 1]
  const features = net.spec.norm === 'unit' ? floats.take(net.head.inputs) : last
  return { input, hidden, features, norm: doubles.take(1), output: floats.take(net.head.outputs) }
}

/** Lays out what a backward pass of `net` needs. */
export const gradients = ({ floats }: Plan, net: Network): Gradients => {
  const hidden = net.hidden.map((layer) => floats.take(layer.outputs))
  const features = net.spec.norm === 'unit' ? floats.take(net.head.inputs) : hidden[hidden.length - 1]
  return { hidden, features, output: floats.take(net.head.outputs) }
}

/** Lays out the extents of `net`. */
export const extents = ({ doubles }: Plan, net: Network): Extents => {
  const layers = net.hidden.length + 1
  return { at: doubles.take(2 * layers), layers }
}

/** Fills `on.output` and what the backward pass reads, from `on.input`. */
export const forward = (kernels: ConstantKernels, net: Network, on: Tape): void => {
  let input = on.input
  for (let l = 0; l < net.hidden.length; l++) {
    const { weights, biasAt, inputs, outputs } = net.hidden[l]
    const output = on.hidden[l]
    kernels.dense(weights, weights + biasAt, input, inputs, output, outputs)
    kernels.leakyRelu(output, outputs)
    input = output
  }
  const { weights, biasAt, inputs, outputs } = net.head
  if (net.spec.norm === 'unit') kernels.normalize(input, inputs, on.features, on.norm)
  kernels.dense(weights, weights + biasAt, on.features, inputs, on.output, outputs)
}

/** Fills `into.hidden` from `into.output`, by the chain rule down to the first layer's output. */
export const backward = (kernels: ConstantKernels, net: Network, on: Tape, into: Gradients): void => {
  const last = net.hidden.length - 1
  const { weights, inputs, outputs } = net.head
  kernels.denseBackward(weights, inputs, into.output, outputs, 0, inputs, into.features)
  const isNormalized = net.spec.norm === 'unit'
  if (isNormalized) kernels.normalizeBackward(on.features, on.norm, into.features, inputs, into.hidden[last])
  kernels.leakyReluBackward(on.hidden[last], into.hidden[last], inputs)
  for (let l = last; l > 0; l--) {
    const layer = net.hidden[l]
    kernels.denseBackward(
      layer.weights,
      layer.inputs,
      into.hidden[l],
      layer.outputs,
      0,
      layer.inputs,
      into.hidden[l - 1],
    )
    kernels.leakyReluBackward(on.hidden[l - 1], into.hidden[l - 1], layer.inputs)
  }
}

/** The gradient by `count` components of the input from `from` on, after `backward`. */
export const backwardToInput = (
  kernels: ConstantKernels,
  net: Network,
  from: number,
  count: number,
  gradientsOf: Gradients,
  inputGradient: number,
): void => {
  const layer = net.hidden[0]
  kernels.denseBackward(layer.weights, layer.inputs, gradientsOf.hidden[0], layer.outputs, from, count, inputGradient)
}

/** Fills `into`, after `backward`. */
export const measure = (kernels: ConstantKernels, net: Network, on: Tape, by: Gradients, into: Extents): void => {
  for (let l = 0; l < into.layers; l++) {
    const isHead = l === net.hidden.length
    const { inputs, outputs } = isHead ? net.head : net.hidden[l]
    const input = isHead ? on.features : l === 0 ? on.input : on.hidden[l - 1]
    kernels.largest(input, inputs, into.at + 2 * l)
    kernels.largest(isHead ? by.output : by.hidden[l], outputs, into.at + 2 * l + 1)
  }
}
