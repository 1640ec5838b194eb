/** Eligibility traces of adaptive ObGD. `../contracts/trace.ts` has the equations. */
import { LEAST_NORMAL, squareOfOne, STRETCH, sumOfFour, UNSIGNED } from './floats'
import { double, float } from './memory'

/** Four traces: γλ z + by x. */
// @ts-ignore: decorator
@inline
function traces(z: usize, x: usize, decays: v128, bys: v128): v128 {
  return f32x4.add(f32x4.mul(v128.load(z), decays), f32x4.mul(v128.load(x), bys))
}

/** Four mean squares with the traces taken in; 0 for those below the least normal float. */
// @ts-ignore: decorator
@inline
function squares(v: usize, trace: v128, errors: v128, kept: v128, least: v128): v128 {
  const fresh = f32x4.mul(trace, errors)
  const mean = f32x4.add(f32x4.mul(v128.load(v), kept), f32x4.mul(fresh, fresh))
  return v128.andnot(mean, f32x4.lt(mean, least))
}

/** Four traces over the roots of their mean squares. */
// @ts-ignore: decorator
@inline
function directions(trace: v128, square: v128, corrections: v128, small: v128): v128 {
  return f32x4.div(trace, f32x4.sqrt(f32x4.add(f32x4.mul(square, corrections), small)))
}

/**
 * Moves the traces of `bytes` weights from z on, whose gradient is `by` times the vector at x, their mean squares at v, and the
 * direction at d; returns the sum of the sizes of the direction. `at` is the address of the scalars.
 */
function moveAdaptive(z: usize, v: usize, d: usize, x: usize, bytes: usize, by: f32, at: usize): f64 {
  const whole = bytes & ~15
  const decay = <f32>load<f64>(at)
  // (1 - β2) (δ z)² is the square of this times z.
  const error = <f32>(load<f64>(at, 8) * Math.sqrt(1 - load<f64>(at, 16)))
  const beta2 = <f32>load<f64>(at, 16)
  const correction = <f32>load<f64>(at, 24)
  const epsilon = <f32>load<f64>(at, 32)
  // Before the loops, since the engine would make them again in each pass.
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
    // Two at a time, since the roots of one are taken while the other is loaded and stored.
    for (; j + 32 <= end; j += 32) {
      const trace = traces(z + j, x + j, decays, bys)
      const next = traces(z + j + 16, x + j + 16, decays, bys)
      const square = squares(v + j, trace, errors, kept, least)
      const nextSquare = squares(v + j + 16, next, errors, kept, least)
      v128.store(z + j, trace)
      v128.store(z + j, next, 16)
      v128.store(v + j, square)
      v128.store(v + j, nextSquare, 16)
      const along = directions(trace, square, corrections, small)
      const nextAlong = directions(next, nextSquare, corrections, small)
      v128.store(d + j, along)
      v128.store(d + j, nextAlong, 16)
      sizes = f32x4.add(sizes, v128.and(along, unsigned))
      sizes = f32x4.add(sizes, v128.and(nextAlong, unsigned))
    }
    for (; j < end; j += 16) {
      const trace = traces(z + j, x + j, decays, bys)
      const square = squares(v + j, trace, errors, kept, least)
      const along = directions(trace, square, corrections, small)
      v128.store(z + j, trace)
      v128.store(v + j, square)
      v128.store(d + j, along)
      sizes = f32x4.add(sizes, v128.and(along, unsigned))
    }
    total += sumOfFour(sizes)
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

export function adaptiveTrace(
  trace: i32,
  second: i32,
  direction: i32,
  gradient: i32,
  size: i32,
  scalars: i32,
  norm: i32,
): void {
  const bytes = <usize>size << 2
  const total = moveAdaptive(float(trace), float(second), float(direction), float(gradient), bytes, 1, double(scalars))
  store<f64>(double(norm), total)
}
