/** Eligibility traces. `../contracts/trace.ts` says what each argument is, and has the equations. */
import { double, float } from './memory'

/** The least normal float: below it the processor is slow, and a mean square becomes 0. */
const LEAST_NORMAL: f32 = 1.17549435e-38
/** The bits of a float without its sign. */
const UNSIGNED: i32 = 0x7fffffff
/** Bytes of a row whose terms are added up as floats, before the sum goes on in doubles. */
const STRETCH: usize = 4096

/** The sum of four floats, in doubles. */
// @ts-ignore: decorator
@inline
function sum(lanes: v128): f64 {
  const pairs = f64x2.add(
    f64x2.promote_low_f32x4(lanes),
    f64x2.promote_low_f32x4(v128.shuffle<f32>(lanes, lanes, 2, 3, 0, 1)),
  )
  return f64x2.extract_lane(pairs, 0) + f64x2.extract_lane(pairs, 1)
}

/** A mean square, or 0 for one below the least normal float. */
// @ts-ignore: decorator
@inline
function squareOfOne(value: f32): f32 {
  return value < LEAST_NORMAL ? 0 : value
}

/** Moves the traces of `bytes` weights from z on, whose gradient is `by` times the vector at x; gives the sum of their sizes. */
function move(z: usize, x: usize, bytes: usize, by: f32, decay: f32): f64 {
  const whole = bytes & ~31
  const decays = f32x4.splat(decay)
  const bys = f32x4.splat(by)
  const unsigned = i32x4.splat(UNSIGNED)
  let total: f64 = 0
  let j: usize = 0
  while (j < whole) {
    const end = min(whole, j + STRETCH)
    // Two sums, since one would wait for its own last addition.
    let even = f32x4.splat(0)
    let odd = f32x4.splat(0)
    for (; j < end; j += 32) {
      const trace = f32x4.add(f32x4.mul(v128.load(z + j), decays), f32x4.mul(v128.load(x + j), bys))
      const next = f32x4.add(f32x4.mul(v128.load(z + j, 16), decays), f32x4.mul(v128.load(x + j, 16), bys))
      v128.store(z + j, trace)
      v128.store(z + j, next, 16)
      even = f32x4.add(even, v128.and(trace, unsigned))
      odd = f32x4.add(odd, v128.and(next, unsigned))
    }
    total += sum(even) + sum(odd)
  }
  for (; j < bytes; j += 4) {
    const trace = load<f32>(z + j) * decay + load<f32>(x + j) * by
    store<f32>(z + j, trace)
    total += <f64>abs(trace)
  }
  return total
}

export function denseTrace(trace: i32, biasAt: i32, input: i32, inputs: i32, gradient: i32, outputs: i32, scalars: i32, norm: i32): void {
  const decay = <f32>load<f64>(double(scalars + 0))
  const x = float(input)
  const bytes = <usize>inputs << 2
  let z = float(trace)
  let total: f64 = 0
  for (let i = 0; i < outputs; i++) {
    total += move(z, x, bytes, load<f32>(float(gradient + i)), decay)
    z += bytes
  }
  total += move(float(trace + biasAt), float(gradient), <usize>outputs << 2, 1, decay)
  store<f64>(double(norm), total)
}

export function trace(z: i32, gradient: i32, size: i32, scalars: i32, norm: i32): void {
  const decay = <f32>load<f64>(double(scalars + 0))
  store<f64>(double(norm), move(float(z), float(gradient), <usize>size << 2, 1, decay))
}

/** The same for adaptive ObGD; gives the sum of the sizes of the direction. `at` is where the scalars stand. */
function moveAdaptive(z: usize, v: usize, d: usize, x: usize, bytes: usize, by: f32, at: usize): f64 {
  const whole = bytes & ~15
  const decay = <f32>load<f64>(at)
  // (1 - β2) (δ z)² is the square of this times z.
  const error = <f32>(load<f64>(at, 8) * Math.sqrt(1 - load<f64>(at, 16)))
  const beta2 = <f32>load<f64>(at, 16)
  const correction = <f32>load<f64>(at, 24)
  const epsilon = <f32>load<f64>(at, 32)
  // Before the loops, since the engine would make them anew in each pass.
  const bys = f32x4.splat(by)
  const decays = f32x4.splat(decay)
  const errors = f32x4.splat(error)
  const kept = f32x4.splat(beta2)
  const corrections = f32x4.splat(correction)
  const small = f32x4.splat(epsilon)
  const least = f32x4.splat(LEAST_NORMAL)
  const unsigned = i32x4.splat(UNSIGNED)
  let total: f64 = 0
  let j: usize = 0
  while (j < whole) {
    const end = min(whole, j + STRETCH)
    let sizes = f32x4.splat(0)
    for (; j < end; j += 16) {
      const trace = f32x4.add(f32x4.mul(v128.load(z + j), decays), f32x4.mul(v128.load(x + j), bys))
      const fresh = f32x4.mul(trace, errors)
      const mean = f32x4.add(f32x4.mul(v128.load(v + j), kept), f32x4.mul(fresh, fresh))
      const square = v128.andnot(mean, f32x4.lt(mean, least))
      const root = f32x4.sqrt(f32x4.add(f32x4.mul(square, corrections), small))
      const along = f32x4.div(trace, root)
      v128.store(z + j, trace)
      v128.store(v + j, square)
      v128.store(d + j, along)
      sizes = f32x4.add(sizes, v128.and(along, unsigned))
    }
    total += sum(sizes)
  }
  for (; j < bytes; j += 4) {
    const trace = load<f32>(z + j) * decay + load<f32>(x + j) * by
    const fresh = trace * error
    const square = squareOfOne(load<f32>(v + j) * beta2 + fresh * fresh)
    const along = trace / Mathf.sqrt(square * correction + epsilon)
    store<f32>(z + j, trace)
    store<f32>(v + j, square)
    store<f32>(d + j, along)
    total += <f64>abs(along)
  }
  return total
}

