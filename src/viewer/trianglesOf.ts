/** The surfaces of shapes as triangles, for the viewer and for films. */
import { cos, sin } from '../kernels/elementary.js'
import type { VisibleHeightField, VisibleModel, VisibleShape } from '../environments/mujoco/visibleScene.js'
import { creased } from './creased.js'
import type { Triangles } from './triangles.js'

/** Parts of a full turn, and of the half turn from pole to pole. */
const [AROUND, RINGS] = [28, 14]

type Point = readonly [x: number, y: number, z: number]
type Corner = { readonly at: Point; readonly normal: Point }

const joined = (corners: readonly Corner[], indices: readonly number[]): Triangles => ({
  positions: Float32Array.from(corners.flatMap(({ at }) => at)),
  normals: Float32Array.from(corners.flatMap(({ normal }) => normal)),
  indices: Uint32Array.from(indices),
})

/** The triangles of a grid of corners whose columns close to a ring; rows go up. */
const ringed = (rows: readonly (readonly Corner[])[]): Triangles => {
  const { length: columns } = rows[0]
  const indices = rows.slice(1).flatMap((_, row) =>
    rows[0].flatMap((_corner, column) => {
      const next = (column + 1) % columns
      const [a, b] = [row * columns + column, row * columns + next]
      const [c, d] = [a + columns, b + columns]
      return [a, b, d, a, d, c]
    }),
  )
  return joined(rows.flat(), indices)
}

const turns = Array.from({ length: AROUND }, (_, i) => {
  const angle = (2 * Math.PI * i) / AROUND
  return [cos(angle), sin(angle)] as const
})
const latitudes = Array.from({ length: RINGS + 1 }, (_, i) => {
  const angle = Math.PI * (i / RINGS - 0.5)
  return [cos(angle), sin(angle)] as const
})

const unit = ([x, y, z]: Point): Point => {
  const length = Math.sqrt(x * x + y * y + z * z)
  return length > 0 ? [x / length, y / length, z / length] : [0, 0, 1]
}

const ellipsoid = ([a, b, c]: Point): Triangles =>
  ringed(
    latitudes.map(([across, up]) =>
      turns.map(([x, y]) => {
        const [u, v] = [across * x, across * y]
        return { at: [a * u, b * v, c * up], normal: unit([u / a, v / b, up / c]) }
      }),
    ),
  )

/** Two half spheres; between the two rings at their rims is the wall. */
const capsule = (radius: number, half: number): Triangles => {
  const rowsAt = (rings: typeof latitudes, lift: number) =>
    rings.map(([across, up]) =>
      turns.map(([x, y]): Corner => {
        const normal: Point = [across * x, across * y, up]
        return { at: [radius * normal[0], radius * normal[1], radius * up + lift], normal }
      }),
    )
  const middle = RINGS / 2
  return ringed([...rowsAt(latitudes.slice(0, middle + 1), -half), ...rowsAt(latitudes.slice(middle), half)])
}

/** Rings that lie on each other where the normal jumps. */
const cylinder = (radius: number, half: number): Triangles => {
  const ring = (across: number, z: number, normalAt: (x: number, y: number) => Point) =>
    turns.map(([x, y]): Corner => ({ at: [across * x, across * y, z], normal: normalAt(x, y) }))
  const outward = (x: number, y: number): Point => [x, y, 0]
  return ringed([
    ring(0, -half, () => [0, 0, -1]),
    ring(radius, -half, () => [0, 0, -1]),
    ring(radius, -half, outward),
    ring(radius, half, outward),
    ring(radius, half, () => [0, 0, 1]),
    ring(0, half, () => [0, 0, 1]),
  ])
}

const box = (size: Point): Triangles => {
  const corners: Corner[] = []
  const indices: number[] = []
  for (const axis of [0, 1, 2]) {
    const [u, v] = [(axis + 1) % 3, (axis + 2) % 3]
    for (const side of [-1, 1]) {
      const from = corners.length
      for (const [p, q] of [
        [-1, -1],
        [1, -1],
        [1, 1],
        [-1, 1],
      ]) {
        const place = [0, 0, 0]
        place[axis] = side * size[axis]
        place[u] = p * size[u]
        place[v] = q * size[v]
        const normal = [0, 0, 0]
        normal[axis] = side
        corners.push({ at: place as unknown as Point, normal: normal as unknown as Point })
      }
      const order = side > 0 ? [0, 1, 2, 0, 2, 3] : [0, 2, 1, 0, 3, 2]
      indices.push(...order.map((each) => from + each))
    }
  }
  return joined(corners, indices)
}

/** The upper side of a height field. */
const heightField = ({ rows, columns, size: [x, y, height], heights }: VisibleHeightField): Triangles => {
  const vertices = Float32Array.from(
    Array.from(heights, (each, i) => {
      const [row, column] = [Math.floor(i / columns), i % columns]
      return [x * ((2 * column) / (columns - 1) - 1), y * ((2 * row) / (rows - 1) - 1), height * each]
    }).flat(),
  )
  const faces = Array.from({ length: (rows - 1) * (columns - 1) }, (_, i) => {
    const a = Math.floor(i / (columns - 1)) * columns + (i % (columns - 1))
    return [a, a + 1, a + columns + 1, a, a + columns + 1, a + columns]
  })
  return creased({ vertices, faces: Int32Array.from(faces.flat()) })
}

/**
 * The surface of a shape of this size, as `VisibleScene.sizes` has it; null for a plane, which has no end, and for a shape without its asset. Round
 * shapes have 28 parts around.
 */
export const trianglesOf = (
  { kind, asset }: Pick<VisibleShape, 'kind' | 'asset'>,
  [a, b, c]: ArrayLike<number> & Iterable<number>,
  { meshes, heightFields }: Pick<VisibleModel, 'meshes' | 'heightFields'>,
): Triangles | null => {
  switch (kind) {
    case 'plane':
      return null
    case 'sphere':
      return ellipsoid([a, a, a])
    case 'ellipsoid':
      return ellipsoid([a, b, c])
    case 'capsule':
      return capsule(a, b)
    case 'cylinder':
      return cylinder(a, b)
    case 'box':
      return box([a, b, c])
    case 'mesh':
      return asset === null || asset < 0 ? null : creased(meshes[asset])
    case 'heightField':
      return asset === null || asset < 0 ? null : heightField(heightFields[asset])
  }
}
