/** Adam (Kingma and Ba 2015) on tensors, with the steps of `../parts/adam.ts` and `Kernels.denseAdam`. */
import type { Tensor, Variable } from '@tensorflow/tfjs-core'
import { isReached, reachOf, stepFailure } from '../parts/adamReach.js'
import type { TensorFlow } from './backend.js'
import type { StepScalars } from './stagedState.js'

/** Constant settings of an optimizer; its clock, β1^t and β2^t, is the caller's. */
export interface TensorAdamSettings {
  readonly stepSize: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
}

/** One network's optimizer. */
export interface TensorAdam {
  /** Moments, in the order of the variables; `first` is empty at beta1 0. */
  readonly first: readonly Variable[]
  readonly second: readonly Variable[]
  /**
   * Refuses a step after which a weight might not be finite; `name` is that of the network.
   *
   * Fails: NotFiniteError with the network's name.
   */
  ready(name: string, scalars: StepScalars): void
  /** Moves every variable by its gradient times `factor`, by the scalars of this step. */
  step(gradients: readonly Tensor[], factor: number, scalars: StepScalars): void
  dispose(): void
}

/** Makes the moments of some variables, all 0. */
export const tensorAdam = (
  tf: TensorFlow,
  variables: readonly Variable[],
  { stepSize, beta1, beta2, epsilon }: TensorAdamSettings,
): TensorAdam => {
  const zeros = (): readonly Variable[] => variables.map((variable) => tf.variable(tf.zerosLike(variable), false))
  const second = zeros()
  const first = beta1 > 0 ? zeros() : []
  const reach = reachOf({ beta1, beta2 })
  /** The bias corrections are folded into the two scalars. */
  const sizesAt = ({ power1, power2, stepSizeScale }: StepScalars): readonly [number, number] => {
    const root = Math.sqrt(1 - power2)
    return [(stepSize * stepSizeScale * root) / (1 - power1), epsilon * root]
  }
  /** `moment` moved towards `value` by 1 - `beta`. */
  const decayed = (moment: Variable, value: Tensor, beta: number): Tensor => {
    moment.assign(tf.add(tf.mul(moment, beta), tf.mul(value, 1 - beta)))
    return moment
  }
  return {
    first,
    second,
    ready: (name, scalars) => {
      const [size, least] = sizesAt(scalars)
      if (!isReached(size, least, reach)) throw stepFailure(name, size, least, reach)
    },
    step: (gradients, factor, scalars) => {
      const [size, least] = sizesAt(scalars)
      variables.forEach((variable, i) => {
        const gradient = tf.mul(gradients[i], factor)
        const mean = beta1 > 0 ? decayed(first[i], gradient, beta1) : gradient
        const square = decayed(second[i], tf.square(gradient), beta2)
        variable.assign(tf.sub(variable, tf.div(tf.mul(mean, size), tf.add(tf.sqrt(square), least))))
      })
    },
    dispose: () => {
      for (const moment of [...first, ...second]) moment.dispose()
    },
  }
}
