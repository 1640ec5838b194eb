/** Surfaces, by the volumes that they enclose. */
import { describe, expect, it } from 'vitest'
import type { VisibleKind } from '../../src/environments/mujoco/visibleScene.js'
import type { Triangles } from '../../src/viewer/triangles.js'
import { trianglesOf } from '../../src/viewer/trianglesOf.js'

const tetra = {
  vertices: Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1),
  faces: Int32Array.of(0, 2, 1, 0, 1, 3, 0, 3, 2, 1, 2, 3),
}
const hills = {
  rows: 2,
  columns: 3,
  size: [2, 1, 0.5, 0.1] as const,
  heights: Float32Array.of(0, 0, 0, 1, 1, 1),
}
const assets = { meshes: [tetra], heightFields: [hills] }
const surface = (kind: VisibleKind, size: readonly number[], asset: number | null = null): Triangles => {
  const triangles = trianglesOf({ kind, asset }, size, assets)
  if (triangles === null) throw new Error('no surface')
  return triangles
}
const corner = ({ positions, indices }: Triangles, at: number): readonly number[] => [
  ...positions.subarray(3 * indices[at], 3 * indices[at] + 3),
]
const cross = ([a, b, c]: readonly number[], [d, e, f]: readonly number[]): readonly number[] => [
  b * f - c * e,
  c * d - a * f,
  a * e - b * d,
]
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, each, i) => sum + each * b[i], 0)
const minus = (a: readonly number[], b: readonly number[]): readonly number[] => a.map((each, i) => each - b[i])

/** The volume inside, if triangles are counterclockwise from outside and leave no gap. */
const volumeOf = (triangles: Triangles): number => {
  let sum = 0
  for (let at = 0; at < triangles.indices.length; at += 3) {
    const [a, b, c] = [0, 1, 2].map((i) => corner(triangles, at + i))
    sum += dot(a, cross(b, c)) / 6
  }
  return sum
}

describe.each<[VisibleKind, readonly number[], number]>([
  ['sphere', [2, 0, 0], (4 / 3) * Math.PI * 8],
  ['ellipsoid', [1, 2, 3], (4 / 3) * Math.PI * 6],
  ['capsule', [0.5, 2, 0], (4 / 3) * Math.PI * 0.125 + Math.PI * 0.25 * 4],
  ['cylinder', [0.5, 2, 0], Math.PI * 0.25 * 4],
  ['box', [1, 2, 3], 48],
  ['mesh', [1, 1, 1], 1 / 6],
])('the surface of a %s', (kind, size, volume) => {
  const triangles = surface(kind, size, kind === 'mesh' ? 0 : null)

  it('encloses its volume', () => expect(volumeOf(triangles) / volume).toBeCloseTo(1, 1))

  it('has unit normals on the side that its triangles show', () => {
    const { normals, indices } = triangles
    for (let at = 0; at < indices.length; at += 3) {
      const [a, b, c] = [0, 1, 2].map((i) => corner(triangles, at + i))
      const shown = cross(minus(b, a), minus(c, a))
      for (let i = 0; i < 3; i++) {
        const normal = [...normals.subarray(3 * indices[at + i], 3 * indices[at + i] + 3)]
        expect(dot(normal, normal)).toBeCloseTo(1, 5)
        // At the poles some triangles have no area.
        if (dot(shown, shown) > 1e-12) expect(dot(shown, normal)).toBeGreaterThan(0)
      }
    }
  })
})

it('a height field has its heights on its grid, and normals that lean', () => {
  const { positions, normals } = surface('heightField', [0, 0, 0], 0)
  const places = Array.from({ length: positions.length / 3 }, (_, i) => [...positions.subarray(3 * i, 3 * i + 3)])
  expect(new Set(places.map(String)).size).toBe(6)
  for (const [, y, z] of places) expect(z).toBe(y < 0 ? 0 : 0.5)
  expect(normals[1]).toBeCloseTo(-0.25 / Math.sqrt(1 + 0.25 ** 2), 5)
})

it('a plane has no end, and a shape without its mesh no surface', () => {
  expect(trianglesOf({ kind: 'plane', asset: null }, [1, 1, 1], assets)).toBeNull()
  expect(trianglesOf({ kind: 'mesh', asset: -1 }, [1, 1, 1], assets)).toBeNull()
})
