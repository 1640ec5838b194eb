/**
 * Subtracts the components along an orthonormal basis from vectors, in doubles: `../typescript/projections.ts` with the same operations
 * in the same order.
 */
import { double } from './memory'

/** The sum of the even and of the odd products of two vectors, each added up from the front, and behind it the last one of an odd size. */
// @ts-ignore: decorator
@inline
function total(sums: v128, a: usize, b: usize, whole: usize, bytes: usize): f64 {
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1)
  if (whole < bytes) sum += load<f64>(a + whole) * load<f64>(b + whole)
  return sum
}

/** Components of four vectors along `count` basis vectors, a row of four for each of these. */
function alongOfFour(basis: usize, count: i32, vectors: usize, bytes: usize, along: usize): void {
  const whole = bytes & ~15
  const v0 = vectors
  const v1 = v0 + bytes
  const v2 = v1 + bytes
  const v3 = v2 + bytes
  let b = basis
  let c = along
  let k = 0
  for (; k + 2 <= count; k += 2) {
    const d = b + bytes
    let s00 = f64x2.splat(0)
    let s01 = f64x2.splat(0)
    let s02 = f64x2.splat(0)
    let s03 = f64x2.splat(0)
    let s10 = f64x2.splat(0)
    let s11 = f64x2.splat(0)
    let s12 = f64x2.splat(0)
    let s13 = f64x2.splat(0)
    for (let i: usize = 0; i < whole; i += 16) {
      const x = v128.load(b + i)
      const y = v128.load(d + i)
      const w0 = v128.load(v0 + i)
      s00 = f64x2.add(s00, f64x2.mul(x, w0))
      s10 = f64x2.add(s10, f64x2.mul(y, w0))
      const w1 = v128.load(v1 + i)
      s01 = f64x2.add(s01, f64x2.mul(x, w1))
      s11 = f64x2.add(s11, f64x2.mul(y, w1))
      const w2 = v128.load(v2 + i)
      s02 = f64x2.add(s02, f64x2.mul(x, w2))
      s12 = f64x2.add(s12, f64x2.mul(y, w2))
      const w3 = v128.load(v3 + i)
      s03 = f64x2.add(s03, f64x2.mul(x, w3))
      s13 = f64x2.add(s13, f64x2.mul(y, w3))
    }
    store<f64>(c, total(s00, b, v0, whole, bytes))
    store<f64>(c + 8, total(s01, b, v1, whole, bytes))
    store<f64>(c + 16, total(s02, b, v2, whole, bytes))
    store<f64>(c + 24, total(s03, b, v3, whole, bytes))
    store<f64>(c + 32, total(s10, d, v0, whole, bytes))
    store<f64>(c + 40, total(s11, d, v1, whole, bytes))
    store<f64>(c + 48, total(s12, d, v2, whole, bytes))
    store<f64>(c + 56, total(s13, d, v3, whole, bytes))
    b = d + bytes
    c += 64
  }
  for (; k < count; k++) {
    for (let row: usize = 0; row < 4; row++) store<f64>(c + (row << 3), alongOfOne(b, v0 + row * bytes, bytes))
    b += bytes
    c += 32
  }
}

/** The component of one vector along one basis vector. */
function alongOfOne(b: usize, v: usize, bytes: usize): f64 {
  const whole = bytes & ~15
  let sums = f64x2.splat(0)
  for (let i: usize = 0; i < whole; i += 16) sums = f64x2.add(sums, f64x2.mul(v128.load(b + i), v128.load(v + i)))
  return total(sums, b, v, whole, bytes)
}

