/** Adam (Kingma and Ba 2015) over a network, from the vectors of one sample's backward pass. */
import type { Arena } from '../kernels/arena.js'
import type { ConstantKernels } from '../kernels/jobs.js'
import { AdamScalar } from '../kernels/kernels.js'
import type { Gradients, Network, Tape } from './network.js'

/** Doubles that an optimizer's clock keeps, its state: the running products β1^t and β2^t, 1 at the start. */
export const ADAM_DOUBLES = 2

/** Where one optimizer's doubles stand: its clock, and the scalars of the step under way, which are scratch. */
export interface AdamAt {
  readonly clock: number
  readonly scalars: number
}

/** How far the moments of a parameter stand behind it, in floats; `first` is unused when beta1 is 0. */
export interface MomentsAt {
  readonly first: number
  readonly second: number
}

/** Puts Adam's clock before its first step; those given share it. */
export const startAdam = (
  { f64 }: Arena,
  each: readonly AdamAt[],
  { beta1, beta2 }: { readonly beta1: number; readonly beta2: number },
): void => {
  for (const { clock, scalars } of each) {
    f64[clock] = 1
    f64[clock + 1] = 1
    f64[scalars + AdamScalar.beta1] = beta1
    f64[scalars + AdamScalar.beta2] = beta2
  }
}

/** Moves Adam's clock one step on: the bias corrections come from running products, since `Math.pow` differs between engines. */
export const tickAdam = ({ f64 }: Arena, { clock, scalars }: AdamAt): void => {
  f64[clock] *= f64[scalars + AdamScalar.beta1]
  f64[clock + 1] *= f64[scalars + AdamScalar.beta2]
}

/** Folds the bias corrections of the step under way into the scalars that the kernel reads; `factor` is written by the caller. */
export const setAdam = ({ f64 }: Arena, { clock, scalars }: AdamAt, stepSize: number, epsilon: number): void => {
  const root = Math.sqrt(1 - f64[clock + 1])
  f64[scalars + AdamScalar.step] = (stepSize * root) / (1 - f64[clock])
  f64[scalars + AdamScalar.epsilon] = epsilon * root
}

/** One step on every parameter of `net`, by the vectors that a backward pass left on its tapes and the scalars of `setAdam`. */
export const stepAdam = (
  kernels: ConstantKernels,
  { scalars }: AdamAt,
  net: Network,
  moments: MomentsAt,
  on: Tape,
  by: Gradients,
): void => {
  for (let l = 0; l <= net.hidden.length; l++) {
    const isHead = l === net.hidden.length
    const { weights, biasAt, inputs, outputs } = isHead ? net.head : net.hidden[l]
    const input = isHead ? on.features : l === 0 ? on.input : on.hidden[l - 1]
    const gradient = isHead ? by.output : by.hidden[l]
    const first = weights + moments.first
    const second = weights + moments.second
    kernels.denseAdam(weights, first, second, biasAt, input, inputs, gradient, outputs, scalars)
  }
}
