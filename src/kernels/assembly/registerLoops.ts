/**
 * Loops of multiplications and additions on registers alone, with which `rivulet bench` compares products of matrices: x ← a x + b on
 * several independent vectors, twice a pass. With too few vectors the processor waits, and too many do not fit into its registers
 * (sixteen on x86, thirty-two on ARM), so there are loops for several numbers of vectors, and the fastest one counts. Each returns a
 * sum, so that no compiler removes it; a and b are arguments, since the engine would make constants again in each pass.
 */

// @ts-ignore: decorator
@inline
function twice(x: v128, a: v128, b: v128): v128 {
  return f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(x, a), b), a), b)
}

// @ts-ignore: decorator
@inline
function sum(x: v128): f32 {
  const pairs = f32x4.add(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1))
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1)
}

export function chains8(passes: i32, a: f32, b: f32): f32 {
  const factors = f32x4.splat(a)
  const terms = f32x4.splat(b)
  let x0 = f32x4.splat(0)
  let x1 = f32x4.splat(1)
  let x2 = f32x4.splat(2)
  let x3 = f32x4.splat(3)
  let x4 = f32x4.splat(4)
  let x5 = f32x4.splat(5)
  let x6 = f32x4.splat(6)
  let x7 = f32x4.splat(7)
  for (let pass = 0; pass < passes; pass++) {
    x0 = twice(x0, factors, terms)
    x1 = twice(x1, factors, terms)
    x2 = twice(x2, factors, terms)
    x3 = twice(x3, factors, terms)
    x4 = twice(x4, factors, terms)
    x5 = twice(x5, factors, terms)
    x6 = twice(x6, factors, terms)
    x7 = twice(x7, factors, terms)
  }
  return sum(x0) + sum(x1) + sum(x2) + sum(x3) + sum(x4) + sum(x5) + sum(x6) + sum(x7)
}

export function chains11(passes: i32, a: f32, b: f32): f32 {
  const factors = f32x4.splat(a)
  const terms = f32x4.splat(b)
  let x0 = f32x4.splat(0)
  let x1 = f32x4.splat(1)
  let x2 = f32x4.splat(2)
  let x3 = f32x4.splat(3)
  let x4 = f32x4.splat(4)
  let x5 = f32x4.splat(5)
  let x6 = f32x4.splat(6)
  let x7 = f32x4.splat(7)
  let x8 = f32x4.splat(8)
  let x9 = f32x4.splat(9)
  let x10 = f32x4.splat(10)
  for (let pass = 0; pass < passes; pass++) {
    x0 = twice(x0, factors, terms)
    x1 = twice(x1, factors, terms)
    x2 = twice(x2, factors, terms)
    x3 = twice(x3, factors, terms)
    x4 = twice(x4, factors, terms)
    x5 = twice(x5, factors, terms)
    x6 = twice(x6, factors, terms)
    x7 = twice(x7, factors, terms)
    x8 = twice(x8, factors, terms)
    x9 = twice(x9, factors, terms)
    x10 = twice(x10, factors, terms)
  }
  const first = sum(x0) + sum(x1) + sum(x2) + sum(x3) + sum(x4) + sum(x5) + sum(x6) + sum(x7)
  return first + sum(x8) + sum(x9) + sum(x10)
}

export function chains12(passes: i32, a: f32, b: f32): f32 {
  const factors = f32x4.splat(a)
  const terms = f32x4.splat(b)
  let x0 = f32x4.splat(0)
  let x1 = f32x4.splat(1)
  let x2 = f32x4.splat(2)
  let x3 = f32x4.splat(3)
  let x4 = f32x4.splat(4)
  let x5 = f32x4.splat(5)
  let x6 = f32x4.splat(6)
  let x7 = f32x4.splat(7)
  let x8 = f32x4.splat(8)
  let x9 = f32x4.splat(9)
  let x10 = f32x4.splat(10)
  let x11 = f32x4.splat(11)
  for (let pass = 0; pass < passes; pass++) {
    x0 = twice(x0, factors, terms)
    x1 = twice(x1, factors, terms)
    x2 = twice(x2, factors, terms)
    x3 = twice(x3, factors, terms)
    x4 = twice(x4, factors, terms)
    x5 = twice(x5, factors, terms)
    x6 = twice(x6, factors, terms)
    x7 = twice(x7, factors, terms)
    x8 = twice(x8, factors, terms)
    x9 = twice(x9, factors, terms)
    x10 = twice(x10, factors, terms)
    x11 = twice(x11, factors, terms)
  }
  const first = sum(x0) + sum(x1) + sum(x2) + sum(x3) + sum(x4) + sum(x5) + sum(x6) + sum(x7)
  return first + sum(x8) + sum(x9) + sum(x10) + sum(x11)
}

