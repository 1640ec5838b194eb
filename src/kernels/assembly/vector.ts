/** Vectors. */
import { double, float } from './memory'
import { pair, sum } from './pairs'

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

export function sumOfSquares(x: i32, size: i32, total: i32): void {
  const end = float(x + size)
  let at = float(x)
  // Two sums, since each addition to one sum would wait for the one before.
  let even = f64x2.splat(0)
  let odd = f64x2.splat(0)
  for (; at + 16 <= end; at += 16) {
    const low = pair(at)
    const high = pair(at + 8)
    even = f64x2.add(even, f64x2.mul(low, low))
    odd = f64x2.add(odd, f64x2.mul(high, high))
  }
  let square = sum(f64x2.add(even, odd))
  for (; at < end; at += 4) {
    const value = <f64>load<f32>(at)
    square += value * value
  }
  store<f64>(double(total), square)
}

export function scale(x: i32, size: i32, factor: i32): void {
  const end = float(x + size)
  const by = <f32>load<f64>(double(factor))
  const lanes = f32x4.splat(by)
  let at = float(x)
  for (; at + 16 <= end; at += 16) v128.store(at, f32x4.mul(v128.load(at), lanes))
  for (; at < end; at += 4) store<f32>(at, load<f32>(at) * by)
}

export function addScaled(x: i32, size: i32, factor: i32, y: i32): void {
  const end = float(y + size)
  const apart = float(x) - float(y)
  const by = <f32>load<f64>(double(factor))
  const lanes = f32x4.splat(by)
  let at = float(y)
  for (; at + 16 <= end; at += 16) v128.store(at, f32x4.add(v128.load(at), f32x4.mul(v128.load(at + apart), lanes)))
  for (; at < end; at += 4) store<f32>(at, load<f32>(at) + load<f32>(at + apart) * by)
}

export function clear(x: i32, size: i32): void {
  memory.fill(float(x), 0, <usize>size << 2)
}

export function copyRows(x: i32, stride: i32, rows: i32, size: i32, output: i32, outputStride: i32): void {
  const bytes = <usize>size << 2
  for (let r = 0; r < rows; r++) memory.copy(float(output + r * outputStride), float(x + r * stride), bytes)
}
