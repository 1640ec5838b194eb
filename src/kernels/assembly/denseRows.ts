/** A dense layer forwards and backwards for rows of samples, by products of matrices. */
import { float } from './memory'
import { BEHIND, DEPTH, lined, multiply, transpose } from './product'

/** Columns of a gradient that are copied at a time to be the left factor of a product. */
const BLOCK = 96
/** Bytes from one of them to the next: a power of two would leave all of them in a few sets of the cache. */
const BLOCK_ROW: usize = (DEPTH + 16) << 2

export function denseRows(
  weights: i32,
  bias: i32,
  input: i32,
  inputs: i32,
  output: i32,
  outputs: i32,
  rows: i32,
  scratch: i32,
): void {
  const x = float(input)
  const w = float(weights)
  const y = float(output)
  const inputRow: usize = <usize>inputs << 2
  const outputRow: usize = <usize>outputs << 2
  const lines = lined(float(scratch))
  multiply(x, inputRow, w, inputRow, true, float(bias), 0, y, outputRow, rows, outputs, inputs, lines)
}

export function denseBackwardRows(
  weights: i32,
  inputs: i32,
  gradient: i32,
  outputs: i32,
  from: i32,
  count: i32,
  inputGradient: i32,
  rows: i32,
  scratch: i32,
): void {
  const g = float(gradient)
  const w = float(weights + from)
  const to = float(inputGradient)
  const gradientRow: usize = <usize>outputs << 2
  const weightsRow: usize = <usize>inputs << 2
  const toRow: usize = <usize>count << 2
  const lines = lined(float(scratch))
  multiply(g, gradientRow, w, weightsRow, false, 0, 0, to, toRow, rows, count, outputs, lines)
}

export function denseGradientRows(
  input: i32,
  inputs: i32,
  gradient: i32,
  outputs: i32,
  rows: i32,
  weightGradient: i32,
  biasAt: i32,
  scratch: i32,
): void {
  const gradientRow: usize = <usize>outputs << 2
  const inputRow: usize = <usize>inputs << 2
  const lines = lined(float(scratch))
  const block = lines + BEHIND
  for (let i = 0; i < outputs; i += BLOCK) {
    const count = min(BLOCK, outputs - i)
    const to = float(weightGradient + i * inputs)
    for (let k = 0; k < rows; k += DEPTH) {
      const part = min(DEPTH, rows - k)
      transpose(float(gradient + k * outputs + i), gradientRow, part, count, block, BLOCK_ROW)
      const x = float(input + k * inputs)
      const start: usize = k == 0 ? 0 : to
      const startRow: usize = k == 0 ? 0 : inputRow
      multiply(block, BLOCK_ROW, x, inputRow, false, start, startRow, to, inputRow, count, inputs, part, lines)
    }
  }
  const end = float(gradient + rows * outputs)
  const biasGradient = float(weightGradient + biasAt)
  let i: usize = 0
  for (; i + 16 <= gradientRow; i += 16) {
    let sums = f32x4.splat(0)
    for (let at = float(gradient) + i; at < end; at += gradientRow) sums = f32x4.add(sums, v128.load(at))
    v128.store(biasGradient + i, sums)
  }
  for (; i < gradientRow; i += 4) {
    let sum: f32 = 0
    for (let at = float(gradient) + i; at < end; at += gradientRow) sum += load<f32>(at)
    store<f32>(biasGradient + i, sum)
  }
}
