/** Vectors in the frames of MuJoCo's bodies and geoms. */

/** Two places, three numbers each in one of MuJoCo's arrays, and a frame, a rotation matrix row after row in another. */
export interface View {
  readonly from: number
  readonly to: number
  readonly frame: number
}

/** Writes the first `count` components, in the frame, of the vector from one place to the other to `out` from `at` on. */
export const writeInFrame = (
  out: Float64Array,
  at: number,
  count: number,
  { from, to, frame }: View,
  places: Float64Array,
  frames: Float64Array,
): void => {
  for (let axis = 0; axis < count; axis++) {
    let sum = 0
    for (let i = 0; i < 3; i++) sum += (places[to + i] - places[from + i]) * frames[frame + 3 * i + axis]
    out[at + axis] = sum
  }
}
