/** Floats that are computed with as doubles, two at a time. */

/** Two floats as doubles. */
// @ts-ignore: decorator
@inline
export function pair(at: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load_zero<u64>(at))
}

/** Stores two doubles as floats. */
// @ts-ignore: decorator
@inline
export function storePair(at: usize, values: v128): void {
  v128.store_lane<u64>(at, f32x4.demote_f64x2_zero(values), 0)
}

/** Two floats as doubles, or twice the last one before `end`. */
// @ts-ignore: decorator
@inline
export function pairUpTo(at: usize, end: usize): v128 {
  return at + 8 <= end ? pair(at) : f64x2.splat(<f64>load<f32>(at))
}

/** Stores two doubles as floats, or the first of them where there is room for one before `end`. */
// @ts-ignore: decorator
@inline
export function storePairUpTo(at: usize, end: usize, values: v128): void {
  if (at + 8 <= end) storePair(at, values)
  else v128.store_lane<u32>(at, f32x4.demote_f64x2_zero(values), 0)
}

/** The sum of two doubles. */
// @ts-ignore: decorator
@inline
export function sum(lanes: v128): f64 {
  return f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1)
}
