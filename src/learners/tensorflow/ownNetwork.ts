/**
 * Networks of the caller. These types declare the parts of TensorFlow.js's types that are used, so that a program without TensorFlow.js
 * compiles.
 */

/** The numbers of the variables of networks, by name. */
export type NamedNumbers = Readonly<Record<string, Float32Array>>

/** The fields of a tensor that are used here, of any `tf.Tensor`. */
export interface TensorLike {
  readonly shape: readonly number[]
  readonly dtype: string
  dataSync(): ArrayLike<number>
}

/** A tensor that can be assigned to: any `tf.Variable`. */
export interface VariableLike extends TensorLike {
  /** Whether updates move it. */
  trainable: boolean
  assign(value: TensorLike): void
}

/** A network as a function of tensors, with its variables. */
export interface FunctionNetwork {
  /** Its variables by name; in the learner's `parameters` the names begin with `actor.` or `critic.`. */
  readonly variables: Readonly<Record<string, VariableLike>>
  /** The output of shape `[1, outputs]` for an input of shape `[1, inputs]`, by operations that have a gradient. */
  apply(input: TensorLike): TensorLike
}

/** A network as a `tf.LayersModel` of one input, `[1, inputs]`, and one output, `[1, outputs]`. */
export interface LayersNetwork {
  readonly weights: readonly { readonly name: string; read(): TensorLike }[]
  /** The weights that updates move: a frozen layer has none. */
  readonly trainableWeights: readonly { read(): TensorLike }[]
  /** A model's takes more kinds of input than one tensor; `never` is the type that fits what any of them takes. */
  apply(input: never): unknown
}

/** An actor or a critic of the caller for `avgOnTensorFlow`. */
export type OwnNetwork = FunctionNetwork | LayersNetwork
