/**
 * The kernels of `../kernels.ts` in AssemblyScript, four floats at a time (WebAssembly SIMD, 128 bits, not relaxed).
 *
 * Arguments are offsets in elements, as there. Doubles begin at byte 0 of the memory, floats at `floatsAt`, which whoever
 * makes the instance sets once. Nothing here allocates, and there is no other state.
 */

/** The byte at which floats begin. */
let floatsAt: usize = 0

const SLOPE: f32 = 0.01
/** The least normal float: below it the processor is slow, and a second moment counts as none. */
const LEAST_NORMAL: f32 = 1.17549435e-38

/** Says where floats begin, in bytes. */
export function bind(bytes: usize): void {
  floatsAt = bytes
}

// @ts-ignore: decorator
@inline
function float(offset: i32): usize {
  return floatsAt + (<usize>offset << 2)
}

// @ts-ignore: decorator
@inline
function double(offset: i32, element: i32): f64 {
  return load<f64>((<usize>(offset + element)) << 3)
}

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

export function normalize(x: i32, size: i32, output: i32, norm: i32): void {
  // In doubles, two lanes at a time: a sum of squares must not overflow where its root would not.
  let lanes = f64x2.splat(0)
  let i = 0
  for (; i + 2 <= size; i += 2) {
    const pair = f64x2.promote_low_f32x4(v128.load_zero<u64>(float(x + i)))
    lanes = f64x2.add(lanes, f64x2.mul(pair, pair))
  }
  let square = f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1)
  if (i < size) {
    const last = <f64>load<f32>(float(x + i))
    square += last * last
  }
  const length = Math.sqrt(square)
  store<f64>(<usize>norm << 3, length)
  const scale: f64 = square == 0 ? 0 : 1 / length
  for (i = 0; i < size; i++) store<f32>(float(output + i), <f32>(<f64>load<f32>(float(x + i)) * scale))
}

export function normalizeBackward(y: i32, norm: i32, gradient: i32, size: i32, inputGradient: i32): void {
  let along: f64 = 0
  for (let i = 0; i < size; i++) along += <f64>load<f32>(float(y + i)) * <f64>load<f32>(float(gradient + i))
  const length = double(norm, 0)
  const scale: f64 = length == 0 ? 0 : 1 / length
  for (let i = 0; i < size; i++) {
    const value = <f64>load<f32>(float(gradient + i)) - <f64>load<f32>(float(y + i)) * along
    store<f32>(float(inputGradient + i), <f32>(value * scale))
  }
}

/** One Adam step of the parameter at `w`, whose second moment is at `s` and first moment at `m`. */
// @ts-ignore: decorator
@inline
function adam(
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
  const factor = <f32>double(scalars, 0)
  const step = <f32>double(scalars, 1)
  const epsilon = <f32>double(scalars, 2)
  const beta1 = <f32>double(scalars, 3)
  const beta2 = <f32>double(scalars, 4)
  const fresh2: f32 = <f32>(1 - double(scalars, 4))
  const fresh1: f32 = <f32>(1 - double(scalars, 3))
  const rowBytes: usize = <usize>inputs << 2
  const whole: usize = (<usize>inputs & ~3) << 2
  const x = float(input)
  const decay = f32x4.splat(beta2)
  const small = f32x4.splat(epsilon)
  const least = f32x4.splat(LEAST_NORMAL)
  let w = float(weights)
  let m = float(first)
  let s = float(second)
  for (let i = 0; i < outputs; i++) {
    const rowGradient = factor * load<f32>(float(gradient + i))
    const g = f32x4.splat(rowGradient)
    let j: usize = 0
    if (beta1 == 0) {
      const rowStep = f32x4.splat(step * rowGradient)
      const fresh = f32x4.splat(fresh2 * rowGradient * rowGradient)
      for (; j < whole; j += 16) {
        const v = v128.load(x + j)
        const sum = f32x4.add(f32x4.mul(v128.load(s + j), decay), f32x4.mul(fresh, f32x4.mul(v, v)))
        const square = v128.and(sum, f32x4.ge(sum, least))
        v128.store(s + j, square)
        const move = f32x4.div(f32x4.mul(rowStep, v), f32x4.add(f32x4.sqrt(square), small))
        v128.store(w + j, f32x4.sub(v128.load(w + j), move))
      }
    } else {
      const fresh = f32x4.splat(fresh2)
      for (; j < whole; j += 16) {
        const by = f32x4.mul(g, v128.load(x + j))
        const mean = f32x4.add(
          f32x4.mul(v128.load(m + j), f32x4.splat(beta1)),
          f32x4.mul(by, f32x4.splat(fresh1)),
        )
        const sum = f32x4.add(f32x4.mul(v128.load(s + j), decay), f32x4.mul(fresh, f32x4.mul(by, by)))
        const square = v128.and(sum, f32x4.ge(sum, least))
        v128.store(m + j, mean)
        v128.store(s + j, square)
        const move = f32x4.div(f32x4.mul(f32x4.splat(step), mean), f32x4.add(f32x4.sqrt(square), small))
        v128.store(w + j, f32x4.sub(v128.load(w + j), move))
      }
    }
    for (; j < rowBytes; j += 4) {
      adam(w + j, m + j, s + j, rowGradient * load<f32>(x + j), step, epsilon, beta1, fresh1, beta2, fresh2)
    }
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
    adam(w + at, m + at, s + at, g, step, epsilon, beta1, fresh1, beta2, fresh2)
  }
}
