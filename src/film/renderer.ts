/** Draws frames of a scene without a browser or a graphics card. */
import type { VisibleFrame, VisibleModel } from '../environments/mujoco/visibleScene.js'
import { type Color, colorsOf, contactColor } from '../viewer/colors.js'
import { trianglesOf } from '../viewer/trianglesOf.js'
import type { Triangles } from '../viewer/triangles.js'
import type { Viewpoint } from '../viewer/viewpoint.js'
import { cameraOf, type Point } from './camera.js'
import { drawPlane, drawSky, type Plane } from './ground.js'
import { emptyPicture, type Picture } from './picture.js'
import { drawSurface, type Surface } from './surface.js'

/** Pixels that are drawn along each side of one that is shown: their mean is without jags. */
const FINER = 2
/** Distances of the viewpoint at which a plane has faded. */
const FAR = 7
/** The radius of the ball that shows a contact, in distances of the viewpoint. */
const CONTACT = 0.012

/** Options of `renderer`. */
export interface RendererOptions {
  readonly width: number
  readonly height: number
  readonly viewpoint: Viewpoint
  /** Whether contacts are shown, in front of everything else. */
  readonly contacts: boolean
}

/** Draws a frame around a target; returns red, green, blue and 255 of each pixel from the top left on, valid until the next call. */
export type Renderer = (frame: VisibleFrame, target: Point) => Uint8ClampedArray

/** The mean of the finer pixels. */
const shrink = ({ colors, width: wide }: Picture, width: number, height: number, out: Uint8ClampedArray): void => {
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      for (let i = 0; i < 3; i++) {
        let sum = 0
        for (let y = 0; y < FINER; y++) {
          for (let x = 0; x < FINER; x++) sum += colors[3 * ((FINER * row + y) * wide + FINER * column + x) + i]
        }
        out[4 * (row * width + column) + i] = (255 * sum) / (FINER * FINER)
      }
    }
  }
}

const isTransparent = ({ color }: { readonly color: Color }): boolean => color[3] < 1

/** A renderer for the shapes of a model, whose sizes are those of `VisibleScene.sizes`. */
export const renderer = (
  model: VisibleModel,
  sizes: Float32Array,
  { width, height, viewpoint, contacts }: RendererOptions,
): Renderer => {
  const sizeOf = (i: number): Float32Array => sizes.subarray(3 * i, 3 * i + 3)
  const colors = colorsOf(model)
  const solids = model.shapes.flatMap((shape, i) => {
    const triangles = trianglesOf(shape, sizeOf(i), model)
    return triangles === null ? [] : [{ triangles, at: 12 * i, color: colors[i], shape }]
  })
  const planes = model.shapes.flatMap(({ kind, rgba }, i): Omit<Plane, 'poses'>[] =>
    kind === 'plane' ? [{ at: 12 * i, halves: [sizeOf(i)[0], sizeOf(i)[1]], color: rgba }] : [],
  )
  const { distance, square } = viewpoint
  const ball = trianglesOf({ kind: 'sphere', asset: null }, [CONTACT * distance, 0, 0], model) as Triangles
  const picture = emptyPicture(FINER * width, FINER * height)
  const out = new Uint8ClampedArray(4 * width * height).fill(255)

  return (frame, target) => {
    const camera = cameraOf(viewpoint, target, picture)
    const surfaces = solids.map(({ triangles, at, color, shape }) => ({
      triangles,
      at,
      color,
      poses: frame.poses,
      casts: shape.element === 'geom' && shape.kind !== 'heightField' && color[3] === 1,
    }))
    picture.nearness.fill(0)
    drawSky(picture)
    surfaces.filter((each) => !isTransparent(each)).forEach((each) => drawSurface(picture, camera, each))
    const casting: readonly Surface[] = surfaces.filter(({ casts }) => casts)
    for (const plane of planes) {
      drawPlane(picture, camera, { ...plane, poses: frame.poses }, { surfaces: casting, square, far: FAR * distance })
    }
    surfaces.filter(isTransparent).forEach((each) => drawSurface(picture, camera, each))
    if (contacts) {
      picture.nearness.fill(0)
      for (let i = 0; i < frame.contacts.length; i += 6) {
        const poses = Float32Array.of(...frame.contacts.subarray(i, i + 3), 1, 0, 0, 0, 1, 0, 0, 0, 1)
        drawSurface(picture, camera, { triangles: ball, poses, at: 0, color: contactColor })
      }
    }
    shrink(picture, width, height, out)
    return out
  }
}
