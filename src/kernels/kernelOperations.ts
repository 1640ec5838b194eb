/**
 * The floating-point operations of a call of each kernel, from its arguments.
 *
 * One operation is an addition, subtraction, multiplication, division, comparison, square root or elementary function of numbers that
 * change from component to component: a multiplication whose product is added is two. Reading, writing, copying, changes of sign and
 * absolute values are none, nor is what is computed once for a row or a call; an expression that a loop has twice counts once. The counts
 * are those of the definitions in `typescript`, where every branch is taken; WebAssembly does the same on four components at a time.
 */
import type { KernelName } from './kernelTable.js'
import { AdamScalar, type Kernels } from './kernels.js'

/** The operations of a call, from its arguments and the doubles of its arena. */
export type KernelOperations<Name extends KernelName = KernelName> = (
  args: Readonly<Parameters<Kernels[Name]>>,
  doubles: Float64Array,
) => number

const dense = (inputs: number, outputs: number): number => (2 * inputs + 1) * outputs
const normalize = (size: number): number => 3 * size
const normalizeBackward = (size: number): number => 5 * size
const squash = (size: number): number => 18 * size
const squashBackward = (size: number): number => 14 * size

const hasFirstMoment = (scalars: number, doubles: Float64Array): boolean => doubles[scalars + AdamScalar.beta1] !== 0

/** Of Adam for each weight whose gradient is stored, once that is multiplied by the factor. */
const adam = (first: boolean): number => (first ? 12 : 9)
/** Of Adam for each weight whose gradient is a product, which has no operation of its own where there is no first moment. */
const adamOfProduct = (first: boolean): number => (first ? 13 : 9)

/** Of the traces of each weight, the product that is its gradient included. */
const [TRACE, ADAPTIVE_TRACE, INTENTIONAL_TRACE] = [4, 13, 18]

/** Of each kernel. */
export const kernelOperations: { readonly [Name in KernelName]: KernelOperations<Name> } = {
  dense: ([, , , inputs, , outputs]) => dense(inputs, outputs),
  denseBackward: ([, , , outputs, , count]) => 2 * outputs * count,
  // Of the target network's layer three for each weight and bias, as `polyak` has.
  densePolyak: ([, , , inputs, , outputs]) => dense(inputs, outputs) + 3 * (inputs + 1) * outputs,
  denseRows: ([, , , inputs, , outputs, rows]) => rows * dense(inputs, outputs),
  denseBackwardRows: ([, , , outputs, , count, , rows]) => rows * 2 * outputs * count,
  denseGradientRows: ([, inputs, , outputs, rows]) => rows * dense(inputs, outputs),
  leakyRelu: ([, size]) => 2 * size,
  leakyReluBackward: ([, , size]) => 2 * size,
  relu: ([, size]) => size,
  reluBackward: ([, , size]) => size,
  tanh: ([, size]) => size,
  tanhBackward: ([, , size]) => 3 * size,
  softplus: ([, size]) => size,
  softplusBackward: ([, , size]) => 2 * size,
  normalize: ([, size]) => normalize(size),
  normalizeBackward: ([, , , size]) => normalizeBackward(size),
  normalizeRows: ([, rows, size]) => rows * normalize(size),
  normalizeBackwardRows: ([, , , rows, size]) => rows * normalizeBackward(size),
  layerNorm: ([, rows, size]) => rows * 6 * size,
  layerNormBackward: ([, , , rows, size]) => rows * 7 * size,
  largest: ([, size]) => size,
  sumOfSquares: ([, size]) => 2 * size,
  scale: ([, size]) => size,
  addScaled: ([, size]) => 2 * size,
  clear: () => 0,
  copyRows: () => 0,
  squash: ([, , size]) => squash(size),
  squashBackward: ([, size]) => squashBackward(size),
  squashRows: ([, , rows, size]) => rows * squash(size),
  // The factor multiplies both halves of a head.
  squashBackwardRows: ([, rows, size]) => rows * (squashBackward(size) + 2 * size),
  boundedRows: ([, , rows, size]) => rows * 18 * size,
  boundedBackwardRows: ([, rows, size]) => rows * 18 * size,
  // The factor multiplies the gradient of each row, which is that of the bias as well.
  denseAdam: ([, , , , , inputs, , outputs, scalars], doubles) => {
    const first = hasFirstMoment(scalars, doubles)
    return outputs * (1 + inputs * adamOfProduct(first) + adam(first))
  },
  adam: ([, , , , size, scalars], doubles) => size * (1 + adam(hasFirstMoment(scalars, doubles))),
  polyak: ([, size]) => 3 * size,
  denseTrace: ([, , , inputs, , outputs]) => TRACE * (inputs + 1) * outputs,
  trace: ([, , size]) => TRACE * size,
  denseAdaptiveTrace: ([, , , , , inputs, , outputs]) => ADAPTIVE_TRACE * (inputs + 1) * outputs,
  adaptiveTrace: ([, , , , size]) => ADAPTIVE_TRACE * size,
  denseIntentionalTrace: ([, , , , , inputs, , outputs]) => INTENTIONAL_TRACE * (inputs + 1) * outputs,
  intentionalTrace: ([, , , , size]) => INTENTIONAL_TRACE * size,
  takeProjections: ([, count, , rows, size]) => 4 * count * rows * size,
}
