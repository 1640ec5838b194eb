/**
 * Products of matrices: left [rows, depth] times right [depth, columns].
 *
 * A tile of the product, three rows by three vectors of four columns, is summed up in registers: nine sums, three numbers of the left
 * factor, a vector of the right one and a product fill the sixteen registers that x86 has, of which the engine keeps one. The columns
 * of the right factor are copied beside one another first, a panel of one tile's width and `DEPTH` rows, so that the first cache
 * holds it while all rows of the left factor pass over it. Every number of the product is summed up in the order of depth, wherever
 * its tile is, so that it does not depend on the rows and columns beside it.
 */

/** Depth that is summed up at a time: a panel of it takes 12 KB. */
export const DEPTH = 256

const TILE_ROWS = 3
const TILE_BYTES: usize = 48

// What stands in the scratch, in bytes from an address of whole lines of the cache: the panel, a tile, a row of zeros.
const TILE: usize = <usize>DEPTH * TILE_BYTES
const ZEROS: usize = TILE + <usize>TILE_ROWS * TILE_BYTES

/** Where a caller's own part of the scratch begins. */
export const BEHIND: usize = ZEROS + TILE_BYTES

/** The first whole line of the cache in some scratch. */
// @ts-ignore: decorator
@inline
export function lined(scratch: usize): usize {
  return (scratch + 63) & ~63
}

/** Sums up three rows by twelve columns: c = s + the product of three rows of the left factor and a panel, which ends at `end`. */
function tileOfThree(a0: usize, a1: usize, a2: usize, panel: usize, end: usize, s0: usize, s1: usize, s2: usize, c0: usize, c1: usize, c2: usize): void {
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
function tileOfTwo(a0: usize, a1: usize, a2: usize, panel: usize, end: usize, s0: usize, s1: usize, s2: usize, c0: usize, c1: usize, c2: usize): void {
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
function tileOfOne(a0: usize, a1: usize, a2: usize, panel: usize, end: usize, s0: usize, s1: usize, s2: usize, c0: usize, c1: usize, c2: usize): void {
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

/** Copies some floats, fewer than a tile has columns. */
// @ts-ignore: decorator
@inline
function copyFew(from: usize, to: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 4) store<f32>(to + i, load<f32>(from + i))
}

/** to[c, r] = from[r, c]: rows stand `fromRow` and `toRow` bytes apart. */
export function transpose(from: usize, fromRow: usize, rows: i32, columns: i32, to: usize, toRow: usize): void {
  let r = 0
  for (; r + 4 <= rows; r += 4) {
    let p = from + <usize>r * fromRow
    const apart2 = fromRow << 1
    const apart3 = apart2 + fromRow
    let t = to + (<usize>r << 2)
    let c = 0
    for (; c + 4 <= columns; c += 4) {
      const row0 = v128.load(p)
      const row1 = v128.load(p + fromRow)
      const row2 = v128.load(p + apart2)
      const row3 = v128.load(p + apart3)
      const low01 = v128.shuffle<f32>(row0, row1, 0, 4, 1, 5)
      const high01 = v128.shuffle<f32>(row0, row1, 2, 6, 3, 7)
      const low23 = v128.shuffle<f32>(row2, row3, 0, 4, 1, 5)
      const high23 = v128.shuffle<f32>(row2, row3, 2, 6, 3, 7)
      v128.store(t, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5))
      v128.store(t + toRow, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7))
      v128.store(t + 2 * toRow, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5))
      v128.store(t + 3 * toRow, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7))
      p += 16
      t += 4 * toRow
    }
    for (; c < columns; c++) {
      store<f32>(t, load<f32>(p))
      store<f32>(t, load<f32>(p + fromRow), 4)
      store<f32>(t, load<f32>(p + apart2), 8)
      store<f32>(t, load<f32>(p + apart3), 12)
      p += 4
      t += toRow
    }
  }
  for (; r < rows; r++) {
    let p = from + <usize>r * fromRow
    let t = to + (<usize>r << 2)
    for (let c = 0; c < columns; c++) {
      store<f32>(t, load<f32>(p))
      p += 4
      t += toRow
    }
  }
}

