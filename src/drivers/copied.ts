/** Copies of vectors, for records that keep what another part goes on writing to. */
import type { Vector } from '../types.js'

/**
 * A copy that shares no memory with `vector`: of the same kind where that is a plain array, a Float32Array or a
 * Float64Array, and a Float64Array otherwise. (`slice` of a Node Buffer would be a view.)
 */
export const copied = (vector: Vector): Vector =>
  vector instanceof Float64Array
    ? new Float64Array(vector)
    : vector instanceof Float32Array
      ? new Float32Array(vector)
      : Array.isArray(vector)
        ? vector.slice()
        : new Float64Array(vector)
