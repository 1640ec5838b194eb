/** Eligibility traces of ObGD. `../contracts/trace.ts` has the equations. */
import { STRETCH, sumOfFour, UNSIGNED } from './floats'
import { double, float } from './memory'

/** Moves the traces of `bytes` weights from z on, whose gradient is `by` times the vector at x; returns the sum of their sizes. */
function move(z: usize, x: usize, bytes: usize, by: f32, decay: f32): f64 {
  const whole = bytes & ~31
  const decays = f32x4.splat(decay)
  const bys = f32x4.splat(by)
  const unsigned = i32x4.splat(UNSIGNED)
  let total: f64 = 0
  let j: usize = 0
  while (j < whole) {
    const end = min(whole, j + STRETCH)
    // Two sums, since each addition to one sum would wait for the one before.
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
    total += sumOfFour(even) + sumOfFour(odd)
  }
  for (; j < bytes; j += 4) {
    const trace = load<f32>(z + j) * decay + load<f32>(x + j) * by
    store<f32>(z + j, trace)
    total += <f64>abs(trace)
  }
  return total
}

export function denseTrace(
  trace: i32,
  biasAt: i32,
  input: i32,
  inputs: i32,
  gradient: i32,
  outputs: i32,
  scalars: i32,
  norm: i32,
): void {
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
