/** Activations. */
import { expMinusOnePair, softplusPair, tanhPair } from './elementaryPairs'
import { float } from './memory'

const SLOPE: f32 = 0.01

export function leakyRelu(x: i32, size: i32): void {
  const end = float(x + size)
  const zero = f32x4.splat(0)
  const slope = f32x4.splat(SLOPE)
  let at = float(x)
  for (; at + 16 <= end; at += 16) {
    const value = v128.load(at)
    v128.store(at, v128.bitselect(value, f32x4.mul(value, slope), f32x4.gt(value, zero)))
  }
  for (; at < end; at += 4) {
    const value = load<f32>(at)
    if (!(value > 0)) store<f32>(at, value * SLOPE)
  }
}

export function leakyReluBackward(y: i32, gradient: i32, size: i32): void {
  const end = float(gradient + size)
  const apart = float(y) - float(gradient)
  const zero = f32x4.splat(0)
  const slope = f32x4.splat(SLOPE)
  let at = float(gradient)
  for (; at + 16 <= end; at += 16) {
    const value = v128.load(at)
    v128.store(at, v128.bitselect(value, f32x4.mul(value, slope), f32x4.gt(v128.load(at + apart), zero)))
  }
  for (; at < end; at += 4) {
    if (!(load<f32>(at + apart) > 0)) store<f32>(at, load<f32>(at) * SLOPE)
  }
}

export function relu(x: i32, size: i32): void {
  const end = float(x + size)
  const zero = f32x4.splat(0)
  let at = float(x)
  for (; at + 16 <= end; at += 16) {
    const value = v128.load(at)
    v128.store(at, v128.andnot(value, f32x4.lt(value, zero)))
  }
  for (; at < end; at += 4) if (load<f32>(at) < 0) store<f32>(at, 0)
}

export function reluBackward(y: i32, gradient: i32, size: i32): void {
  const end = float(gradient + size)
  const apart = float(y) - float(gradient)
  const zero = f32x4.splat(0)
  let at = float(gradient)
  for (; at + 16 <= end; at += 16) v128.store(at, v128.and(v128.load(at), f32x4.gt(v128.load(at + apart), zero)))
  for (; at < end; at += 4) if (!(load<f32>(at + apart) > 0)) store<f32>(at, 0)
}

/** Two floats as doubles; the one at an odd end twice. */
// @ts-ignore: decorator
@inline
function pair(at: usize, end: usize): v128 {
  return at + 8 <= end ? f64x2.promote_low_f32x4(v128.load_zero<u64>(at)) : f64x2.splat(<f64>load<f32>(at))
}

/** Rounds two doubles to floats; at an odd end one of them. */
// @ts-ignore: decorator
@inline
function storePair(at: usize, end: usize, values: v128): void {
  const floats = f32x4.demote_f64x2_zero(values)
  if (at + 8 <= end) v128.store_lane<u64>(at, floats, 0)
  else v128.store_lane<u32>(at, floats, 0)
}

export function tanh(x: i32, size: i32): void {
  const end = float(x + size)
  for (let at = float(x); at < end; at += 8) storePair(at, end, tanhPair(pair(at, end)))
}

export function tanhBackward(y: i32, gradient: i32, size: i32): void {
  const end = float(gradient + size)
  const apart = float(y) - float(gradient)
  for (let at = float(gradient); at < end; at += 8) {
    const output = pair(at + apart, end + apart)
    const slope = f64x2.sub(f64x2.splat(1), f64x2.mul(output, output))
    storePair(at, end, f64x2.mul(pair(at, end), slope))
  }
}

export function softplus(x: i32, size: i32): void {
  const end = float(x + size)
  for (let at = float(x); at < end; at += 8) storePair(at, end, softplusPair(pair(at, end)))
}

export function softplusBackward(y: i32, gradient: i32, size: i32): void {
  const end = float(gradient + size)
  const apart = float(y) - float(gradient)
  for (let at = float(gradient); at < end; at += 8) {
    const slope = f64x2.neg(expMinusOnePair(f64x2.neg(pair(at + apart, end + apart))))
    storePair(at, end, f64x2.mul(pair(at, end), slope))
  }
}
