/** Vectors of a caller's records as tensors. */
import type { Tensor2D } from '@tensorflow/tfjs-core'
import { checkSize } from '../../checks.js'
import { LARGEST } from '../../failure.js'
import type { Vector } from '../../types.js'
import { componentFailure, type InputSpec } from '../parts/input.js'
import type { TensorFlow } from './backend.js'

/** Makes a tensor of shape `[1, size]` of a vector, which a refusal calls by `quantity`. */
export type TensorRow = (quantity: string, values: Vector, of: InputSpec) => Tensor2D

/**
 * Rows in the name of a learner.
 *
 * Fails: RangeError for a vector of another size; NotFiniteError for the first component that is not finite or larger than `LARGEST`.
 */
export const tensorRow =
  (tf: TensorFlow, owner: string): TensorRow =>
  (quantity, values, of) => {
    checkSize(owner, quantity, values, of.size)
    for (let i = 0; i < of.size; i++) {
      if (!(Math.abs(values[i]) <= LARGEST)) throw componentFailure(quantity, of, i, values[i])
    }
    return tf.tensor2d(Float32Array.from(values), [1, of.size])
  }
