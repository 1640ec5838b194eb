/** Vectors on their way from a caller's records into a learner's memory. */
import { LARGEST, NotFiniteError } from '../../failure.js'
import type { Vector } from '../../types.js'

/** The shape of a vector, and what its components are called as far as that is known. */
export interface InputSpec {
  readonly size: number
  readonly names?: readonly string[]
}

/** The failure of one component, by its name where it has one. */
export const componentFailure = (
  quantity: string,
  { names }: InputSpec,
  index: number,
  value: number,
): NotFiniteError => {
  const name = names?.[index]
  return new NotFiniteError(quantity, name === undefined ? { index } : { index, name }, value)
}

/**
 * Copies a vector into `f32`, from `at` on; `owner` is who refuses it.
 *
 * Fails: RangeError for a vector of another size; NotFiniteError for the first component that is not finite or larger than `LARGEST`.
 */
export const writeInput = (
  owner: string,
  f32: Float32Array,
  at: number,
  spec: InputSpec,
  values: Vector,
  quantity: string,
): void => {
  const { size } = spec
  if (values.length !== size) {
    throw new RangeError(`${owner}: ${quantity} must have ${size} components, got ${values.length}`)
  }
  for (let i = 0; i < size; i++) {
    const value = values[i]
    if (!(value >= -LARGEST && value <= LARGEST)) throw componentFailure(quantity, spec, i, value)
    f32[at + i] = value
  }
}