/** Subtracts from four vectors the components that `alongOfFour` computed, basis vector after basis vector. */
function takeOfFour(basis: usize, count: i32, vectors: usize, bytes: usize, along: usize): void {
  const v1 = vectors + bytes
  const v2 = v1 + bytes
  const v3 = v2 + bytes
  let i: usize = 0
  for (; i + 32 <= bytes; i += 32) {
    let w00 = v128.load(vectors + i)
    let w01 = v128.load(vectors + i, 16)
    let w10 = v128.load(v1 + i)
    let w11 = v128.load(v1 + i, 16)
    let w20 = v128.load(v2 + i)
    let w21 = v128.load(v2 + i, 16)
    let w30 = v128.load(v3 + i)
    let w31 = v128.load(v3 + i, 16)
    let b = basis + i
    let c = along
    for (let k = 0; k < count; k++) {
      const x = v128.load(b)
      const y = v128.load(b, 16)
      const c0 = v128.load64_splat(c)
      w00 = f64x2.sub(w00, f64x2.mul(x, c0))
      w01 = f64x2.sub(w01, f64x2.mul(y, c0))
      const c1 = v128.load64_splat(c, 8)
      w10 = f64x2.sub(w10, f64x2.mul(x, c1))
      w11 = f64x2.sub(w11, f64x2.mul(y, c1))
      const c2 = v128.load64_splat(c, 16)
      w20 = f64x2.sub(w20, f64x2.mul(x, c2))
      w21 = f64x2.sub(w21, f64x2.mul(y, c2))
      const c3 = v128.load64_splat(c, 24)
      w30 = f64x2.sub(w30, f64x2.mul(x, c3))
      w31 = f64x2.sub(w31, f64x2.mul(y, c3))
      b += bytes
      c += 32
    }
    v128.store(vectors + i, w00)
    v128.store(vectors + i, w01, 16)
    v128.store(v1 + i, w10)
    v128.store(v1 + i, w11, 16)
    v128.store(v2 + i, w20)
    v128.store(v2 + i, w21, 16)
    v128.store(v3 + i, w30)
    v128.store(v3 + i, w31, 16)
  }
  for (; i < bytes; i += 8) {
    for (let row: usize = 0; row < 4; row++) {
      const v = vectors + row * bytes + i
      let w = load<f64>(v)
      for (let k: usize = 0; k < <usize>count; k++) w -= load<f64>(along + (k << 5) + (row << 3)) * load<f64>(basis + k * bytes + i)
      store<f64>(v, w)
    }
  }
}

/** The same for one vector, with a component for each basis vector at `along`. */
function takeOfOne(basis: usize, count: i32, v: usize, bytes: usize, along: usize): void {
  const whole = bytes & ~15
  let b = basis
  let k = 0
  for (; k + 4 <= count; k += 4) {
    const b1 = b + bytes
    const b2 = b1 + bytes
    const b3 = b2 + bytes
    const c = along + (<usize>k << 3)
    const c0 = v128.load64_splat(c)
    const c1 = v128.load64_splat(c, 8)
    const c2 = v128.load64_splat(c, 16)
    const c3 = v128.load64_splat(c, 24)
    for (let i: usize = 0; i < whole; i += 16) {
      let w = f64x2.sub(v128.load(v + i), f64x2.mul(v128.load(b + i), c0))
      w = f64x2.sub(w, f64x2.mul(v128.load(b1 + i), c1))
      w = f64x2.sub(w, f64x2.mul(v128.load(b2 + i), c2))
      v128.store(v + i, f64x2.sub(w, f64x2.mul(v128.load(b3 + i), c3)))
    }
    if (whole < bytes) {
      let w = load<f64>(v + whole) - load<f64>(b + whole) * load<f64>(c)
      w -= load<f64>(b1 + whole) * load<f64>(c, 8)
      w -= load<f64>(b2 + whole) * load<f64>(c, 16)
      store<f64>(v + whole, w - load<f64>(b3 + whole) * load<f64>(c, 24))
    }
    b = b3 + bytes
  }
  for (; k < count; k++) {
    const c = load<f64>(along + (<usize>k << 3))
    for (let i: usize = 0; i < bytes; i += 8) store<f64>(v + i, load<f64>(v + i) - load<f64>(b + i) * c)
    b += bytes
  }
}

export function takeProjections(basis: i32, count: i32, vectors: i32, rows: i32, size: i32, along: i32): void {
  const bytes: usize = <usize>size << 3
  const from = double(basis)
  const at = double(along)
  let v = double(vectors)
  let row = 0
  for (; row + 4 <= rows; row += 4) {
    alongOfFour(from, count, v, bytes, at)
    takeOfFour(from, count, v, bytes, at)
    v += 4 * bytes
  }
  for (; row < rows; row++) {
    for (let k: usize = 0; k < <usize>count; k++) store<f64>(at + (k << 3), alongOfOne(from + k * bytes, v, bytes))
    takeOfOne(from, count, v, bytes, at)
    v += bytes
  }
}
