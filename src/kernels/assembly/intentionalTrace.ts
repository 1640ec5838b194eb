/** Eligibility traces of intentional updates. `../contracts/trace.ts` has the equations. */
import { LEAST_NORMAL, squareOfOne, STRETCH, sumOfFour } from './floats'
import { double, float } from './memory'

/** Four mean squares with the squares of gradients taken in; 0 for those below the least normal float. */
// @ts-ignore: decorator
@inline
function squares(v: usize, squared: v128, kept: v128, fresh: v128, least: v128): v128 {
  const mean = f32x4.add(f32x4.mul(v128.load(v), kept), f32x4.mul(fresh, squared))
  return v128.andnot(mean, f32x4.lt(mean, least))
}

/** Four times 1 / D. */
// @ts-ignore: decorator
@inline
function scales(square: v128, corrections: v128, small: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.sqrt(f32x4.mul(square, corrections)), small))
}

/**
 * Moves the traces of `bytes` weights from z on, whose gradient is `by` times the vector at x, the mean squares of that at v, and the
 * direction at d; adds both sums to the doubles at `sums`. `at` is the address of the scalars.
 */
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
  let ofGradient: f64 = 0
  let ofTrace: f64 = 0
  let j: usize = 0
  while (j < whole) {
    const end = min(whole, j + STRETCH)
    let gradients = f32x4.splat(0)
    let ofTraces = f32x4.splat(0)
    // Two at a time, since the roots of one are taken while the other is loaded and stored.
    for (; j + 32 <= end; j += 32) {
      const g = f32x4.mul(v128.load(x + j), bys)
      const next = f32x4.mul(v128.load(x + j, 16), bys)
      const squared = f32x4.mul(g, g)
      const nextSquared = f32x4.mul(next, next)
      const square = squares(v + j, squared, kept, fresh, least)
      const nextSquare = squares(v + j + 16, nextSquared, kept, fresh, least)
      const trace = f32x4.add(f32x4.mul(v128.load(z + j), decays), g)
      const nextTrace = f32x4.add(f32x4.mul(v128.load(z + j, 16), decays), next)
      v128.store(v + j, square)
      v128.store(v + j, nextSquare, 16)
      v128.store(z + j, trace)
      v128.store(z + j, nextTrace, 16)
      const scale = scales(square, corrections, small)
      const nextScale = scales(nextSquare, corrections, small)
      const along = f32x4.mul(trace, scale)
      const nextAlong = f32x4.mul(nextTrace, nextScale)
      v128.store(d + j, along)
      v128.store(d + j, nextAlong, 16)
      gradients = f32x4.add(gradients, f32x4.mul(squared, scale))
      gradients = f32x4.add(gradients, f32x4.mul(nextSquared, nextScale))
      ofTraces = f32x4.add(ofTraces, f32x4.mul(trace, along))
      ofTraces = f32x4.add(ofTraces, f32x4.mul(nextTrace, nextAlong))
    }
    for (; j < end; j += 16) {
      const g = f32x4.mul(v128.load(x + j), bys)
      const squared = f32x4.mul(g, g)
      const square = squares(v + j, squared, kept, fresh, least)
      const trace = f32x4.add(f32x4.mul(v128.load(z + j), decays), g)
      const scale = scales(square, corrections, small)
      const along = f32x4.mul(trace, scale)
      v128.store(v + j, square)
      v128.store(z + j, trace)
      v128.store(d + j, along)
      gradients = f32x4.add(gradients, f32x4.mul(squared, scale))
      ofTraces = f32x4.add(ofTraces, f32x4.mul(trace, along))
    }
    ofGradient += sumOfFour(gradients)
    ofTrace += sumOfFour(ofTraces)
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

export function intentionalTrace(
  trace: i32,
  second: i32,
  direction: i32,
  gradient: i32,
  size: i32,
  scalars: i32,
  sums: i32,
): void {
  const to = double(sums)
  store<f64>(to, 0)
  store<f64>(to, 0, 8)
  const bytes = <usize>size << 2
  moveIntentional(float(trace), float(second), float(direction), float(gradient), bytes, 1, double(scalars), to)
}
