/** Vectors. */
import { double, float } from './memory'

/** A float without its sign. Read as integers, sizes are in the order of their values, with infinity and NaN above all others. */
const SIZE: i32 = 0x7fffffff

export function largest(x: i32, size: i32, most: i32): void {
  const end = float(x + size)
  const sizes = i32x4.splat(SIZE)
  let lanes = i32x4.splat(0)
  let at = float(x)
  for (; at + 16 <= end; at += 16) lanes = i32x4.max_s(lanes, v128.and(v128.load(at), sizes))
  const pairs = i32x4.max_s(lanes, v128.shuffle<i32>(lanes, lanes, 2, 3, 0, 1))
  let greatest = max(i32x4.extract_lane(pairs, 0), i32x4.extract_lane(pairs, 1))
  for (; at < end; at += 4) greatest = max(greatest, load<i32>(at) & SIZE)
  store<f64>(double(most), <f64>reinterpret<f32>(greatest))
}
