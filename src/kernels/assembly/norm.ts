/** Norms. */
import { double, float } from './memory'
import { pair, storePair, sum } from './pairs'

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

export function normalizeRows(x: i32, rows: i32, size: i32, output: i32, norms: i32): void {
  for (let r = 0; r < rows; r++) normalize(x + r * size, size, output + r * size, norms + r)
}

export function normalizeBackwardRows(
  y: i32,
  norms: i32,
  gradient: i32,
  rows: i32,
  size: i32,
  inputGradient: i32,
): void {
  for (let r = 0; r < rows; r++) {
    const row = r * size
    normalizeBackward(y + row, norms + r, gradient + row, size, inputGradient + row)
  }
}

export function layerNorm(x: i32, rows: i32, size: i32, epsilon: i32, output: i32, deviations: i32): void {
  const bytes: usize = <usize>size << 2
  const whole: usize = bytes & ~7
  const least = load<f64>(double(epsilon))
  let from = float(x)
  let to = float(output)
  for (let r = 0; r < rows; r++) {
    let lanes = f64x2.splat(0)
    for (let i: usize = 0; i < whole; i += 8) lanes = f64x2.add(lanes, pair(from + i))
    let total = sum(lanes)
    if (whole < bytes) total += <f64>load<f32>(from + whole)
    const mean = total / <f64>size
    const means = f64x2.splat(mean)
    lanes = f64x2.splat(0)
    for (let i: usize = 0; i < whole; i += 8) {
      const apart = f64x2.sub(pair(from + i), means)
      lanes = f64x2.add(lanes, f64x2.mul(apart, apart))
    }
    let square = sum(lanes)
    const last = whole < bytes ? <f64>load<f32>(from + whole) - mean : 0
    square += last * last
    const deviation = Math.sqrt(square / <f64>size + least)
    const scale = 1 / deviation
    const scales = f64x2.splat(scale)
    for (let i: usize = 0; i < whole; i += 8) storePair(to + i, f64x2.mul(f64x2.sub(pair(from + i), means), scales))
    if (whole < bytes) store<f32>(to + whole, <f32>(last * scale))
    store<f64>(double(deviations + r), deviation)
    from += bytes
    to += bytes
  }
}

export function layerNormBackward(
  y: i32,
  deviations: i32,
  gradient: i32,
  rows: i32,
  size: i32,
  inputGradient: i32,
): void {
  const bytes: usize = <usize>size << 2
  const whole: usize = bytes & ~7
  let output = float(y)
  let from = float(gradient)
  let to = float(inputGradient)
  for (let r = 0; r < rows; r++) {
    let sums = f64x2.splat(0)
    let products = f64x2.splat(0)
    for (let i: usize = 0; i < whole; i += 8) {
      const g = pair(from + i)
      sums = f64x2.add(sums, g)
      products = f64x2.add(products, f64x2.mul(g, pair(output + i)))
    }
    const isOdd = whole < bytes
    const lastGradient = isOdd ? <f64>load<f32>(from + whole) : 0
    const lastOutput = isOdd ? <f64>load<f32>(output + whole) : 0
    const mean = (sum(sums) + lastGradient) / <f64>size
    const along = (sum(products) + lastGradient * lastOutput) / <f64>size
    const scale = 1 / load<f64>(double(deviations + r))
    const means = f64x2.splat(mean)
    const alongs = f64x2.splat(along)
    const scales = f64x2.splat(scale)
    for (let i: usize = 0; i < whole; i += 8) {
      const value = f64x2.sub(f64x2.sub(pair(from + i), means), f64x2.mul(pair(output + i), alongs))
      storePair(to + i, f64x2.mul(value, scales))
    }
    if (isOdd) store<f32>(to + whole, <f32>((lastGradient - mean - lastOutput * along) * scale))
    output += bytes
    from += bytes
    to += bytes
  }
}
