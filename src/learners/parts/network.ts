/**
 * A dense network with leaky rectifiers and an optional unit-norm penultimate vector (Bjorck et al. 2022), laid out in an arena:
 *
 *     input -> [dense -> leaky ReLU] for every hidden width -> divide by the L2 norm -> dense -> output
 */
import type { Layout } from '../../kernels/arena.js'
import type { ConstantKernels } from '../../kernels/jobs.js'

/** Where one dense layer's weights stand; its bias stands `biasAt` further on. */
export interface Dense {
  readonly weights: number
  readonly biasAt: number
  readonly inputs: number
  readonly outputs: number
}

/** The layers of one network, its parameters contiguous from `at`. */
export interface Network {
  readonly hidden: readonly Dense[]
  readonly head: Dense
  readonly normalized: boolean
  readonly at: number
  readonly size: number
}

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

/** Lays out a network's parameters. */
export const network = (
  floats: Layout,
  inputs: number,
  hidden: readonly number[],
  outputs: number,
  normalized: boolean,
): Network => {
  const at = floats.size
  const dense = (from: number, to: number): Dense => ({
    weights: floats.take(from * to + to),
    biasAt: from * to,
    inputs: from,
    outputs: to,
  })
  const layers = hidden.map((width, l) => dense(l === 0 ? inputs : hidden[l - 1], width))
  const head = dense(hidden[hidden.length - 1], outputs)
  return { hidden: layers, head, normalized, at, size: floats.size - at }
}

/** Lays out what a forward pass of `net` needs. */
export const tape = (floats: Layout, doubles: Layout, net: Network): Tape => {
  const input = floats.take(net.hidden[0].inputs)
  const hidden = net.hidden.map((layer) => floats.take(layer.outputs))
  const last = hidden[hidden.length - 1]
  const features = net.normalized ? floats.take(net.head.inputs) : last
  return { input, hidden, features, norm: doubles.take(1), output: floats.take(net.head.outputs) }
}

/** Lays out what a backward pass of `net` needs. */
export const gradients = (floats: Layout, net: Network): Gradients => {
  const hidden = net.hidden.map((layer) => floats.take(layer.outputs))
  const features = net.normalized ? floats.take(net.head.inputs) : hidden[hidden.length - 1]
  return { hidden, features, output: floats.take(net.head.outputs) }
}

/** Lays out the extents of `net`. */
export const extents = (doubles: Layout, net: Network): Extents => {
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
  if (net.normalized) kernels.normalize(input, inputs, on.features, on.norm)
  kernels.dense(weights, weights + biasAt, on.features, inputs, on.output, outputs)
}

/** Fills `into.hidden` from `into.output`, by the chain rule down to the first layer's output. */
export const backward = (kernels: ConstantKernels, net: Network, on: Tape, into: Gradients): void => {
  const last = net.hidden.length - 1
  const { weights, inputs, outputs } = net.head
  kernels.denseBackward(weights, inputs, into.output, outputs, 0, inputs, into.features)
  if (net.normalized) kernels.normalizeBackward(on.features, on.norm, into.features, inputs, into.hidden[last])
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
