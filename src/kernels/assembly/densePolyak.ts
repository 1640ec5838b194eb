/** `dense` and `polyak` in one pass: the operations of both in the same order, so the same bits. */
import { column, sum, sumOfEach } from './lanes'
import { double, float } from './memory'
import { polyak } from './optimizer'

/** Four floats at `t`, moved by a share of their distance to those at `w`. */
// @ts-ignore: decorator
@inline
function moved(t: v128, w: v128, share: v128): v128 {
  return f32x4.add(t, f32x4.mul(f32x4.sub(w, t), share))
}

/** Moves one float at `t`. */
// @ts-ignore: decorator
@inline
function follow(t: usize, w: f32, share: f32): void {
  const value = load<f32>(t)
  store<f32>(t, value + (w - value) * share)
}

/**
 * Adds to a row's sum the products of the eight floats at `w` with those of `x0` and `x1`, and moves those that stand `apart` bytes further
 * on. The second four are reached by constant offsets, so that fewer addresses are computed.
 */
// @ts-ignore: decorator
@inline
function eight(total: v128, w: usize, apart: usize, x0: v128, x1: v128, share: v128): v128 {
  const w0 = v128.load(w)
  const w1 = v128.load(w, 16)
  const t = w + apart
  const t0 = v128.load(t)
  const t1 = v128.load(t, 16)
  v128.store(t, moved(t0, w0, share))
  v128.store(t, moved(t1, w1, share), 16)
  return f32x4.add(f32x4.add(total, f32x4.mul(w0, x0)), f32x4.mul(w1, x1))
}

/** The same of four floats. */
// @ts-ignore: decorator
@inline
function four(total: v128, w: usize, apart: usize, x: v128, share: v128): v128 {
  const value = v128.load(w)
  v128.store(w + apart, moved(v128.load(w + apart), value, share))
  return f32x4.add(total, f32x4.mul(value, x))
}

export function densePolyak(
  weights: i32,
  biasAt: i32,
  input: i32,
  inputs: i32,
  output: i32,
  outputs: i32,
  target: i32,
  tau: i32,
): void {
  const rowBytes: usize = <usize>inputs << 2
  const whole: usize = (<usize>inputs & ~3) << 2
  const pairs: usize = (<usize>inputs & ~7) << 2
  const x = float(input)
  const share = <f32>load<f64>(double(tau))
  const lanes = f32x4.splat(share)
  const apart = float(target) - float(weights)
  const bias = weights + biasAt
  let row = float(weights)
  let i = 0
  for (; i + 4 <= outputs; i += 4) {
    let w0 = row
    let w1 = w0 + rowBytes
    let w2 = w1 + rowBytes
    let w3 = w2 + rowBytes
    row = w3 + rowBytes
    let sum0 = f32x4.splat(0)
    let sum1 = f32x4.splat(0)
    let sum2 = f32x4.splat(0)
    let sum3 = f32x4.splat(0)
    let at = x
    for (; at < x + pairs; at += 32) {
      const x0 = v128.load(at)
      const x1 = v128.load(at, 16)
      sum0 = eight(sum0, w0, apart, x0, x1, lanes)
      sum1 = eight(sum1, w1, apart, x0, x1, lanes)
      sum2 = eight(sum2, w2, apart, x0, x1, lanes)
      sum3 = eight(sum3, w3, apart, x0, x1, lanes)
      w0 += 32
      w1 += 32
      w2 += 32
      w3 += 32
    }
    if (at < x + whole) {
      const x0 = v128.load(at)
      sum0 = four(sum0, w0, apart, x0, lanes)
      sum1 = four(sum1, w1, apart, x0, lanes)
      sum2 = four(sum2, w2, apart, x0, lanes)
      sum3 = four(sum3, w3, apart, x0, lanes)
      w0 += 16
      w1 += 16
      w2 += 16
      w3 += 16
      at += 16
    }
    let sums = sumOfEach(sum0, sum1, sum2, sum3)
    for (; at < x + rowBytes; at += 4) {
      const each = column(load<f32>(w0), load<f32>(w1), load<f32>(w2), load<f32>(w3))
      sums = f32x4.add(sums, f32x4.mul(each, f32x4.splat(load<f32>(at))))
      follow(w0 + apart, load<f32>(w0), share)
      follow(w1 + apart, load<f32>(w1), share)
      follow(w2 + apart, load<f32>(w2), share)
      follow(w3 + apart, load<f32>(w3), share)
      w0 += 4
      w1 += 4
      w2 += 4
      w3 += 4
    }
    v128.store(float(output + i), f32x4.add(sums, v128.load(float(bias + i))))
  }
  for (; i < outputs; i++) {
    let ofRow = f32x4.splat(0)
    let j: usize = 0
    for (; j < whole; j += 16) ofRow = four(ofRow, row + j, apart, v128.load(x + j), lanes)
    let total = sum(ofRow)
    for (; j < rowBytes; j += 4) {
      const w = load<f32>(row + j)
      total += w * load<f32>(x + j)
      follow(row + apart + j, w, share)
    }
    store<f32>(float(output + i), total + load<f32>(float(bias + i)))
    row += rowBytes
  }
  polyak(bias, outputs, tau, target + biasAt)
}
