/** Numbers in and out of variables, by name. */
import type { Tensor, Variable } from '@tensorflow/tfjs-core'
import { NotFiniteError } from '../../failure.js'
import type { TensorFlow } from './backend.js'
import type { NamedNumbers } from './ownNetwork.js'

/** Copies of what variables hold. */
export const readVariables = (variables: Readonly<Record<string, Variable>>): NamedNumbers =>
  Object.fromEntries(
    Object.entries(variables).map(([name, variable]) => [name, Float32Array.from(variable.dataSync())]),
  )

/** Puts numbers into variables, by copy. */
export const writeVariables = (
  tf: TensorFlow,
  variables: Readonly<Record<string, Variable>>,
  numbers: NamedNumbers,
): void => {
  for (const [name, variable] of Object.entries(variables)) {
    variable.assign(tf.tensor(numbers[name].slice(), variable.shape, variable.dtype))
  }
}

/** Throws a RangeError for numbers that are not those of exactly these variables; `what` is what they are called. */
export const checkNumbers = (
  variables: Readonly<Record<string, Variable>>,
  numbers: NamedNumbers | undefined,
  what: string,
): void => {
  const sizes = (of: readonly (readonly [string, number])[]): string =>
    of.map(([name, size]) => `${name} of ${size}`).join(', ') || 'nothing'
  const expected = sizes(Object.entries(variables).map(([name, { size }]) => [name, size]))
  const got = sizes(Object.entries(numbers ?? {}).map(([name, { length }]) => [name, length]))
  if (expected === got) return
  throw new RangeError(
    `avgOnTensorFlow: a snapshot with ${what} ${expected} was expected, got ${got}: ` +
      'it was taken of other networks, shapes or settings',
  )
}

/**
 * Throws a NotFiniteError for the first component that is not finite in what belongs to variables, named after its variable.
 *
 * A number times 0 is 0 exactly where it is finite, so that one sum, one readback, tells whether there is any to look for.
 */
export const checkGradients = (
  tf: TensorFlow,
  quantity: string,
  names: readonly string[],
  gradients: readonly Tensor[],
): void => {
  const total = tf.addN(gradients.map((gradient) => tf.sum(tf.mul(gradient, 0))))
  if (total.dataSync()[0] === 0) return
  gradients.forEach((gradient, g) => {
    gradient.dataSync().forEach((value, index) => {
      if (!Number.isFinite(value)) throw new NotFiniteError(quantity, { index, name: names[g] }, value)
    })
  })
}
