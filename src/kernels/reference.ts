/**
 * The network's arithmetic in its plainest form: one function for each operation, gradients returned as arrays, nothing fused. It
 * computes in float32 or float64, by the type of its arrays; tests compare finite differences and the fused kernels with it.
 */
import { expMinusOne, softplus as softplusOf, tanh as tanhOf } from './elementary.js'

/** A vector or a row-major matrix. */
export type Numbers = Float32Array | Float64Array

/** The type of the arrays of intermediate results. */
export type Precision = Float32ArrayConstructor | Float64ArrayConstructor

/** W x + b; shapes: weights `[bias.length, x.length]`. */
export const affine = (Numbers: Precision, weights: Numbers, bias: Numbers, x: Numbers): Numbers =>
  new Numbers(bias.length).map((_: number, i: number) => {
    let sum = bias[i]
    for (let j = 0; j < x.length; j++) sum += weights[i * x.length + j] * x[j]
    return sum
  })

/** Wᵀ g: the gradient by the layer's input; `inputs` columns. */
export const affineBackward = (Numbers: Precision, weights: Numbers, inputs: number, gradient: Numbers): Numbers =>
  new Numbers(inputs).map((_: number, j: number) => {
    let sum = 0
    for (let i = 0; i < gradient.length; i++) sum += weights[i * inputs + j] * gradient[i]
    return sum
  })

/** g xᵀ: the gradient by the weights, row-major of shape `[g.length, x.length]`. */
export const outer = (Numbers: Precision, gradient: Numbers, x: Numbers): Numbers =>
  new Numbers(gradient.length * x.length).map((_: number, at: number) => {
    const i = Math.floor(at / x.length)
    return gradient[i] * x[at - i * x.length]
  })

/** The leaky rectifier with slope 0.01. */
export const leakyRelu = (x: Numbers): Numbers => x.map((value) => (value > 0 ? value : 0.01 * value))

/** Its gradient, from its output. */
export const leakyReluBackward = (y: Numbers, gradient: Numbers): Numbers =>
  gradient.map((value, i) => (y[i] > 0 ? value : 0.01 * value))

/** The rectifier. */
export const relu = (x: Numbers): Numbers => x.map((value) => (value < 0 ? 0 : value))

/** Its gradient, from its output. */
export const reluBackward = (y: Numbers, gradient: Numbers): Numbers =>
  gradient.map((value, i) => (y[i] > 0 ? value : 0))

/** The hyperbolic tangent. */
export const tanh = (x: Numbers): Numbers => x.map(tanhOf)

/** Its gradient, from its output. */
export const tanhBackward = (y: Numbers, gradient: Numbers): Numbers =>
  gradient.map((value, i) => value * (1 - y[i] * y[i]))

/** log(1 + e^x). */
export const softplus = (x: Numbers): Numbers => x.map(softplusOf)

/** Its gradient, from its output: the logistic function of x is 1 - e^-y. */
export const softplusBackward = (y: Numbers, gradient: Numbers): Numbers =>
  gradient.map((value, i) => value * -expMinusOne(-y[i]))

/** The L2 norm. */
export const norm = (x: Numbers): number => {
  let square = 0
  for (const value of x) square += value * value
  return Math.sqrt(square)
}

/** x / ‖x‖; a zero vector stays zero. */
export const normalize = (x: Numbers): Numbers => {
  const size = norm(x)
  return size === 0 ? x.slice() : x.map((value) => value / size)
}

/** (I - y yᵀ) g / ‖x‖ for y = x / ‖x‖. */
export const normalizeBackward = (x: Numbers, gradient: Numbers): Numbers => {
  const size = norm(x)
  if (size === 0) return x.slice()
  let along = 0
  for (let i = 0; i < x.length; i++) along += (x[i] / size) * gradient[i]
  return gradient.map((value, i) => (value - (x[i] / size) * along) / size)
}

const meanOf = (x: Numbers): number => {
  let sum = 0
  for (const value of x) sum += value
  return sum / x.length
}

/** √(v + ε) with the population variance v of x. */
const deviationOf = (x: Numbers, epsilon: number): number => {
  const mean = meanOf(x)
  return Math.sqrt(meanOf(x.map((value) => (value - mean) * (value - mean))) + epsilon)
}

/** Layer norm without affine parameters: (x - m) / √(v + ε) with the mean m and the population variance v of x. */
export const layerNorm = (x: Numbers, epsilon: number): Numbers => {
  const mean = meanOf(x)
  const deviation = deviationOf(x, epsilon)
  return x.map((value) => (value - mean) / deviation)
}

/** (g - mean(g) - y mean(g y)) / √(v + ε) for y = layerNorm(x). */
export const layerNormBackward = (x: Numbers, gradient: Numbers, epsilon: number): Numbers => {
  const y = layerNorm(x, epsilon)
  const mean = meanOf(gradient)
  const along = meanOf(gradient.map((value, i) => value * y[i]))
  const deviation = deviationOf(x, epsilon)
  return gradient.map((value, i) => (value - mean - y[i] * along) / deviation)
}

/** Moments of Adam for one tensor; `first` and `second` start at 0. */
export interface Moments {
  readonly first: Numbers
  readonly second: Numbers
}

/** The t-th step of Adam (Kingma and Ba 2015, algorithm 1) on one tensor, in place. */
export const adam = (
  parameter: Numbers,
  gradient: Numbers,
  { first, second }: Moments,
  t: number,
  settings: { readonly stepSize: number; readonly beta1: number; readonly beta2: number; readonly epsilon: number },
): void => {
  const { stepSize, beta1, beta2, epsilon } = settings
  let power1 = 1
  let power2 = 1
  for (let i = 0; i < t; i++) {
    power1 *= beta1
    power2 *= beta2
  }
  for (let i = 0; i < parameter.length; i++) {
    first[i] = beta1 * first[i] + (1 - beta1) * gradient[i]
    second[i] = beta2 * second[i] + (1 - beta2) * gradient[i] * gradient[i]
    const mean = first[i] / (1 - power1)
    const square = second[i] / (1 - power2)
    parameter[i] -= (stepSize * mean) / (Math.sqrt(square) + epsilon)
  }
}