export function denseAdaptiveTrace(
  trace: i32,
  second: i32,
  direction: i32,
  biasAt: i32,
  input: i32,
  inputs: i32,
  gradient: i32,
  outputs: i32,
  scalars: i32,
  norm: i32,
): void {
  const at = double(scalars)
  const x = float(input)
  const bytes = <usize>inputs << 2
  let total: f64 = 0
  for (let i = 0; i < outputs; i++) {
    const row = i * inputs
    const by = load<f32>(float(gradient + i))
    total += moveAdaptive(float(trace + row), float(second + row), float(direction + row), x, bytes, by, at)
  }
  const bias = <usize>outputs << 2
  const from = float(gradient)
  total += moveAdaptive(float(trace + biasAt), float(second + biasAt), float(direction + biasAt), from, bias, 1, at)
  store<f64>(double(norm), total)
}

export function adaptiveTrace(trace: i32, second: i32, direction: i32, gradient: i32, size: i32, scalars: i32, norm: i32): void {
  const bytes = <usize>size << 2
  const total = moveAdaptive(float(trace), float(second), float(direction), float(gradient), bytes, 1, double(scalars))
  store<f64>(double(norm), total)
}

/** The same for intentional updates; adds its two sums to the doubles at `sums`. */
function moveIntentional(z: usize, v: usize, d: usize, x: usize, bytes: usize, by: f32, at: usize, sums: usize): void {
  const whole = bytes & ~15
  const decay = <f32>load<f64>(at)
  const beta2 = <f32>load<f64>(at, 16)
  const fresh2 = <f32>(1 - load<f64>(at, 16))
  const correction = <f32>load<f64>(at, 24)
  const epsilon = <f32>load<f64>(at, 32)
  const bys = f32x4.splat(by)
  const decays = f32x4.splat(decay)
  const kept = f32x4.splat(beta2)
  const fresh = f32x4.splat(fresh2)
  const corrections = f32x4.splat(correction)
  const small = f32x4.splat(epsilon)
  const least = f32x4.splat(LEAST_NORMAL)
  const one = f32x4.splat(1)
  let ofGradient: f64 = 0
  let ofTrace: f64 = 0
  let j: usize = 0
  while (j < whole) {
    const end = min(whole, j + STRETCH)
    let gradients = f32x4.splat(0)
    let traces = f32x4.splat(0)
    for (; j < end; j += 16) {
      const g = f32x4.mul(v128.load(x + j), bys)
      const squared = f32x4.mul(g, g)
      const mean = f32x4.add(f32x4.mul(v128.load(v + j), kept), f32x4.mul(fresh, squared))
      const square = v128.andnot(mean, f32x4.lt(mean, least))
      const root = f32x4.sqrt(f32x4.mul(square, corrections))
      const scale = f32x4.div(one, f32x4.add(root, small))
      const trace = f32x4.add(f32x4.mul(v128.load(z + j), decays), g)
      const along = f32x4.mul(trace, scale)
      v128.store(v + j, square)
      v128.store(z + j, trace)
      v128.store(d + j, along)
      gradients = f32x4.add(gradients, f32x4.mul(squared, scale))
      traces = f32x4.add(traces, f32x4.mul(trace, along))
    }
    ofGradient += sum(gradients)
    ofTrace += sum(traces)
  }
  for (; j < bytes; j += 4) {
    const g = load<f32>(x + j) * by
    const square = squareOfOne(load<f32>(v + j) * beta2 + fresh2 * (g * g))
    const scale: f32 = 1 / (Mathf.sqrt(square * correction) + epsilon)
    const trace = load<f32>(z + j) * decay + g
    const along = trace * scale
    store<f32>(v + j, square)
    store<f32>(z + j, trace)
    store<f32>(d + j, along)
    ofGradient += <f64>(g * g * scale)
    ofTrace += <f64>(trace * along)
  }
  store<f64>(sums, load<f64>(sums) + ofGradient)
  store<f64>(sums, load<f64>(sums, 8) + ofTrace, 8)
}

export function denseIntentionalTrace(
  trace: i32,
  second: i32,
  direction: i32,
  biasAt: i32,
  input: i32,
  inputs: i32,
  gradient: i32,
  outputs: i32,
  scalars: i32,
  sums: i32,
): void {
  const at = double(scalars)
  const to = double(sums)
  const x = float(input)
  const bytes = <usize>inputs << 2
  store<f64>(to, 0)
  store<f64>(to, 0, 8)
  for (let i = 0; i < outputs; i++) {
    const row = i * inputs
    const by = load<f32>(float(gradient + i))
    moveIntentional(float(trace + row), float(second + row), float(direction + row), x, bytes, by, at, to)
  }
  const bias = <usize>outputs << 2
  const from = float(gradient)
  moveIntentional(float(trace + biasAt), float(second + biasAt), float(direction + biasAt), from, bias, 1, at, to)
}

export function intentionalTrace(trace: i32, second: i32, direction: i32, gradient: i32, size: i32, scalars: i32, sums: i32): void {
  const to = double(sums)
  store<f64>(to, 0)
  store<f64>(to, 0, 8)
  const bytes = <usize>size << 2
  moveIntentional(float(trace), float(second), float(direction), float(gradient), bytes, 1, double(scalars), to)
}