/** Copies `width` columns of `depth` rows beside one another: `vectors` vectors a row, zeros behind the last column. */
function pack(right: usize, rightRow: usize, isTransposed: bool, width: i32, vectors: i32, depth: i32, panel: usize): void {
  const row = <usize>vectors << 4
  if (width < 4 * vectors) memory.fill(panel, 0, <usize>depth * row)
  if (isTransposed) return transpose(right, rightRow, width, depth, panel, row)
  const end = panel + <usize>depth * row
  const bytes = <usize>width << 2
  const whole = bytes & ~15
  for (; panel < end; panel += row) {
    for (let i: usize = 0; i < whole; i += 16) v128.store(panel + i, v128.load(right + i))
    copyFew(right + whole, panel + whole, bytes - whole)
    right += rightRow
  }
}

// @ts-ignore: decorator
@inline
function tileOf(vectors: i32, a0: usize, a1: usize, a2: usize, panel: usize, end: usize, s0: usize, s1: usize, s2: usize, c0: usize, c1: usize, c2: usize): void {
  if (vectors == 3) tileOfThree(a0, a1, a2, panel, end, s0, s1, s2, c0, c1, c2)
  else if (vectors == 2) tileOfTwo(a0, a1, a2, panel, end, s0, s1, s2, c0, c1, c2)
  else tileOfOne(a0, a1, a2, panel, end, s0, s1, s2, c0, c1, c2)
}

/** Multiplies all rows of the left factor by the panel, which has `width` columns. */
function sweep(left: usize, leftRow: usize, rows: i32, scratch: usize, end: usize, width: i32, vectors: i32, start: usize, startRow: usize, product: usize, productRow: usize): void {
  let i = 0
  if (width == 4 * vectors) {
    for (; i + TILE_ROWS <= rows; i += TILE_ROWS) {
      tileOf(vectors, left, left + leftRow, left + 2 * leftRow, scratch, end, start, start + startRow, start + 2 * startRow, product, product + productRow, product + 2 * productRow)
      left += 3 * leftRow
      start += 3 * startRow
      product += 3 * productRow
    }
  }
  // A tile that lacks columns or rows is summed up in the scratch; rows that it lacks are its first one once more.
  const bytes = <usize>width << 2
  const c0 = scratch + TILE
  const c1 = c0 + TILE_BYTES
  const c2 = c1 + TILE_BYTES
  for (; i < rows; i += TILE_ROWS) {
    const hasSecond = i + 1 < rows
    const hasThird = i + 2 < rows
    copyFew(start, c0, bytes)
    if (hasSecond) copyFew(start + startRow, c1, bytes)
    if (hasThird) copyFew(start + 2 * startRow, c2, bytes)
    const a1 = hasSecond ? left + leftRow : left
    const a2 = hasThird ? left + 2 * leftRow : left
    tileOf(vectors, left, a1, a2, scratch, end, c0, c1, c2, c0, c1, c2)
    copyFew(c0, product, bytes)
    if (hasSecond) copyFew(c1, product + productRow, bytes)
    if (hasThird) copyFew(c2, product + 2 * productRow, bytes)
    left += 3 * leftRow
    start += 3 * startRow
    product += 3 * productRow
  }
}

/**
 * product = start + left · right. All are addresses, and rows stand so many bytes apart; `startRow` is 0 where all rows of the product
 * begin as one row of numbers, and `start` is 0 where they begin at zero. A transposed right factor is `[columns, depth]`.
 */
export function multiply(left: usize, leftRow: usize, right: usize, rightRow: usize, isTransposed: bool, start: usize, startRow: usize, product: usize, productRow: usize, rows: i32, columns: i32, depth: i32, scratch: usize): void {
  const zeros = scratch + ZEROS
  memory.fill(zeros, 0, TILE_BYTES)
  for (let k = 0; k < depth; k += DEPTH) {
    const part = min(DEPTH, depth - k)
    const from = left + (<usize>k << 2)
    let column = 0
    while (column < columns) {
      const all = (columns - column + 3) >> 2
      // Four vectors are two tiles of two: one of a single vector would leave most of the adders without work.
      const vectors = all == 4 ? 2 : min(3, all)
      const width = min(4 * vectors, columns - column)
      const at = <usize>column << 2
      const deep = <usize>k
      pack(isTransposed ? right + <usize>column * rightRow + (deep << 2) : right + deep * rightRow + at, rightRow, isTransposed, width, vectors, part, scratch)
      const to = product + at
      const isFirst = k == 0
      const begin = !isFirst ? to : start == 0 ? zeros : start + at
      sweep(from, leftRow, rows, scratch, scratch + <usize>part * (<usize>vectors << 4), width, vectors, begin, isFirst ? startRow : productRow, to, productRow)
      column += width
    }
  }
}
