/**
 * Adam (Kingma and Ba 2015): fused with the gradient of one sample, which is never stored, or on gradients that are stored.
 *
 * A step is made in three moves, so that an update can refuse it to the very last: `tick` moves the clock, which stands among the staged
 * doubles; `ready…` folds the bias corrections in and looks whether everything will be finite; `take…` moves the weights.
 */
import { LARGEST, NotFiniteError } from '../../failure.js'
import type { Arena } from '../../kernels/arena.js'
import type { ConstantKernels } from '../../kernels/jobs.js'
import { AdamScalar } from '../../kernels/kernels.js'
import { type Betas, isReached, type Reach, reachOf, stepFailure } from './adamReach.js'
import { checkClocks } from './clocks.js'
import { type Extents, extents, type LayerGradient, type StoredGradients } from './layerGradients.js'
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

/** How the steps of some parameters are made. */
export interface AdamSpec {
  /** As a refusal names it: `actor` or `critic`. */
  readonly name: string
  readonly moments: MomentsAt
  /** The doubles of the clock; parameters that step together may share one. */
  readonly clock: number
  readonly stepSize: number
  /** The double by which the step size is multiplied, where it is annealed. */
  readonly annealing?: number
  /** The double by which all step sizes of a learner are multiplied, where it can lower them. */
  readonly scale?: number
  readonly epsilon: number
  readonly reach: Reach
}

/** The settings of an actor's and a critic's steps. */
export interface ActorCriticSteps {
  readonly actorStepSize: number
  readonly criticStepSize: number
  readonly adamBeta1: number
  readonly adamBeta2: number
  readonly adamEpsilon: number
}

/** How the steps of an actor and of its critics are made, which one clock serves. */
export const actorCriticSteps = (
  { actorStepSize, criticStepSize, adamBeta1, adamBeta2, adamEpsilon }: ActorCriticSteps,
  shared: Pick<AdamSpec, 'moments' | 'clock' | 'scale'>,
): { readonly acting: AdamSpec; readonly judging: AdamSpec } => {
  const adam = { ...shared, epsilon: adamEpsilon, reach: reachOf({ beta1: adamBeta1, beta2: adamBeta2 }) }
  return {
    acting: { ...adam, name: 'actor', stepSize: actorStepSize },
    judging: { ...adam, name: 'critic', stepSize: criticStepSize },
  }
}

/** What every kind of step has. */
interface AdamStep extends AdamSpec {
  /** Doubles in the order of `AdamScalar`, scratch; `factor`, which multiplies the gradient, is the caller's to write. */
  readonly scalars: number
}

/** Steps of a network by the gradient of one sample. */
export interface FusedStep extends AdamStep {
  readonly layers: readonly LayerGradient[]
  /** Of these layers; filled by `measure` before the step is readied. */
  readonly extents: Extents
}

/** Steps of parameters by gradients that are stored. */
export interface StoredStep extends AdamStep {
  readonly gradients: StoredGradients
  /** The double that becomes the greatest size of a gradient. */
  readonly most: number
}

/** Lays out what the steps of a network by one sample need beside its parameters and moments. */
export const fusedStep = (plan: Plan, spec: AdamSpec, layers: readonly LayerGradient[]): FusedStep => ({
  ...spec,
  layers,
  extents: extents(plan, layers),
  scalars: plan.doubles.take(AdamScalar.count),
})

/** Lays out what the steps by stored gradients need beside these, parameters and moments. */
export const storedStep = (plan: Plan, spec: AdamSpec, gradients: StoredGradients): StoredStep => ({
  ...spec,
  gradients,
  most: plan.doubles.take(1),
  scalars: plan.doubles.take(AdamScalar.count),
})

/** Puts a clock before Adam's first step. */
export const startClock = ({ f64 }: Arena, clock: number): void => void f64.fill(1, clock, clock + ADAM_DOUBLES)

/**
 * Refuses a clock that no optimizer leaves behind, when a snapshot is restored.
 *
 * Fails: RangeError with the owner, the double and what came.
 */
export const checkClock = (owner: string, doubles: ArrayLike<number>, clock: number): void =>
  checkClocks(owner, doubles, clock, ADAM_DOUBLES)

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

/** Folds the bias corrections into the scalars that the kernels read, and refuses a step after which a weight might not be finite. */
const readyScalars = ({ f64 }: Arena, step: AdamStep): void => {
  const { name, clock, scalars, stepSize, annealing, scale, epsilon, reach } = step
  const root = Math.sqrt(1 - f64[clock + 1])
  const annealed = annealing === undefined ? stepSize : stepSize * f64[annealing]
  const scaled = scale === undefined ? annealed : annealed * f64[scale]
  const size = (scaled * root) / (1 - f64[clock])
  f64[scalars + AdamScalar.step] = size
  f64[scalars + AdamScalar.epsilon] = epsilon * root
  if (!isReached(size, epsilon * root, reach)) throw stepFailure(name, size, epsilon * root, reach)
}

/**
 * Readies a step by one sample, after `tick` and `measure` and with its factor written. Refuses one whose gradients have squares that
 * Adam could not store, or after which a weight might not be finite.
 *
 * Numbers: second moments are running means of squares, each of a number of at most `LARGEST`, so that they are finite if these are.
 * An input is looked at by itself too, since the kernels multiply its square by that of the gradient.
 * Fails: NotFiniteError with the quantity; no weight has moved.
 */
export const readyFused = (memory: Arena, step: FusedStep): void => {
  const { f64 } = memory
  const { name, layers } = step
  const factor = Math.abs(f64[step.scalars + AdamScalar.factor])
  for (let l = 0; l < layers.length; l++) {
    const input = f64[step.extents + 2 * l]
    // The bias has an input of 1.
    const gradient = factor * f64[step.extents + 2 * l + 1] * (input > 1 ? input : 1)
    if (!(input <= LARGEST)) throw new NotFiniteError(`${name}Activation`, null, input)
    if (!(gradient <= LARGEST)) throw new NotFiniteError(`${name}Gradient`, null, gradient)
  }
  readyScalars(memory, step)
}

/** Moves every parameter of the network, by a step that is ready. */
export const takeFused = (run: ConstantKernels, { layers, moments: behind, scalars }: FusedStep): void => {
  for (let l = 0; l < layers.length; l++) {
    const { layer, input, gradient } = layers[l]
    const { weights, biasAt, inputs, outputs } = layer
    const first = weights + behind.first
    const second = weights + behind.second
    run.denseAdam(weights, first, second, biasAt, input, inputs, gradient, outputs, scalars)
  }
}

/**
 * Readies a step by stored gradients, after `tick` and with its factor written; refuses as `readyFused` does.
 *
 * Fails: NotFiniteError with the quantity; no weight has moved.
 */
export const readyStored = (memory: Arena, run: ConstantKernels, step: StoredStep): void => {
  const { f64 } = memory
  const { name, gradients, most } = step
  run.largest(gradients.at, gradients.size, most)
  const gradient = Math.abs(f64[step.scalars + AdamScalar.factor]) * f64[most]
  if (!(gradient <= LARGEST)) throw new NotFiniteError(`${name}Gradient`, null, gradient)
  readyScalars(memory, step)
}

/** Moves every parameter that has a gradient, by a step that is ready. */
export const takeStored = (run: ConstantKernels, { gradients, moments: behind, scalars }: StoredStep): void => {
  const { parameters, size, at } = gradients
  run.adam(parameters, parameters + behind.first, parameters + behind.second, at, size, scalars)
}
