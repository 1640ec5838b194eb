/** How much memory a learner on TensorFlow.js takes. Loads no TensorFlow.js, since the command asks before it opens a learner. */

/** The floats of a learner, by what becomes of them in an update. */
export interface TensorFloats {
  /** Of the weights that an optimizer moves. */
  readonly weights: number
  /** Of a target network; the default is 0. */
  readonly target?: number | undefined
}

/**
 * Bytes of a learner at its most: within an update, which frees nothing before its end. As `tf.profile` counts them on the published
 * networks: weights and moments, gradients, and each operation of the optimizer's step; the target network, its step, and the critic's
 * weights while the target network stands in their place.
 */
export const tensorBytes = ({ weights, target = 0 }: TensorFloats, adamBeta1: number): number =>
  4 * ((adamBeta1 > 0 ? 17 : 13) * weights + 5 * target)
