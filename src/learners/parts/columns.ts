/** Columns of numbers outside of an arena: a vector of one width in each row. */
import { LARGEST } from '../../failure.js'
import type { Vector } from '../../types.js'
import { componentFailure, type InputSpec } from './input.js'

/** Rows of `spec.size` numbers, one behind the other. */
export interface Column {
  readonly spec: InputSpec
  readonly values: Float32Array | Float64Array
}

/**
 * Refuses a vector that a row cannot be, before anything of it is stored; `owner` is who refuses it.
 *
 * Fails: RangeError for a vector of another size; NotFiniteError for the first component that is not finite or larger than `LARGEST`.
 */
export const checkRow = (owner: string, { spec }: Column, values: Vector, quantity: string): void => {
  if (values.length !== spec.size) {
    throw new RangeError(`${owner}: ${quantity} must have ${spec.size} components, got ${values.length}`)
  }
  for (let i = 0; i < spec.size; i++) {
    if (!(values[i] >= -LARGEST && values[i] <= LARGEST)) throw componentFailure(quantity, spec, i, values[i])
  }
}

/** Writes a row, in the precision of the column. */
export const writeRow = ({ spec, values: column }: Column, row: number, values: Vector): void => {
  for (let i = 0; i < spec.size; i++) column[row * spec.size + i] = values[i]
}

/** Copies chosen rows into `f32`, in the order in which they were chosen: each begins `stride` floats after the one before it. */
export const copyChosen = (
  { spec: { size }, values }: Column,
  chosen: Int32Array,
  f32: Float32Array,
  at: number,
  stride: number,
): void => {
  for (let r = 0; r < chosen.length; r++) {
    const from = chosen[r] * size
    const to = at + r * stride
    for (let i = 0; i < size; i++) f32[to + i] = values[from + i]
  }
}