export function chains13(passes: i32, a: f32, b: f32): f32 {
  const factors = f32x4.splat(a)
  const terms = f32x4.splat(b)
  let x0 = f32x4.splat(0)
  let x1 = f32x4.splat(1)
  let x2 = f32x4.splat(2)
  let x3 = f32x4.splat(3)
  let x4 = f32x4.splat(4)
  let x5 = f32x4.splat(5)
  let x6 = f32x4.splat(6)
  let x7 = f32x4.splat(7)
  let x8 = f32x4.splat(8)
  let x9 = f32x4.splat(9)
  let x10 = f32x4.splat(10)
  let x11 = f32x4.splat(11)
  let x12 = f32x4.splat(12)
  for (let pass = 0; pass < passes; pass++) {
    x0 = twice(x0, factors, terms)
    x1 = twice(x1, factors, terms)
    x2 = twice(x2, factors, terms)
    x3 = twice(x3, factors, terms)
    x4 = twice(x4, factors, terms)
    x5 = twice(x5, factors, terms)
    x6 = twice(x6, factors, terms)
    x7 = twice(x7, factors, terms)
    x8 = twice(x8, factors, terms)
    x9 = twice(x9, factors, terms)
    x10 = twice(x10, factors, terms)
    x11 = twice(x11, factors, terms)
    x12 = twice(x12, factors, terms)
  }
  const first = sum(x0) + sum(x1) + sum(x2) + sum(x3) + sum(x4) + sum(x5) + sum(x6) + sum(x7)
  return first + sum(x8) + sum(x9) + sum(x10) + sum(x11) + sum(x12)
}

export function chains16(passes: i32, a: f32, b: f32): f32 {
  const factors = f32x4.splat(a)
  const terms = f32x4.splat(b)
  let x0 = f32x4.splat(0)
  let x1 = f32x4.splat(1)
  let x2 = f32x4.splat(2)
  let x3 = f32x4.splat(3)
  let x4 = f32x4.splat(4)
  let x5 = f32x4.splat(5)
  let x6 = f32x4.splat(6)
  let x7 = f32x4.splat(7)
  let x8 = f32x4.splat(8)
  let x9 = f32x4.splat(9)
  let x10 = f32x4.splat(10)
  let x11 = f32x4.splat(11)
  let x12 = f32x4.splat(12)
  let x13 = f32x4.splat(13)
  let x14 = f32x4.splat(14)
  let x15 = f32x4.splat(15)
  for (let pass = 0; pass < passes; pass++) {
    x0 = twice(x0, factors, terms)
    x1 = twice(x1, factors, terms)
    x2 = twice(x2, factors, terms)
    x3 = twice(x3, factors, terms)
    x4 = twice(x4, factors, terms)
    x5 = twice(x5, factors, terms)
    x6 = twice(x6, factors, terms)
    x7 = twice(x7, factors, terms)
    x8 = twice(x8, factors, terms)
    x9 = twice(x9, factors, terms)
    x10 = twice(x10, factors, terms)
    x11 = twice(x11, factors, terms)
    x12 = twice(x12, factors, terms)
    x13 = twice(x13, factors, terms)
    x14 = twice(x14, factors, terms)
    x15 = twice(x15, factors, terms)
  }
  const first = sum(x0) + sum(x1) + sum(x2) + sum(x3) + sum(x4) + sum(x5) + sum(x6) + sum(x7)
  return first + sum(x8) + sum(x9) + sum(x10) + sum(x11) + sum(x12) + sum(x13) + sum(x14) + sum(x15)
}
