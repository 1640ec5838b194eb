/**
 * Networks that the caller brings. These types say what is used of TensorFlow.js's own, which fit them, so that no caller needs
 * TensorFlow.js to compile a program that does not use it.
 */

/** Plain arrays by name: what the variables of networks hold. */
export type NamedNumbers = Readonly<Record<string, Float32Array>>

/** A tensor, as far as it is looked at here: any `tf.Tensor`. */
export interface TensorLike {
  readonly shape: readonly number[]
  readonly dtype: string
  dataSync(): ArrayLike<number>
}

/** A tensor that can be assigned to: any `tf.Variable`. */
export interface VariableLike extends TensorLike {
  /** Whether learning moves it. */
  trainable: boolean
  assign(value: TensorLike): void
}

/** A network as a function of tensors, with the variables that it computes by. */
export interface FunctionNetwork {
  /** Each under the name that it has in the learner's `parameters`, there behind `actor.` or `critic.`. */
  readonly variables: Readonly<Record<string, VariableLike>>
  /** The output of shape `[1, outputs]` for an input of shape `[1, inputs]`, by operations that have a gradient. */
  apply(input: TensorLike): TensorLike
}

/** A network as a `tf.LayersModel` of one input, `[1, inputs]`, and one output, `[1, outputs]`. */
export interface LayersNetwork {
  readonly weights: readonly { readonly name: string; read(): TensorLike }[]
  /** Those of them that learning moves: a layer that is frozen has none. */
  readonly trainableWeights: readonly { read(): TensorLike }[]
  /** A model's takes more kinds of input than one tensor; `never` is the type that fits what any of them takes. */
  apply(input: never): unknown
}

/** What `avgOnTensorFlow` takes for an actor or a critic. */
export type OwnNetwork = FunctionNetwork | LayersNetwork
