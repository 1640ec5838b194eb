/** The steps that an update makes: all of them are refused, or none. */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { TensorFlow } from './backend.js'
import type { StepScalars } from './stagedState.js'
import { checkGradients } from './tensorNumbers.js'
import type { TrainedNetwork } from './trainedNetworks.js'

/** The step of one network, by gradients times `factor`. */
export interface TensorStep {
  readonly of: TrainedNetwork
  /** In the order of the network's weights. */
  readonly gradients: readonly Tensor[]
  readonly factor: number
}

/**
 * Refuses steps by gradients whose squares Adam could not store, and after which a weight might not be finite.
 *
 * Fails: NotFiniteError with the network and, of a gradient, its variable; no weight has moved.
 */
export const readySteps = (tf: TensorFlow, steps: readonly TensorStep[], scalars: StepScalars): void => {
  for (const { of, gradients, factor } of steps) checkGradients(tf, of.name, of.names, gradients, factor)
  for (const { of } of steps) of.adam.ready(of.name, scalars)
}

/** Moves the weights of each network, in the order of the steps. */
export const takeSteps = (steps: readonly TensorStep[], scalars: StepScalars): void => {
  for (const { of, gradients, factor } of steps) of.adam.step(gradients, factor, scalars)
}
