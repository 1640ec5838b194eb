/**
 * Tiles of a product of matrices, summed up in registers: three rows by three vectors of four columns. Nine sums, three numbers of the
 * left factor, a vector of the right one and a product fill the sixteen registers that x86 has, of which the engine keeps one.
 */

/** Rows of a tile. */
export const TILE_ROWS = 3

/** Sums up three rows by twelve columns: c = s + the product of three rows of the left factor and a panel, which ends at `end`. */
function tileOfThree(
  a0: usize,
  a1: usize,
  a2: usize,
  panel: usize,
  end: usize,
  s0: usize,
  s1: usize,
  s2: usize,
  c0: usize,
  c1: usize,
  c2: usize,
): void {
  let c00 = v128.load(s0)
  let c01 = v128.load(s0, 16)
  let c02 = v128.load(s0, 32)
  let c10 = v128.load(s1)
  let c11 = v128.load(s1, 16)
  let c12 = v128.load(s1, 32)
  let c20 = v128.load(s2)
  let c21 = v128.load(s2, 16)
  let c22 = v128.load(s2, 32)
  for (; panel < end; panel += 48) {
    const x0 = v128.load32_splat(a0)
    const x1 = v128.load32_splat(a1)
    const x2 = v128.load32_splat(a2)
    const y0 = v128.load(panel)
    c00 = f32x4.add(c00, f32x4.mul(x0, y0))
    c10 = f32x4.add(c10, f32x4.mul(x1, y0))
    c20 = f32x4.add(c20, f32x4.mul(x2, y0))
    const y1 = v128.load(panel, 16)
    c01 = f32x4.add(c01, f32x4.mul(x0, y1))
    c11 = f32x4.add(c11, f32x4.mul(x1, y1))
    c21 = f32x4.add(c21, f32x4.mul(x2, y1))
    const y2 = v128.load(panel, 32)
    c02 = f32x4.add(c02, f32x4.mul(x0, y2))
    c12 = f32x4.add(c12, f32x4.mul(x1, y2))
    c22 = f32x4.add(c22, f32x4.mul(x2, y2))
    a0 += 4
    a1 += 4
    a2 += 4
  }
  v128.store(c0, c00)
  v128.store(c0, c01, 16)
  v128.store(c0, c02, 32)
  v128.store(c1, c10)
  v128.store(c1, c11, 16)
  v128.store(c1, c12, 32)
  v128.store(c2, c20)
  v128.store(c2, c21, 16)
  v128.store(c2, c22, 32)
}

/** The same of eight columns. */
function tileOfTwo(
  a0: usize,
  a1: usize,
  a2: usize,
  panel: usize,
  end: usize,
  s0: usize,
  s1: usize,
  s2: usize,
  c0: usize,
  c1: usize,
  c2: usize,
): void {
  let c00 = v128.load(s0)
  let c01 = v128.load(s0, 16)
  let c10 = v128.load(s1)
  let c11 = v128.load(s1, 16)
  let c20 = v128.load(s2)
  let c21 = v128.load(s2, 16)
  for (; panel < end; panel += 32) {
    const x0 = v128.load32_splat(a0)
    const x1 = v128.load32_splat(a1)
    const x2 = v128.load32_splat(a2)
    const y0 = v128.load(panel)
    c00 = f32x4.add(c00, f32x4.mul(x0, y0))
    c10 = f32x4.add(c10, f32x4.mul(x1, y0))
    c20 = f32x4.add(c20, f32x4.mul(x2, y0))
    const y1 = v128.load(panel, 16)
    c01 = f32x4.add(c01, f32x4.mul(x0, y1))
    c11 = f32x4.add(c11, f32x4.mul(x1, y1))
    c21 = f32x4.add(c21, f32x4.mul(x2, y1))
    a0 += 4
    a1 += 4
    a2 += 4
  }
  v128.store(c0, c00)
  v128.store(c0, c01, 16)
  v128.store(c1, c10)
  v128.store(c1, c11, 16)
  v128.store(c2, c20)
  v128.store(c2, c21, 16)
}

/** The same of four columns. */
function tileOfOne(
  a0: usize,
  a1: usize,
  a2: usize,
  panel: usize,
  end: usize,
  s0: usize,
  s1: usize,
  s2: usize,
  c0: usize,
  c1: usize,
  c2: usize,
): void {
  let c00 = v128.load(s0)
  let c10 = v128.load(s1)
  let c20 = v128.load(s2)
  for (; panel < end; panel += 16) {
    const y = v128.load(panel)
    c00 = f32x4.add(c00, f32x4.mul(v128.load32_splat(a0), y))
    c10 = f32x4.add(c10, f32x4.mul(v128.load32_splat(a1), y))
    c20 = f32x4.add(c20, f32x4.mul(v128.load32_splat(a2), y))
    a0 += 4
    a1 += 4
    a2 += 4
  }
  v128.store(c0, c00)
  v128.store(c1, c10)
  v128.store(c2, c20)
}

/** A tile of so many vectors of columns: c = s + the product of three rows of the left factor and a panel, which ends at `end`. */
// @ts-ignore: decorator
@inline
export function tileOf(
  vectors: i32,
  a0: usize,
  a1: usize,
  a2: usize,
  panel: usize,
  end: usize,
  s0: usize,
  s1: usize,
  s2: usize,
  c0: usize,
  c1: usize,
  c2: usize,
): void {
  if (vectors == 3) tileOfThree(a0, a1, a2, panel, end, s0, s1, s2, c0, c1, c2)
  else if (vectors == 2) tileOfTwo(a0, a1, a2, panel, end, s0, s1, s2, c0, c1, c2)
  else tileOfOne(a0, a1, a2, panel, end, s0, s1, s2, c0, c1, c2)
}
