/** Adam (Kingma and Ba 2015) over a network, from the vectors of one sample's backward pass. */
import type { Arena } from '../kernels/arena.js'
import type { Kernels } from '../kernels/kernels.js'
import type { Gradients, Network, Tape } from './network.js'

/** Constant settings of an optimizer. */
export interface AdamSettings {
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
}

/** Doubles that Adam's clock keeps: the running products β1^t and β2^t, both 1 at the start. */
export const ADAM_DOUBLES = 2

/** How far the moments of a parameter stand behind it, in floats; `first` is unused when beta1 is 0. */
export interface MomentsAt {
  readonly first: number
  readonly second: number
}

/** Moves Adam's clock one step on: the bias corrections come from running products, since `Math.pow` differs between engines. */
export const tickAdam = ({ f64 }: Arena, at: number, { beta1, beta2 }: AdamSettings): void => {
  f64[at] *= beta1
  f64[at + 1] *= beta2
}

/** One step on every parameter of `net`, with `factor` times the gradients that `backward` left. */
export const stepAdam = (
  kernels: Kernels,
  { f64 }: Arena,
  clock: number,
  { beta1, beta2, epsilon }: AdamSettings,
  net: Network,
  moments: MomentsAt,
  on: Tape,
  by: Gradients,
  factor: number,
  stepSize: number,
): void => {
  const root = Math.sqrt(1 - f64[clock + 1])
  const step = (stepSize * root) / (1 - f64[clock])
  const small = epsilon * root
  for (let l = 0; l <= net.hidden.length; l++) {
    const isHead = l === net.hidden.length
    const { weights, biasAt, inputs, outputs } = isHead ? net.head : net.hidden[l]
    const input = isHead ? on.features : l === 0 ? on.input : on.hidden[l - 1]
    const gradient = isHead ? by.output : by.hidden[l]
    kernels.denseAdam(
      weights,
      weights + moments.first,
      weights + moments.second,
      biasAt,
      input,
      inputs,
      gradient,
      outputs,
      factor,
      step,
      small,
      beta1,
      beta2,
    )
  }
}
