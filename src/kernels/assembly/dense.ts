/** A dense layer forwards and backwards, four rows a pass. */
import { float } from './memory'

/** The sum of four lanes, pairwise. */
// @ts-ignore: decorator
@inline
function sum(x: v128): f32 {
  const pairs = f32x4.add(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1))
  return f32x4.extract_lane(f32x4.add(pairs, v128.shuffle<f32>(pairs, pairs, 1, 0, 3, 2)), 0)
}

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
    // Transposed, so that one addition sums a lane of each row.
    const low01 = v128.shuffle<f32>(sum0, sum1, 0, 4, 1, 5)
    const high01 = v128.shuffle<f32>(sum0, sum1, 2, 6, 3, 7)
    const low23 = v128.shuffle<f32>(sum2, sum3, 0, 4, 1, 5)
    const high23 = v128.shuffle<f32>(sum2, sum3, 2, 6, 3, 7)
    let sums = f32x4.add(
      f32x4.add(v128.shuffle<f32>(low01, low23, 0, 1, 4, 5), v128.shuffle<f32>(low01, low23, 2, 3, 6, 7)),
      f32x4.add(v128.shuffle<f32>(high01, high23, 0, 1, 4, 5), v128.shuffle<f32>(high01, high23, 2, 3, 6, 7)),
    )
    for (; j < rowBytes; j += 4) {
      const column = f32x4.replace_lane(
        f32x4.replace_lane(
          f32x4.replace_lane(f32x4.splat(load<f32>(row + j)), 1, load<f32>(row1 + j)),
          2,
          load<f32>(row2 + j),
        ),
        3,
        load<f32>(row3 + j),
      )
      sums = f32x4.add(sums, f32x4.mul(column, f32x4.splat(load<f32>(x + j))))
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
