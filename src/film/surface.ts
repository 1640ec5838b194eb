/** Draws the surface of a shape. */
import type { Color } from '../viewer/colors.js'
import type { Triangles } from '../viewer/triangles.js'
import { type Camera, type Point, project } from './camera.js'
import { fillTriangle, type Picture } from './picture.js'

/** The direction to the light, a unit vector. */
export const light: Point = [0.3, -0.4, 0.8660254037844386]

/** A surface at its place in the world. */
export interface Surface {
  readonly triangles: Triangles
  /** Position, then rotation row by row: 12 numbers of `poses` from index `at` on. */
  readonly poses: Float32Array
  readonly at: number
  readonly color: Color
}

/** The points of a surface in the world, shape `[vertices, 3]`. */
export const placed = ({ triangles: { positions }, poses, at }: Surface): Float32Array => {
  const out = new Float32Array(positions.length)
  for (let i = 0; i < positions.length; i += 3) {
    const [x, y, z] = [positions[i], positions[i + 1], positions[i + 2]]
    for (let axis = 0; axis < 3; axis++) {
      const row = at + 3 + 3 * axis
      out[i + axis] = poses[at + axis] + poses[row] * x + poses[row + 1] * y + poses[row + 2] * z
    }
  }
  return out
}

/** How bright each point of a surface is: in the light, and in a faint light from the camera. */
const brightness = ({ triangles: { normals }, poses, at }: Surface, { forward }: Camera): Float32Array => {
  const out = new Float32Array(normals.length / 3)
  /** A direction of the world, in the frame of the shape. */
  const turned = (direction: Point): Point => {
    const part = (axis: number): number =>
      [0, 1, 2].reduce((sum, row) => sum + direction[row] * poses[at + 3 + 3 * row + axis], 0)
    return [part(0), part(1), part(2)]
  }
  const [lit, seen] = [turned(light), turned(forward)]
  for (let i = 0; i < out.length; i++) {
    const [x, y, z] = [normals[3 * i], normals[3 * i + 1], normals[3 * i + 2]]
    const towardsLight = Math.max(0, x * lit[0] + y * lit[1] + z * lit[2])
    const towardsEye = Math.max(0, -(x * seen[0] + y * seen[1] + z * seen[2]))
    out[i] = 0.46 + 0.42 * towardsLight + 0.18 * towardsEye
  }
  return out
}

/** Projects points, shape `[points, 3]`, to columns, rows and depths. */
export const projected = (camera: Camera, points: Float32Array): Float32Array => {
  const out = new Float32Array(points.length)
  for (let i = 0; i < points.length; i += 3) project(camera, points[i], points[i + 1], points[i + 2], out, i)
  return out
}

/** Draws a surface where it is nearer than what is in the picture; one that is transparent leaves the depth as it is. */
export const drawSurface = ({ colors, nearness, ...size }: Picture, camera: Camera, surface: Surface): void => {
  const { indices } = surface.triangles
  const points = projected(camera, placed(surface))
  const bright = brightness(surface, camera)
  const [red, green, blue, alpha] = surface.color
  for (let t = 0; t < indices.length; t += 3) {
    const [i, j, k] = [indices[t], indices[t + 1], indices[t + 2]]
    fillTriangle(size, points, [i, j, k], (pixel, near, a, b, c) => {
      if (near <= nearness[pixel]) return
      if (alpha === 1) nearness[pixel] = near
      const level = a * bright[i] + b * bright[j] + c * bright[k]
      const at = 3 * pixel
      colors[at] += alpha * (Math.min(1, red * level) - colors[at])
      colors[at + 1] += alpha * (Math.min(1, green * level) - colors[at + 1])
      colors[at + 2] += alpha * (Math.min(1, blue * level) - colors[at + 2])
    })
  }
}
