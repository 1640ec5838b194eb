/** Norms. */
import { double, float } from './memory'

export function normalize(x: i32, size: i32, output: i32, norm: i32): void {
  // In doubles, two lanes at a time: a sum of squares must not overflow where its root would not.
  let lanes = f64x2.splat(0)
  let i = 0
  for (; i + 2 <= size; i += 2) {
    const pair = f64x2.promote_low_f32x4(v128.load_zero<u64>(float(x + i)))
    lanes = f64x2.add(lanes, f64x2.mul(pair, pair))
  }
  let square = f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1)
  if (i < size) {
    const last = <f64>load<f32>(float(x + i))
    square += last * last
  }
  const length = Math.sqrt(square)
  store<f64>(double(norm), length)
  const scale: f64 = square == 0 ? 0 : 1 / length
  for (i = 0; i < size; i++) store<f32>(float(output + i), <f32>(<f64>load<f32>(float(x + i)) * scale))
}

export function normalizeBackward(y: i32, norm: i32, gradient: i32, size: i32, inputGradient: i32): void {
  let along: f64 = 0
  for (let i = 0; i < size; i++) along += <f64>load<f32>(float(y + i)) * <f64>load<f32>(float(gradient + i))
  const length = load<f64>(double(norm))
  const scale: f64 = length == 0 ? 0 : 1 / length
  for (let i = 0; i < size; i++) {
    const value = <f64>load<f32>(float(gradient + i)) - <f64>load<f32>(float(y + i)) * along
    store<f32>(float(inputGradient + i), <f32>(value * scale))
  }
}
