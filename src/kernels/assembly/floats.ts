/** The limits of floats, and sums of four of them. */

/** The least normal float: below it the processor is slow, and a mean square counts as none. */
export const LEAST_NORMAL: f32 = 1.17549435e-38

/** The bits of a float without its sign. */
export const UNSIGNED: i32 = 0x7fffffff

/** Bytes of terms that are added up as floats, before their sum goes on in doubles. */
export const STRETCH: usize = 4096

/** A mean square, or 0 for one below the least normal float. */
// @ts-ignore: decorator
@inline
export function squareOfOne(value: f32): f32 {
  return value < LEAST_NORMAL ? 0 : value
}

/** The sum of four floats, in doubles. */
// @ts-ignore: decorator
@inline
export function sumOfFour(lanes: v128): f64 {
  const pairs = f64x2.add(
    f64x2.promote_low_f32x4(lanes),
    f64x2.promote_low_f32x4(v128.shuffle<f32>(lanes, lanes, 2, 3, 0, 1)),
  )
  return f64x2.extract_lane(pairs, 0) + f64x2.extract_lane(pairs, 1)
}
