/** The passes of a network forward and backward, for one sample or for rows of them, and what they leave behind. */
import { ROWS_SCRATCH } from '../../kernels/contracts/dense.js'
import type { ConstantKernels } from '../../kernels/jobs.js'
import type { Activation, Dense, Network } from './network.js'
import type { Plan } from './plan.js'

/**
 * How many samples a pass takes at once, and the floats that the kernels on rows need beside them; one thread alone uses these. Null where
 * there are none.
 */
export interface Batch {
  readonly rows: number
  readonly scratch: number | null
}

/** One sample, whose gradients are not stored: there is no scratch. */
export const oneRow: Batch = { rows: 1, scratch: null }

/** Lays out what passes of so many rows share. */
export const batch = ({ floats }: Plan, rows: number): Batch => ({ rows, scratch: floats.take(ROWS_SCRATCH) })

/**
 * The scratch of a batch.
 *
 * Fails: RangeError for one that was laid out without it.
 */
export const scratchOf = ({ rows, scratch }: Batch): number => {
  if (scratch !== null) return scratch
  throw new RangeError(`a batch of ${rows} rows without scratch: lay it out with batch(plan, ${rows})`)
}

/** What one forward pass leaves behind for the backward pass: offsets of floats, row behind row, where nothing else is said. */
export interface Tape extends Batch {
  /** Shape `[rows, inputs]`. */
  readonly input: number
  /** The vectors of each hidden layer after its activation, shape `[rows, width]`. */
  readonly hidden: readonly number[]
  /** With layer norm, the vectors of each hidden layer before its activation, and doubles of shape `[rows]`; else none. */
  readonly normalized: readonly number[]
  readonly deviations: readonly number[]
  /** The head's input: the last hidden vectors, with unit norm those over their length. */
  readonly features: number
  /** With unit norm, the lengths: doubles of shape `[rows]`. */
  readonly norms: number
  /** Shape `[rows, outputs]`. */
  readonly output: number
}

/** What one backward pass leaves behind: gradients by what each layer made before norm and activation, of the shapes of a tape. */
export interface Gradients {
  readonly hidden: readonly number[]
  readonly features: number
  readonly output: number
}

/** Lays out what a forward pass of `net` needs. Its input may be that of another tape. */
export const tape = ({ floats, doubles }: Plan, net: Network, on: Batch = oneRow, sharedInput?: number): Tape => {
  const { rows } = on
  const { norm } = net.spec
  const input = sharedInput ?? floats.take(rows * net.hidden[0].inputs)
  const hidden = net.hidden.map(({ outputs }) => floats.take(rows * outputs))
  const isLayered = norm === 'layer'
  return {
    ...on,
    input,
    hidden,
    normalized: isLayered ? net.hidden.map(({ outputs }) => floats.take(rows * outputs)) : [],
    deviations: isLayered ? net.hidden.map(() => doubles.take(rows)) : [],
    features: norm === 'unit' ? floats.take(rows * net.head.inputs) : hidden[hidden.length - 1],
    norms: norm === 'unit' ? doubles.take(rows) : 0,
    output: floats.take(rows * net.head.outputs),
  }
}

/** Lays out what a backward pass of `net` needs. */
export const gradients = ({ floats }: Plan, net: Network, { rows }: Batch = oneRow): Gradients => {
  const hidden = net.hidden.map(({ outputs }) => floats.take(rows * outputs))
  const isUnit = net.spec.norm === 'unit'
  const features = isUnit ? floats.take(rows * net.head.inputs) : hidden[hidden.length - 1]
  return { hidden, features, output: floats.take(rows * net.head.outputs) }
}

/** A slow copy of a network: it stands `apart` floats behind it, and follows by τ, the double at `polyak`. */
export interface Follower {
  readonly apart: number
  readonly polyak: number
}

