/** Copies numbers to and from variables, by name. */
import type { Tensor, Variable } from '@tensorflow/tfjs-core'
import { checkRestoredVector } from '../../restored.js'
import { LARGEST, NotFiniteError } from '../../failure.js'
import type { TensorFlow } from './backend.js'
import type { NamedNumbers } from './ownNetwork.js'

/** Copies of the numbers of variables. */
export const readVariables = (variables: Readonly<Record<string, Variable>>): NamedNumbers =>
  Object.fromEntries(
    Object.entries(variables).map(([name, variable]) => [name, Float32Array.from(variable.dataSync())]),
  )

/** Writes numbers into variables, by copy. */
export const writeVariables = (
  tf: TensorFlow,
  variables: Readonly<Record<string, Variable>>,
  numbers: NamedNumbers,
): void => {
  for (const [name, variable] of Object.entries(variables)) {
    variable.assign(tf.tensor(numbers[name].slice(), variable.shape, variable.dtype))
  }
}

/**
 * Throws a RangeError for numbers whose names or sizes are not those of these variables, and for numbers that are not finite or below
 * `least`; `owner` is who refuses them, and `what` is their name in the message.
 */
export const checkNumbers = (
  owner: string,
  variables: Readonly<Record<string, { readonly size: number }>>,
  numbers: NamedNumbers | undefined,
  what: string,
  least = -Infinity,
): void => {
  const sizes = (of: readonly (readonly [string, number])[]): string =>
    of.map(([name, size]) => `${name} of ${size}`).join(', ') || 'nothing'
  const expected = sizes(Object.entries(variables).map(([name, { size }]) => [name, size]))
  const isWhole = Object.values(numbers ?? {}).every((values) => values?.length !== undefined)
  const got = sizes(Object.entries(numbers ?? {}).map(([name, values]) => [name, values?.length]))
  if (isWhole && expected !== got) {
    throw new RangeError(
      `${owner}: a snapshot with ${what} ${expected} was expected, got ${got}: ` +
        'it was taken of other networks, shapes or settings',
    )
  }
  for (const [name, { size }] of Object.entries(variables)) {
    checkRestoredVector({ owner, field: `${what} ${name}` }, numbers?.[name], size, least)
  }
}

/**
 * Throws a NotFiniteError for a gradient whose product with `factor` has a square that Adam could not store. The error names its
 * variable and the first component that is not finite, or else the greatest one. `network` is `actor` or `critic`.
 *
 * A number times 0 is 0 exactly if it is finite, so that one readback shows whether there is any such number.
 */
export const checkGradients = (
  tf: TensorFlow,
  network: string,
  names: readonly string[],
  gradients: readonly Tensor[],
  factor: number,
): void => {
  const greatest = gradients.map((gradient) =>
    // One at a time, so that its memory is free again before the next.
    tf.tidy(() => tf.add(tf.max(tf.abs(gradient)), tf.sum(tf.mul(gradient, 0)))),
  )
  const refused = tf
    .stack(greatest)
    .dataSync()
    .findIndex((size) => !(size * Math.abs(factor) <= LARGEST))
  if (refused < 0) return
  const values = Float32Array.from(gradients[refused].dataSync())
  let index = values.findIndex((value) => !Number.isFinite(value))
  if (index < 0) index = values.reduce((most, value, i) => (Math.abs(value) > Math.abs(values[most]) ? i : most), 0)
  throw new NotFiniteError(`${network}Gradient`, { index, name: names[refused] }, values[index] * factor)
}
