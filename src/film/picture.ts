/** Pixels with their depth, on which triangles are filled. */

/** A picture while it is drawn. */
export interface Picture {
  readonly width: number
  readonly height: number
  /** Red, green and blue of each pixel from 0 to 1, row after row from the top, shape `[height, width, 3]`. */
  readonly colors: Float32Array
  /** The reciprocal of the depth of each pixel, in 1/m; 0 where nothing is. */
  readonly nearness: Float32Array
}

/** An empty picture of so many pixels. */
export const emptyPicture = (width: number, height: number): Picture => ({
  width,
  height,
  colors: new Float32Array(3 * width * height),
  nearness: new Float32Array(width * height),
})

/** Meters from the camera at which things begin to be drawn. */
const NEAREST = 0.01

/** What is done with each pixel of a triangle: its place, its nearness, and the weights of the three corners. */
export type Paint = (pixel: number, nearness: number, a: number, b: number, c: number) => void

/**
 * Calls `paint` for each pixel whose center is within a triangle that is seen from its front. `points` has column, row and depth of each
 * point, and i, j and k are those of the corners. A triangle that comes too near is left out.
 */
export const fillTriangle = (
  { width, height }: Pick<Picture, 'width' | 'height'>,
  points: Float32Array,
  [i, j, k]: readonly [number, number, number],
  paint: Paint,
): void => {
  const [x0, y0, z0] = [points[3 * i], points[3 * i + 1], points[3 * i + 2]]
  const [x1, y1, z1] = [points[3 * j], points[3 * j + 1], points[3 * j + 2]]
  const [x2, y2, z2] = [points[3 * k], points[3 * k + 1], points[3 * k + 2]]
  if (z0 < NEAREST || z1 < NEAREST || z2 < NEAREST) return
  // Rows go down, so that a triangle which is counterclockwise in the world has a negative area here.
  const area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
  if (!(area < 0)) return
  const top = Math.max(0, Math.ceil(Math.min(y0, y1, y2) - 0.5))
  const bottom = Math.min(height - 1, Math.floor(Math.max(y0, y1, y2) - 0.5))
  const left = Math.max(0, Math.ceil(Math.min(x0, x1, x2) - 0.5))
  const right = Math.min(width - 1, Math.floor(Math.max(x0, x1, x2) - 0.5))
  const [n0, n1, n2] = [1 / z0, 1 / z1, 1 / z2]
  for (let row = top; row <= bottom; row++) {
    const y = row + 0.5
    for (let column = left; column <= right; column++) {
      const x = column + 0.5
      const a = ((x1 - x) * (y2 - y) - (x2 - x) * (y1 - y)) / area
      const b = ((x2 - x) * (y0 - y) - (x0 - x) * (y2 - y)) / area
      const c = 1 - a - b
      if (a < 0 || b < 0 || c < 0) continue
      paint(row * width + column, a * n0 + b * n1 + c * n2, a, b, c)
    }
  }
}
