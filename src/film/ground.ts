/** Draws planes and the sky, pixel by pixel, and the shadows on planes. */
import { type Color, floorColors, skyColor } from '../viewer/colors.js'
import type { Camera, Point } from './camera.js'
import { fillTriangle, type Picture } from './picture.js'
import { light, placed, projected, type Surface } from './surface.js'

/** A plane at its place in the world. */
export interface Plane extends Pick<Surface, 'poses' | 'at'> {
  /** Half lengths along its own x and y; 0 for no end. */
  readonly halves: readonly [x: number, y: number]
  /** Null for the squares of a floor. */
  readonly color: Color | null
}

const dot = (a: Point, b: Point): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
const mix = (a: number, b: number, share: number): number => a + share * (b - a)

/** The axis of a plane: its own x, y or z in the world. */
const axisOf = ({ poses, at }: Plane, axis: number): Point => [
  poses[at + 3 + axis],
  poses[at + 6 + axis],
  poses[at + 9 + axis],
]

/** Marks the pixels of a plane, in the picture of this camera, on which surfaces cast a shadow. */
const shadowsOn = (plane: Plane, camera: Camera, surfaces: readonly Surface[]): Uint8Array => {
  const mask = new Uint8Array(camera.width * camera.height)
  const normal = axisOf(plane, 2)
  const slope = dot(normal, light)
  if (slope <= 0.1) return mask
  const height = (x: number, y: number, z: number): number =>
    dot(normal, [x - plane.poses[plane.at], y - plane.poses[plane.at + 1], z - plane.poses[plane.at + 2]])
  const mark = (pixel: number): void => {
    mask[pixel] = 1
  }
  for (const surface of surfaces) {
    const points = placed(surface)
    for (let i = 0; i < points.length; i += 3) {
      const along = Math.max(0, height(points[i], points[i + 1], points[i + 2])) / slope
      for (let axis = 0; axis < 3; axis++) points[i + axis] -= along * light[axis]
    }
    const flat = projected(camera, points)
    const { indices } = surface.triangles
    // The near halves of closed surfaces, seen from the light, cover all of their shadows.
    for (let t = 0; t < indices.length; t += 3) {
      fillTriangle(camera, flat, [indices[t], indices[t + 1], indices[t + 2]], mark)
    }
  }
  return mask
}

/** The part of each line of sight along a direction, as that of the middle one, and what a pixel to the right and a pixel up add. */
const sightsAlong = ({ forward, right, up, focal }: Camera, direction: Point): Point => [
  dot(forward, direction),
  dot(right, direction) / focal,
  dot(up, direction) / focal,
]

/** Fills a picture with the sky. */
export const drawSky = ({ colors }: Picture): void => {
  const [red, green, blue] = skyColor
  for (let i = 0; i < colors.length; i += 3) {
    colors[i] = red
    colors[i + 1] = green
    colors[i + 2] = blue
  }
}

/** Draws a plane seen from above it, with shadows; far away it fades into the horizon. `square` is the side of its squares in meters. */
export const drawPlane = (
  { colors, nearness, width, height }: Picture,
  camera: Camera,
  plane: Plane,
  { surfaces, square, far }: { readonly surfaces: readonly Surface[]; readonly square: number; readonly far: number },
): void => {
  const { poses, at, halves, color } = plane
  const [x, y, normal] = [0, 1, 2].map((axis) => axisOf(plane, axis))
  const from: Point = [camera.eye[0] - poses[at], camera.eye[1] - poses[at + 1], camera.eye[2] - poses[at + 2]]
  const above = dot(normal, from)
  if (above <= 0) return
  const mask = shadowsOn(plane, camera, surfaces)
  const [fromX, fromY] = [dot(x, from), dot(y, from)]
  const [alongX, alongY, alongNormal] = [x, y, normal].map((axis) => sightsAlong(camera, axis))
  const [odd, even] = color === null ? [floorColors[1], floorColors[0]] : [color, color]
  for (let row = 0; row < height; row++) {
    const b = height / 2 - row - 0.5
    for (let column = 0; column < width; column++) {
      const pixel = row * width + column
      const a = column + 0.5 - width / 2
      const fall = -(alongNormal[0] + a * alongNormal[1] + b * alongNormal[2])
      if (fall <= 0) continue
      const depth = above / fall
      if (1 / depth <= nearness[pixel]) continue
      const u = fromX + depth * (alongX[0] + a * alongX[1] + b * alongX[2])
      const v = fromY + depth * (alongY[0] + a * alongY[1] + b * alongY[2])
      if ((halves[0] > 0 && Math.abs(u) > halves[0]) || (halves[1] > 0 && Math.abs(v) > halves[1])) continue
      nearness[pixel] = 1 / depth
      const base = (Math.floor(u / square) + Math.floor(v / square)) % 2 === 0 ? even : odd
      const lit = mask[pixel] === 1 ? 0.76 : 1
      const fade = Math.min(1, (depth / far) * (depth / far))
      for (let i = 0; i < 3; i++) colors[3 * pixel + i] = mix(lit * base[i], skyColor[i], fade)
    }
  }
}