/** output = weights · input + bias, row by row; the layer of the follower is moved in the same pass where there is one row. */
const affine = (
  run: ConstantKernels,
  { weights, biasAt, inputs, outputs }: Dense,
  input: number,
  output: number,
  on: Batch,
  follower?: Follower,
): void => {
  const { rows } = on
  if (rows === 1 && follower !== undefined) {
    run.densePolyak(weights, biasAt, input, inputs, output, outputs, weights + follower.apart, follower.polyak)
    return
  }
  if (rows === 1) run.dense(weights, weights + biasAt, input, inputs, output, outputs)
  else run.denseRows(weights, weights + biasAt, input, inputs, output, outputs, rows, scratchOf(on))
  if (follower !== undefined) run.polyak(weights, biasAt + outputs, follower.polyak, weights + follower.apart)
}

/** The gradient by `count` inputs of a layer from `from` on, shape `[rows, count]`. */
const affineBackward = (
  run: ConstantKernels,
  { weights, inputs, outputs }: Dense,
  gradient: number,
  from: number,
  count: number,
  into: number,
  on: Batch,
): void => {
  if (on.rows === 1) run.denseBackward(weights, inputs, gradient, outputs, from, count, into)
  else run.denseBackwardRows(weights, inputs, gradient, outputs, from, count, into, on.rows, scratchOf(on))
}

const activate = (run: ConstantKernels, activation: Activation, x: number, size: number): void => {
  if (activation === 'leakyRelu') run.leakyRelu(x, size)
  else if (activation === 'relu') run.relu(x, size)
  else run.tanh(x, size)
}

const activateBackward = (
  run: ConstantKernels,
  activation: Activation,
  y: number,
  gradient: number,
  size: number,
): void => {
  if (activation === 'leakyRelu') run.leakyReluBackward(y, gradient, size)
  else if (activation === 'relu') run.reluBackward(y, gradient, size)
  else run.tanhBackward(y, gradient, size)
}

/** Fills `on.output` and what the backward pass reads, from `on.input`; a follower of the network is moved on the way. */
export const forward = (run: ConstantKernels, net: Network, on: Tape, follower?: Follower): void => {
  const { rows } = on
  const { activation, norm } = net.spec
  let input = on.input
  for (let l = 0; l < net.hidden.length; l++) {
    const layer = net.hidden[l]
    const width = layer.outputs
    const output = on.hidden[l]
    if (norm === 'layer') {
      const normalized = on.normalized[l]
      affine(run, layer, input, normalized, on, follower)
      run.layerNorm(normalized, rows, width, net.epsilon, normalized, on.deviations[l])
      run.copyRows(normalized, width, rows, width, output, width)
    } else affine(run, layer, input, output, on, follower)
    activate(run, activation, output, rows * width)
    input = output
  }
  if (norm === 'unit') run.normalizeRows(input, rows, net.head.inputs, on.features, on.norms)
  affine(run, net.head, on.features, on.output, on, follower)
}

/** Fills `into.hidden` from `into.output`, by the chain rule down to the first layer. */
export const backward = (run: ConstantKernels, net: Network, on: Tape, into: Gradients): void => {
  const { rows } = on
  const { activation, norm } = net.spec
  const last = net.hidden.length - 1
  const { inputs } = net.head
  affineBackward(run, net.head, into.output, 0, inputs, into.features, on)
  if (norm === 'unit') run.normalizeBackwardRows(on.features, on.norms, into.features, rows, inputs, into.hidden[last])
  for (let l = last; l >= 0; l--) {
    const layer = net.hidden[l]
    const width = layer.outputs
    const gradient = into.hidden[l]
    activateBackward(run, activation, on.hidden[l], gradient, rows * width)
    if (norm === 'layer') run.layerNormBackward(on.normalized[l], on.deviations[l], gradient, rows, width, gradient)
    if (l > 0) affineBackward(run, layer, gradient, 0, layer.inputs, into.hidden[l - 1], on)
  }
}

/** The gradient by `count` components of the input from `from` on, shape `[rows, count]`, after `backward`. */
export const backwardToInput = (
  run: ConstantKernels,
  net: Network,
  on: Batch,
  from: number,
  count: number,
  by: Gradients,
  inputGradient: number,
): void => affineBackward(run, net.hidden[0], by.hidden[0], from, count, inputGradient, on)
