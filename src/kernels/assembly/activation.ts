/** Activations. */
import { expMinusOnePair, softplusPair, tanhPair } from './elementaryPairs'
import { float } from './memory'
import { pairUpTo, storePairUpTo } from './pairs'

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

export function tanh(x: i32, size: i32): void {
  const end = float(x + size)
  for (let at = float(x); at < end; at += 8) storePairUpTo(at, end, tanhPair(pairUpTo(at, end)))
}

export function tanhBackward(y: i32, gradient: i32, size: i32): void {
  const end = float(gradient + size)
  const apart = float(y) - float(gradient)
  for (let at = float(gradient); at < end; at += 8) {
    const output = pairUpTo(at + apart, end + apart)
    const slope = f64x2.sub(f64x2.splat(1), f64x2.mul(output, output))
    storePairUpTo(at, end, f64x2.mul(pairUpTo(at, end), slope))
  }
}

export function softplus(x: i32, size: i32): void {
  const end = float(x + size)
  for (let at = float(x); at < end; at += 8) storePairUpTo(at, end, softplusPair(pairUpTo(at, end)))
}

export function softplusBackward(y: i32, gradient: i32, size: i32): void {
  const end = float(gradient + size)
  const apart = float(y) - float(gradient)
  for (let at = float(gradient); at < end; at += 8) {
    const slope = f64x2.neg(expMinusOnePair(f64x2.neg(pairUpTo(at + apart, end + apart))))
    storePairUpTo(at, end, f64x2.mul(pairUpTo(at, end), slope))
  }
}
