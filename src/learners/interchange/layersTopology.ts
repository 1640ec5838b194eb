/**
 * The published networks as graphs of TensorFlow.js's own layers, so that a saved model loads without Rivulet's code.
 *
 *     input -> [Dense -> LeakyReLU] for every hidden width -> unit norm -> Dense -> output
 *
 * TensorFlow.js has no layer that divides a vector by its L2 norm, but a LayerNormalization of (h, -h) does it: that vector's mean is 0
 * and its variance |h|²/n, so that with a gain of 1/√n the output is (h, -h)/|h|, of which the first half is used. Its epsilon of 1e-30
 * keeps a vector of zeros at zero, as our kernels do. The gain and an offset of 0 are weights that are not trained. They are needed,
 * since TensorFlow.js 4.22 cannot differentiate a LayerNormalization without them.
 */
import { headsOf, type NetworkName, type NetworkShape } from './networkShape.js'

/** One layer of a `model.json`; the format's own keys. */
export interface Layer {
  readonly class_name: string
  readonly name: string
  readonly config: Readonly<Record<string, unknown>>
  readonly inbound_nodes: readonly unknown[]
}

/** The graph of a `model.json`. */
export interface Topology {
  readonly class_name: string
  readonly config: {
    readonly name: string
    readonly layers: readonly Layer[]
    readonly input_layers: readonly unknown[]
    readonly output_layers: readonly unknown[]
  }
}

/** The layer that a model has if it normalizes. */
export const UNIT_NORM = 'penultimate.unit'

/** That layer's weights for a vector of `size`, which never change. */
export const unitNormWeights = (size: number) =>
  (
    [
      ['gamma', 1 / Math.sqrt(size)],
      ['beta', 0],
    ] as const
  ).map(([part, value]) => ({
    name: `${UNIT_NORM}/${part}`,
    shape: [2 * size],
    values: new Float32Array(2 * size).fill(value),
  }))

/** Published slope of the leaky rectifiers. */
const SLOPE = 0.01
const EPSILON = 1e-30

const inputNames: Readonly<Record<NetworkName, string>> = { actor: 'observation', critic: 'observation_and_action' }

/**
 * The graph of one network. The actor's output is `[mu, log_std]` side by side, shape `[2 * action.size]`, the latter neither
 * clamped nor read; the critic's input is the observation with the action behind it.
 */
export const topology = (
  network: NetworkName,
  { inputs, hidden, heads }: NetworkShape<unknown>,
  normalizePenultimate: boolean,
): Topology => {
  const layers: Layer[] = []
  const add = (className: string, name: string, from: readonly string[], config: Layer['config']): string => {
    const inbound = from.length === 0 ? [] : [from.map((source) => [source, 0, 0, {}])]
    layers.push({ class_name: className, name, config: { name, ...config }, inbound_nodes: inbound })
    return name
  }
  const dense = (name: string, from: string, units: number): string =>
    add('Dense', name, [from], { units, activation: 'linear', use_bias: true })
  const unitNorm = (from: string, size: number): string => {
    const negative = add('Rescaling', 'penultimate.negative', [from], { scale: -1, offset: 0 })
    const both = add('Concatenate', 'penultimate.both', [from, negative], { axis: -1 })
    const norm = { axis: [1], epsilon: EPSILON, center: true, scale: true, trainable: false }
    const unit = add('LayerNormalization', UNIT_NORM, [both], norm)
    const column = add('Reshape', 'penultimate.column', [unit], { target_shape: [2 * size, 1, 1] })
    const cropping = [
      [0, size],
      [0, 0],
    ]
    const half = add('Cropping2D', 'penultimate.half', [column], { cropping, data_format: 'channels_last' })
    return add('Reshape', 'penultimate.row', [half], { target_shape: [size] })
  }

  const input = add('InputLayer', inputNames[network], [], {
    batch_input_shape: [null, inputs],
    dtype: 'float32',
    sparse: false,
  })
  let features = input
  for (const { name, outputs } of hidden) {
    const linear = dense(name, features, outputs)
    features = add('LeakyReLU', `${name}.rectified`, [linear], { alpha: SLOPE })
  }
  if (normalizePenultimate) features = unitNorm(features, hidden[hidden.length - 1].outputs)
  const ends = heads.map(({ name, outputs }) => dense(name, features, outputs))
  const output = ends.length === 1 ? ends[0] : add('Concatenate', headsOf[network].join('_and_'), ends, { axis: -1 })
  return {
    class_name: 'Model',
    config: { name: network, layers, input_layers: [[input, 0, 0]], output_layers: [[output, 0, 0]] },
  }
}
