/** A dense layer forwards and backwards, four rows a pass. */
import { column, sum, sumOfEach } from './lanes'
import { float } from './memory'

export function dense(weights: i32, bias: i32, input: i32, inputs: i32, output: i32, outputs: i32): void {
  const rowBytes: usize = <usize>inputs << 2
  const whole: usize = (<usize>inputs & ~3) << 2
  const x = float(input)
  let row = float(weights)
  let i = 0
  for (; i + 4 <= outputs; i += 4) {
    const row1 = row + rowBytes
    const row2 = row1 + rowBytes
    const row3 = row2 + rowBytes
    let sum0 = f32x4.splat(0)
    let sum1 = f32x4.splat(0)
    let sum2 = f32x4.splat(0)
    let sum3 = f32x4.splat(0)
    let j: usize = 0
    for (; j < whole; j += 16) {
      const v = v128.load(x + j)
      sum0 = f32x4.add(sum0, f32x4.mul(v128.load(row + j), v))
      sum1 = f32x4.add(sum1, f32x4.mul(v128.load(row1 + j), v))
      sum2 = f32x4.add(sum2, f32x4.mul(v128.load(row2 + j), v))
      sum3 = f32x4.add(sum3, f32x4.mul(v128.load(row3 + j), v))
    }
    let sums = sumOfEach(sum0, sum1, sum2, sum3)
    for (; j < rowBytes; j += 4) {
      const each = column(load<f32>(row + j), load<f32>(row1 + j), load<f32>(row2 + j), load<f32>(row3 + j))
      sums = f32x4.add(sums, f32x4.mul(each, f32x4.splat(load<f32>(x + j))))
    }
    v128.store(float(output + i), f32x4.add(sums, v128.load(float(bias + i))))
    row = row3 + rowBytes
  }
  for (; i < outputs; i++) {
    let lanes = f32x4.splat(0)
    let j: usize = 0
    for (; j < whole; j += 16) lanes = f32x4.add(lanes, f32x4.mul(v128.load(row + j), v128.load(x + j)))
    let total = sum(lanes)
    for (; j < rowBytes; j += 4) total += load<f32>(row + j) * load<f32>(x + j)
    store<f32>(float(output + i), total + load<f32>(float(bias + i)))
    row += rowBytes
  }
}

export function denseBackward(
  weights: i32,
  inputs: i32,
  gradient: i32,
  outputs: i32,
  from: i32,
  count: i32,
  inputGradient: i32,
): void {
  const rowBytes: usize = <usize>inputs << 2
  const bytes: usize = <usize>count << 2
  const whole: usize = (<usize>count & ~3) << 2
  const out = float(inputGradient)
  memory.fill(out, 0, bytes)
  let row = float(weights + from)
  let i = 0
  for (; i + 4 <= outputs; i += 4) {
    const row1 = row + rowBytes
    const row2 = row1 + rowBytes
    const row3 = row2 + rowBytes
    const g0 = load<f32>(float(gradient + i))
    const g1 = load<f32>(float(gradient + i + 1))
    const g2 = load<f32>(float(gradient + i + 2))
    const g3 = load<f32>(float(gradient + i + 3))
    const v0 = f32x4.splat(g0)
    const v1 = f32x4.splat(g1)
    const v2 = f32x4.splat(g2)
    const v3 = f32x4.splat(g3)
    let j: usize = 0
    for (; j < whole; j += 16) {
      const first = f32x4.add(f32x4.mul(v128.load(row + j), v0), f32x4.mul(v128.load(row1 + j), v1))
      const second = f32x4.add(f32x4.mul(v128.load(row2 + j), v2), f32x4.mul(v128.load(row3 + j), v3))
      v128.store(out + j, f32x4.add(v128.load(out + j), f32x4.add(first, second)))
    }
    for (; j < bytes; j += 4) {
      const first = load<f32>(row + j) * g0 + load<f32>(row1 + j) * g1
      const second = load<f32>(row2 + j) * g2 + load<f32>(row3 + j) * g3
      store<f32>(out + j, load<f32>(out + j) + (first + second))
    }
    row = row3 + rowBytes
  }
  for (; i < outputs; i++) {
    const g = load<f32>(float(gradient + i))
    const v = f32x4.splat(g)
    let j: usize = 0
    for (; j < whole; j += 16) v128.store(out + j, f32x4.add(v128.load(out + j), f32x4.mul(v128.load(row + j), v)))
    for (; j < bytes; j += 4) store<f32>(out + j, load<f32>(out + j) + load<f32>(row + j) * g)
    row += rowBytes
  }
}
