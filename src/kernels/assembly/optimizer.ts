/** Steps of weights by their gradients. */
import { LEAST_NORMAL } from './floats'
import { double, float } from './memory'

/** One Adam step of the parameter at `w`, whose second moment is at `s` and first moment at `m`. */
// @ts-ignore: decorator
@inline
function adamOfOne(
  w: usize,
  m: usize,
  s: usize,
  g: f32,
  step: f32,
  epsilon: f32,
  beta1: f32,
  fresh1: f32,
  beta2: f32,
  fresh2: f32,
): void {
  let mean = g
  if (beta1 != 0) {
    mean = beta1 * load<f32>(m) + fresh1 * g
    store<f32>(m, mean)
  }
  let square = beta2 * load<f32>(s) + fresh2 * g * g
  if (square < LEAST_NORMAL) square = 0
  store<f32>(s, square)
  store<f32>(w, load<f32>(w) - (step * mean) / (Mathf.sqrt(square) + epsilon))
}

/** One Adam step of `bytes` parameters from `w` on, whose gradient is `by` times the vector at `x`. */
// @ts-ignore: decorator
@inline
function adamRow(
  w: usize,
  m: usize,
  s: usize,
  x: usize,
  bytes: usize,
  by: f32,
  step: f32,
  epsilon: f32,
  beta1: f32,
  fresh1: f32,
  beta2: f32,
  fresh2: f32,
): void {
  const whole: usize = bytes & ~15
  const decay = f32x4.splat(beta2)
  const small = f32x4.splat(epsilon)
  const least = f32x4.splat(LEAST_NORMAL)
  let j: usize = 0
  if (beta1 == 0) {
    const rowStep = f32x4.splat(step * by)
    const fresh = f32x4.splat(fresh2 * by * by)
    for (; j < whole; j += 16) {
      const v = v128.load(x + j)
      const sum = f32x4.add(f32x4.mul(v128.load(s + j), decay), f32x4.mul(fresh, f32x4.mul(v, v)))
      const square = v128.and(sum, f32x4.ge(sum, least))
      v128.store(s + j, square)
      const move = f32x4.div(f32x4.mul(rowStep, v), f32x4.add(f32x4.sqrt(square), small))
      v128.store(w + j, f32x4.sub(v128.load(w + j), move))
    }
  } else {
    const g = f32x4.splat(by)
    const fresh = f32x4.splat(fresh2)
    for (; j < whole; j += 16) {
      const gradient = f32x4.mul(g, v128.load(x + j))
      const mean = f32x4.add(
        f32x4.mul(v128.load(m + j), f32x4.splat(beta1)),
        f32x4.mul(gradient, f32x4.splat(fresh1)),
      )
      const sum = f32x4.add(f32x4.mul(v128.load(s + j), decay), f32x4.mul(fresh, f32x4.mul(gradient, gradient)))
      const square = v128.and(sum, f32x4.ge(sum, least))
      v128.store(m + j, mean)
      v128.store(s + j, square)
      const move = f32x4.div(f32x4.mul(f32x4.splat(step), mean), f32x4.add(f32x4.sqrt(square), small))
      v128.store(w + j, f32x4.sub(v128.load(w + j), move))
    }
  }
  for (; j < bytes; j += 4) {
    adamOfOne(w + j, m + j, s + j, by * load<f32>(x + j), step, epsilon, beta1, fresh1, beta2, fresh2)
  }
}

export function denseAdam(
  weights: i32,
  first: i32,
  second: i32,
  biasAt: i32,
  input: i32,
  inputs: i32,
  gradient: i32,
  outputs: i32,
  scalars: i32,
): void {
  const factor = <f32>load<f64>(double(scalars + 0))
  const step = <f32>load<f64>(double(scalars + 1))
  const epsilon = <f32>load<f64>(double(scalars + 2))
  const beta1 = <f32>load<f64>(double(scalars + 3))
  const beta2 = <f32>load<f64>(double(scalars + 4))
  const fresh2: f32 = <f32>(1 - load<f64>(double(scalars + 4)))
  const fresh1: f32 = <f32>(1 - load<f64>(double(scalars + 3)))
  const rowBytes: usize = <usize>inputs << 2
  const x = float(input)
  let w = float(weights)
  let m = float(first)
  let s = float(second)
  for (let i = 0; i < outputs; i++) {
    const by = factor * load<f32>(float(gradient + i))
    adamRow(w, m, s, x, rowBytes, by, step, epsilon, beta1, fresh1, beta2, fresh2)
    w += rowBytes
    m += rowBytes
    s += rowBytes
  }
  const offset = <usize>biasAt << 2
  w = float(weights) + offset
  m = float(first) + offset
  s = float(second) + offset
  for (let i: usize = 0; i < <usize>outputs; i++) {
    const at = i << 2
    const g = factor * load<f32>(float(gradient) + at)
    adamOfOne(w + at, m + at, s + at, g, step, epsilon, beta1, fresh1, beta2, fresh2)
  }
}

export function adam(weights: i32, first: i32, second: i32, gradient: i32, size: i32, scalars: i32): void {
  const factor = <f32>load<f64>(double(scalars + 0))
  const step = <f32>load<f64>(double(scalars + 1))
  const epsilon = <f32>load<f64>(double(scalars + 2))
  const beta1 = <f32>load<f64>(double(scalars + 3))
  const beta2 = <f32>load<f64>(double(scalars + 4))
  const fresh2: f32 = <f32>(1 - load<f64>(double(scalars + 4)))
  const fresh1: f32 = <f32>(1 - load<f64>(double(scalars + 3)))
  const w = float(weights)
  const m = float(first)
  const s = float(second)
  const bytes = <usize>size << 2
  adamRow(w, m, s, float(gradient), bytes, factor, step, epsilon, beta1, fresh1, beta2, fresh2)
}

export function polyak(source: i32, size: i32, tau: i32, target: i32): void {
  const end = float(target + size)
  const apart = float(source) - float(target)
  const share = <f32>load<f64>(double(tau))
  const lanes = f32x4.splat(share)
  let at = float(target)
  for (; at + 16 <= end; at += 16) {
    const value = v128.load(at)
    v128.store(at, f32x4.add(value, f32x4.mul(f32x4.sub(v128.load(at + apart), value), lanes)))
  }
  for (; at < end; at += 4) {
    const value = load<f32>(at)
    store<f32>(at, value + (load<f32>(at + apart) - value) * share)
  }
}
