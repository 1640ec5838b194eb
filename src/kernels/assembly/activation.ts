/** Activations. */
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
