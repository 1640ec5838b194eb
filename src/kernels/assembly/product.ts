/**
 * Products of matrices: left [rows, depth] times right [depth, columns].
 *
 * First the columns of the right factor are copied into a panel of one tile's width and `DEPTH` rows, which stays in the first cache
 * while it is multiplied by all rows of the left factor. Every number of the product is summed in the order of depth, in any tile, so
 * that it does not depend on the other rows and columns.
 */
import { TILE_ROWS, tileOf } from './tiles'

/** Depth that is summed at a time: a panel of this depth takes 12 KB. */
export const DEPTH = 256

const TILE_BYTES: usize = 48

// Offsets in the scratch, in bytes from the first whole line of the cache: the panel, a tile, a row of zeros.
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

/** Copies `width` columns of `depth` rows beside one another: `vectors` vectors a row, any numbers behind the last column. */
function pack(
  right: usize,
  rightRow: usize,
  isTransposed: bool,
  width: i32,
  vectors: i32,
  depth: i32,
  panel: usize,
): void {
  const row = <usize>vectors << 4
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

/** Multiplies all rows of the left factor by the panel, which has `width` columns. */
function sweep(
  left: usize,
  leftRow: usize,
  rows: i32,
  scratch: usize,
  end: usize,
  width: i32,
  vectors: i32,
  start: usize,
  startRow: usize,
  product: usize,
  productRow: usize,
): void {
  let i = 0
  if (width == 4 * vectors) {
    for (; i + TILE_ROWS <= rows; i += TILE_ROWS) {
      tileOf(
        vectors,
        left,
        left + leftRow,
        left + 2 * leftRow,
        scratch,
        end,
        start,
        start + startRow,
        start + 2 * startRow,
        product,
        product + productRow,
        product + 2 * productRow,
      )
      left += 3 * leftRow
      start += 3 * startRow
      product += 3 * productRow
    }
  }
  // A tile with missing columns or rows is summed in the scratch; its first row stands in for missing rows.
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
export function multiply(
  left: usize,
  leftRow: usize,
  right: usize,
  rightRow: usize,
  isTransposed: bool,
  start: usize,
  startRow: usize,
  product: usize,
  productRow: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  scratch: usize,
): void {
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
      const across = <usize>column
      const deep = <usize>k
      const panel = isTransposed ? across * rightRow + (deep << 2) : deep * rightRow + (across << 2)
      pack(right + panel, rightRow, isTransposed, width, vectors, part, scratch)
      const end = scratch + (<usize>(part * vectors) << 4)
      const to = product + (across << 2)
      // The sums continue from one block of depth to the next.
      const begin = k > 0 ? to : start == 0 ? zeros : start + (across << 2)
      const beginRow = k > 0 ? productRow : startRow
      sweep(from, leftRow, rows, scratch, end, width, vectors, begin, beginRow, to, productRow)
      column += width
    }
  }
}
