/** Adam (Kingma and Ba 2015) over a network, from the vectors of one sample's backward pass. */
import { LARGEST, NotFiniteError } from '../../failure.js'
import type { Arena } from '../../kernels/arena.js'
import type { ConstantKernels } from '../../kernels/jobs.js'
import { AdamScalar } from '../../kernels/kernels.js'
import { type Betas, isReached, type Reach, stepFailure } from './adamReach.js'
import type { Network } from './network.js'
import { type Extents, extents, type Gradients, type Tape } from './passes.js'
import type { Plan } from './plan.js'

/** Doubles that an optimizer's clock keeps, its state: the running products β1^t and β2^t, 1 at the start. */
export const ADAM_DOUBLES = 2

/** How far the moments of a parameter stand behind it, in floats; `first` is unused when beta1 is 0. */
export interface MomentsAt {
  readonly first: number
  readonly second: number
}

/** Lays out moments for every parameter that was laid out before: the second ones, and the first ones where beta1 is not 0. */
export const moments = ({ floats }: Plan, { beta1 }: Betas): MomentsAt => {
  const parameters = floats.size
  return { second: floats.take(parameters), first: beta1 > 0 ? floats.take(parameters) : 0 }
}

/** What a network's steps have to do with: from which vectors they are made, and how far they go. */
export interface AdamStep {
  /** As a refusal names it: `actor` or `critic`. */
  readonly name: string
  readonly net: Network
  /** The forward and the backward pass whose vectors the gradient is the outer products of, and the greatest sizes in them. */
  readonly on: Tape
  readonly by: Gradients
  readonly extents: Extents
  readonly moments: MomentsAt
  /** The doubles of the clock; networks that step together may share one. */
  readonly clock: number
  /** Doubles in the order of `AdamScalar`, scratch; `factor`, which multiplies the gradient, is the caller's to write. */
  readonly scalars: number
  readonly stepSize: number
  readonly epsilon: number
  readonly reach: Reach
}

/** What is told of a network's steps when they are laid out. */
export type AdamStepSpec = Omit<AdamStep, 'extents' | 'scalars'>

/** Lays out what the steps of a network need beside its parameters and moments. */
export const adamStep = (plan: Plan, spec: AdamStepSpec): AdamStep => ({
  ...spec,
  extents: extents(plan, spec.net),
  scalars: plan.doubles.take(AdamScalar.count),
})

/** Puts a clock before Adam's first step. */
export const startClock = ({ f64 }: Arena, clock: number): void => void f64.fill(1, clock, clock + ADAM_DOUBLES)

/** Puts the betas, and a factor of 1, where the steps read them. */
export const startSteps = ({ f64 }: Arena, { scalars }: AdamStep, { beta1, beta2 }: Betas): void => {
  f64[scalars + AdamScalar.factor] = 1
  f64[scalars + AdamScalar.beta1] = beta1
  f64[scalars + AdamScalar.beta2] = beta2
}

/** Moves the clock one step on: the bias corrections come from running products, since `Math.pow` differs between engines. */
export const tick = ({ f64 }: Arena, { clock, scalars }: AdamStep): void => {
  f64[clock] *= f64[scalars + AdamScalar.beta1]
  f64[clock + 1] *= f64[scalars + AdamScalar.beta2]
}

/**
 * Readies a step, after `tick`, by the passes' vectors and the factor: folds the bias corrections into the scalars that the kernel
 * reads. Refuses one whose gradients have squares that Adam could not store, or after which a weight might not be finite.
 *
 * Numbers: second moments are running means of squares, each of a number of at most `LARGEST`, so that they are finite if these are.
 * An input is looked at by itself too, since the kernels multiply its square by that of the gradient.
 * Fails: NotFiniteError with the quantity; no weight has moved.
 */
export const readyStep = ({ f64 }: Arena, step: AdamStep): void => {
  const { name, clock, scalars, stepSize, reach } = step
  const root = Math.sqrt(1 - f64[clock + 1])
  const size = (stepSize * root) / (1 - f64[clock])
  const epsilon = step.epsilon * root
  f64[scalars + AdamScalar.step] = size
  f64[scalars + AdamScalar.epsilon] = epsilon
  const { at, layers } = step.extents
  const factor = Math.abs(f64[scalars + AdamScalar.factor])
  for (let l = 0; l < layers; l++) {
    const input = f64[at + 2 * l]
    // The bias has an input of 1.
    const gradient = factor * f64[at + 2 * l + 1] * (input > 1 ? input : 1)
    if (!(input <= LARGEST)) throw new NotFiniteError(`${name}Activation`, null, input)
    if (!(gradient <= LARGEST)) throw new NotFiniteError(`${name}Gradient`, null, gradient)
  }
  if (!isReached(size, epsilon, reach)) throw stepFailure(name, size, epsilon, reach)
}

/** Moves every parameter of the network, by a step that is ready. */
export const takeStep = (kernels: ConstantKernels, { net, on, by, moments: behind, scalars }: AdamStep): void => {
  for (let l = 0; l <= net.hidden.length; l++) {
    const isHead = l === net.hidden.length
    const { weights, biasAt, inputs, outputs } = isHead ? net.head : net.hidden[l]
    const input = isHead ? on.features : l === 0 ? on.input : on.hidden[l - 1]
    const gradient = isHead ? by.output : by.hidden[l]
    const first = weights + behind.first
    const second = weights + behind.second
    kernels.denseAdam(weights, first, second, biasAt, input, inputs, gradient, outputs, scalars)
  }
}
