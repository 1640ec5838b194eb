/** Adam (Kingma and Ba 2015) over a network, from the vectors of one sample's backward pass. */
import { LARGEST, NotFiniteError } from '../../failure.js'
import type { Arena } from '../../kernels/arena.js'
import type { ConstantKernels } from '../../kernels/jobs.js'
import { AdamScalar } from '../../kernels/kernels.js'
import type { Extents, Gradients, Network, Tape } from './network.js'

/** Doubles that an optimizer's clock keeps, its state: the running products β1^t and β2^t, 1 at the start. */
export const ADAM_DOUBLES = 2

/** Where one optimizer's doubles stand: the clock that a step moves, and the scalars of the step under way, which are scratch. */
export interface AdamAt {
  readonly clock: number
  readonly scalars: number
}

/** The betas of an optimizer. */
export interface Betas {
  readonly beta1: number
  readonly beta2: number
}

/** The least normal float: kernels take a second moment below it for none. */
export const LEAST_NORMAL = 1.1754943508222875e-38

/** How far the moments of a parameter stand behind it, in floats; `first` is unused when beta1 is 0. */
export interface MomentsAt {
  readonly first: number
  readonly second: number
}

/** Puts the clock at `clock` before Adam's first step, and the betas where the steps of `each` read them. */
export const startAdam = ({ f64 }: Arena, clock: number, each: readonly AdamAt[], { beta1, beta2 }: Betas): void => {
  f64.fill(1, clock, clock + ADAM_DOUBLES)
  for (const { scalars } of each) {
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

/**
 * How far Adam can move a weight, in steps: |m| / (√v + ε) is at most `ratio` + `faint` / ε, for any gradients up to `LARGEST`.
 *
 * By Cauchy and Schwarz, |m| / √v ≤ (1 - β1) / √((1 - β2) (1 - β1²/β2)) where β1² < β2. A gradient whose square v does not hold
 * adds `faint` at most. Where β1² ≥ β2 there is no such ratio, since v may be gone while m is still large.
 */
export interface Reach {
  readonly ratio: number
  readonly faint: number
}

/** The reach of some betas. */
export const reachOf = ({ beta1, beta2 }: Betas): Reach => {
  const fresh = 1 - beta2
  if (beta1 === 0) return { ratio: 1 / Math.sqrt(fresh), faint: Math.sqrt(LEAST_NORMAL / fresh) }
  const kept = 1 - (beta1 * beta1) / beta2
  return kept > 0
    ? { ratio: (1 - beta1) / Math.sqrt(fresh * kept), faint: Math.sqrt(LEAST_NORMAL / fresh) }
    : { ratio: 0, faint: LARGEST }
}

/** The greatest step that a weight may be asked to take where no ratio bounds it: float32 holds millions of them. */
const FARTHEST = 1e30

/**
 * Whether a step of Adam, by its bias-corrected size and epsilon, leaves weights finite. A size above `LARGEST` does not: times a
 * gradient it would not be finite in itself.
 */
export const isReached = (step: number, epsilon: number, { ratio, faint }: Reach): boolean =>
  step <= LARGEST && step * ratio <= LARGEST && (step * faint) / epsilon <= FARTHEST

/** The failure of a step that does not, with the farthest that it might move a weight; `network` is `actor` or `critic`. */
export const stepFailure = (network: string, step: number, epsilon: number, { ratio, faint }: Reach): NotFiniteError =>
  new NotFiniteError(`${network}Step`, null, step * Math.max(1, ratio, faint / epsilon))

/**
 * Refuses a step whose gradients have squares that Adam could not store, or after which a weight might not be finite, by the greatest
 * sizes of what the gradients are made of and the scalars of `setAdam`; `network` is `actor` or `critic`.
 *
 * Numbers: second moments are running means of squares, each of a number of at most `LARGEST`, so that they are finite if these are.
 * An input is looked at by itself too, since the kernels multiply its square by that of the gradient.
 * Fails: NotFiniteError with the quantity.
 */
export const checkStep = (
  { f64 }: Arena,
  network: string,
  { at, layers }: Extents,
  { scalars }: AdamAt,
  reach: Reach,
): void => {
  const factor = Math.abs(f64[scalars + AdamScalar.factor])
  for (let l = 0; l < layers; l++) {
    const input = f64[at + 2 * l]
    // The bias has an input of 1.
    const gradient = factor * f64[at + 2 * l + 1] * (input > 1 ? input : 1)
    if (!(input <= LARGEST)) throw new NotFiniteError(`${network}Activation`, null, input)
    if (!(gradient <= LARGEST)) throw new NotFiniteError(`${network}Gradient`, null, gradient)
  }
  const step = f64[scalars + AdamScalar.step]
  const epsilon = f64[scalars + AdamScalar.epsilon]
  if (!isReached(step, epsilon, reach)) throw stepFailure(network, step, epsilon, reach)
}
