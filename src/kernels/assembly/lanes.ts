/** Vectors of four floats: their sums, and how one is put together. */

/** The sum of four lanes, pairwise. */
// @ts-ignore: decorator
@inline
export function sum(x: v128): f32 {
  const pairs = f32x4.add(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1))
  return f32x4.extract_lane(f32x4.add(pairs, v128.shuffle<f32>(pairs, pairs, 1, 0, 3, 2)), 0)
}

/** The sums of the lanes of four vectors, transposed so that one addition sums a lane of each. */
// @ts-ignore: decorator
@inline
export function sumOfEach(a: v128, b: v128, c: v128, d: v128): v128 {
  const low01 = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
  const high01 = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
  const low23 = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
  const high23 = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
  return f32x4.add(
    f32x4.add(v128.shuffle<f32>(low01, low23, 0, 1, 4, 5), v128.shuffle<f32>(low01, low23, 2, 3, 6, 7)),
    f32x4.add(v128.shuffle<f32>(high01, high23, 0, 1, 4, 5), v128.shuffle<f32>(high01, high23, 2, 3, 6, 7)),
  )
}

/** Four numbers as one vector. */
// @ts-ignore: decorator
@inline
export function column(a: f32, b: f32, c: f32, d: f32): v128 {
  return f32x4.replace_lane(f32x4.replace_lane(f32x4.replace_lane(f32x4.splat(a), 1, b), 2, c), 3, d)
}
