/** The gradients of a network's weights, from the vectors that its passes left behind. */
import type { ConstantKernels } from '../../kernels/jobs.js'
import type { Dense, Network } from './network.js'
import { type Batch, type Gradients, scratchOf, type Tape } from './passes.js'
import type { Plan } from './plan.js'

/** A layer, and the vectors whose outer product is the gradient of its weights: summed over the rows, where there are several. */
export interface LayerGradient extends Batch {
  readonly layer: Dense
  /** Shape `[rows, inputs]`. */
  readonly input: number
  /** By the layer's output, shape `[rows, outputs]`. */
  readonly gradient: number
}

/** The layers of a network in the order of its forward pass, the heads last. */
export const layerGradients = ({ hidden, head }: Network, on: Tape, by: Gradients): readonly LayerGradient[] => {
  const { rows, scratch } = on
  return [
    ...hidden.map((layer, l) => {
      const input = l === 0 ? on.input : on.hidden[l - 1]
      return { layer, input, gradient: by.hidden[l], rows, scratch }
    }),
    { layer: head, input: on.features, gradient: by.output, rows, scratch },
  ]
}

/**
 * The greatest sizes of what a network's gradient is made of: two doubles for each layer, that of its input and that of the gradient by
 * its output. For one row their product is the greatest gradient of the layer's weights.
 */
export type Extents = number

/** Lays out extents. */
export const extents = ({ doubles }: Plan, layers: readonly LayerGradient[]): Extents => doubles.take(2 * layers.length)

/** Fills extents, after `backward`. */
export const measure = (run: ConstantKernels, layers: readonly LayerGradient[], into: Extents): void => {
  for (let l = 0; l < layers.length; l++) {
    const { layer, input, gradient, rows } = layers[l]
    run.largest(input, rows * layer.inputs, into + 2 * l)
    run.largest(gradient, rows * layer.outputs, into + 2 * l + 1)
  }
}

/** Gradients of `size` parameters that stand one behind the other from `parameters` on, as floats in the same order. */
export interface StoredGradients {
  readonly parameters: number
  readonly size: number
  readonly at: number
}

/** Lays out gradients of parameters: of one network, of several, and of what stands between them. */
export const storedGradients = ({ floats }: Plan, parameters: number, size: number): StoredGradients => ({
  parameters,
  size,
  at: floats.take(size),
})

/**
 * Writes the gradients of a network's weights and biases, after `backward`; they overwrite what was there. One row needs scratch for it
 * as several do.
 *
 * Fails: RangeError for layers of a batch that was laid out without scratch.
 */
export const storeGradients = (
  run: ConstantKernels,
  layers: readonly LayerGradient[],
  { parameters, at }: StoredGradients,
): void => {
  for (let l = 0; l < layers.length; l++) {
    const { layer, input, gradient, rows } = layers[l]
    const { weights, biasAt, inputs, outputs } = layer
    const into = weights - parameters + at
    run.denseGradientRows(input, inputs, gradient, outputs, rows, into, biasAt, scratchOf(layers[l]))
  }
}
