/** Normals of meshes: smooth where faces meet flatly, with an edge where they do not. */
import type { VisibleMesh } from '../environments/mujoco/visibleScene.js'
import type { Triangles } from './triangles.js'

/** Cosine of the angle between two faces, 40 degrees, from which on there is an edge. */
const EDGE = 0.766

/** A mesh with a normal at each corner of each triangle: the mean of the faces around it, by area, which are not behind an edge. */
export const creased = ({ vertices, faces }: VisibleMesh): Triangles => {
  const count = faces.length / 3
  const at = (corner: number, axis: number): number => vertices[3 * faces[corner] + axis]
  /** Normals of faces, as long as twice their areas. */
  const areas = new Float64Array(3 * count)
  const lengths = new Float64Array(count)
  const around = new Map<number, number[]>()
  for (let face = 0; face < count; face++) {
    const [p, q] = [1, 2].map((i) => [0, 1, 2].map((axis) => at(3 * face + i, axis) - at(3 * face, axis)))
    for (let axis = 0; axis < 3; axis++) {
      const [u, v] = [(axis + 1) % 3, (axis + 2) % 3]
      areas[3 * face + axis] = p[u] * q[v] - p[v] * q[u]
    }
    const [x, y, z] = areas.subarray(3 * face, 3 * face + 3)
    lengths[face] = Math.sqrt(x * x + y * y + z * z)
    for (const vertex of faces.subarray(3 * face, 3 * face + 3)) {
      const known = around.get(vertex)
      if (known === undefined) around.set(vertex, [face])
      else known.push(face)
    }
  }
  const positions = new Float32Array(3 * faces.length)
  const normals = new Float32Array(3 * faces.length)
  faces.forEach((vertex, corner) => {
    const own = Math.floor(corner / 3)
    const sum = [0, 0, 0]
    for (const other of around.get(vertex) ?? []) {
      const [a, b] = [areas.subarray(3 * own, 3 * own + 3), areas.subarray(3 * other, 3 * other + 3)]
      if (a[0] * b[0] + a[1] * b[1] + a[2] * b[2] < EDGE * lengths[own] * lengths[other]) continue
      for (let axis = 0; axis < 3; axis++) sum[axis] += b[axis]
    }
    const length = Math.sqrt(sum[0] * sum[0] + sum[1] * sum[1] + sum[2] * sum[2]) || 1
    for (let axis = 0; axis < 3; axis++) {
      positions[3 * corner + axis] = at(corner, axis)
      normals[3 * corner + axis] = sum[axis] / length
    }
  })
  return { positions, normals, indices: Uint32Array.from(faces, (_, corner) => corner) }
}
