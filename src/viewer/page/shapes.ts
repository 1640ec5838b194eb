/** The shapes of a scene as meshes of three.js. */
import {
  BufferAttribute,
  BufferGeometry,
  CanvasTexture,
  Color,
  DoubleSide,
  FrontSide,
  Group,
  Mesh,
  MeshLambertMaterial,
  NearestFilter,
  PlaneGeometry,
  RepeatWrapping,
  SRGBColorSpace,
} from 'three'
import { floorColors } from '../colors.js'
import type { SceneMessage } from '../messages.js'
import { trianglesOf } from '../trianglesOf.js'
import type { Triangles } from '../triangles.js'
import type { Viewpoint } from '../viewpoint.js'
import { loadedAssets } from './loadedClip.js'

/** The meshes of a scene. */
export interface Shapes {
  readonly group: Group
  /** The sizes for which they were made. */
  readonly sizes: Float32Array
  /** Puts each to its pose, shape `[shapes, 12]`. */
  place(poses: Float32Array): void
  /** Takes them out of the scene, and frees their memory. */
  remove(): void
}

/** Half of the side of a plane without end, in distances of the viewpoint: beyond, the fog is thick. */
const ENDLESS = 20

const geometryOf = ({ positions, normals, indices }: Triangles): BufferGeometry => {
  const geometry = new BufferGeometry()
  geometry.setAttribute('position', new BufferAttribute(positions, 3))
  geometry.setAttribute('normal', new BufferAttribute(normals, 3))
  geometry.setIndex(new BufferAttribute(indices, 1))
  return geometry
}

/** Two squares by two in the colors of a floor. */
const squaresTexture = (): CanvasTexture => {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 2
  const context = canvas.getContext('2d')
  for (let i = 0; i < 4; i++) {
    const [x, y] = [i % 2, Math.floor(i / 2)]
    const [red, green, blue] = floorColors[(x + y) % 2].map((each) => Math.round(255 * each))
    if (context === null) break
    context.fillStyle = `rgb(${red}, ${green}, ${blue})`
    context.fillRect(x, y, 1, 1)
  }
  const texture = new CanvasTexture(canvas)
  texture.wrapS = texture.wrapT = RepeatWrapping
  texture.magFilter = NearestFilter
  texture.anisotropy = 8
  texture.colorSpace = SRGBColorSpace
  return texture
}

const planeOf = (
  rgba: readonly number[] | null,
  [halfX, halfY]: ArrayLike<number> & Iterable<number>,
  { distance, square }: Viewpoint,
): Mesh => {
  // An even number of squares, so that corners of squares are at the middle.
  const endless = 2 * square * Math.ceil((ENDLESS * distance) / (2 * square))
  const [width, height] = [halfX, halfY].map((half) => 2 * (half > 0 ? Math.min(half, endless) : endless))
  const geometry = new PlaneGeometry(width, height)
  if (rgba !== null) {
    const color = new Color().setRGB(rgba[0], rgba[1], rgba[2], SRGBColorSpace)
    return new Mesh(geometry, new MeshLambertMaterial({ color }))
  }
  const places = geometry.getAttribute('position')
  const uv = geometry.getAttribute('uv')
  for (let i = 0; i < uv.count; i++) uv.setXY(i, places.getX(i) / (2 * square), places.getY(i) / (2 * square))
  return new Mesh(geometry, new MeshLambertMaterial({ map: squaresTexture() }))
}

/** The meshes of a scene whose shapes have these sizes. */
export const shapesOf = (message: SceneMessage, sizes: Float32Array, viewpoint: Viewpoint): Shapes => {
  const assets = loadedAssets(message)
  const group = new Group()
  const meshes = message.shapes.map((shape, i): Mesh => {
    const size = sizes.subarray(3 * i, 3 * i + 3)
    const [red, green, blue, alpha] = message.colors[i]
    const triangles = trianglesOf(shape, size, assets)
    const isSolid = shape.kind !== 'plane' && shape.element === 'geom' && alpha === 1
    const material = new MeshLambertMaterial({
      color: new Color().setRGB(red, green, blue, SRGBColorSpace),
      side: shape.kind === 'heightField' ? DoubleSide : FrontSide,
      transparent: alpha < 1,
      opacity: alpha,
      depthWrite: alpha === 1,
    })
    const mesh =
      shape.kind === 'plane'
        ? planeOf(shape.rgba, size, viewpoint)
        : new Mesh(triangles === null ? new BufferGeometry() : geometryOf(triangles), material)
    mesh.matrixAutoUpdate = false
    mesh.castShadow = isSolid && shape.kind !== 'heightField'
    mesh.receiveShadow = true
    group.add(mesh)
    return mesh
  })
  return {
    group,
    sizes,
    place: (poses) => {
      meshes.forEach((mesh, i) => {
        const [x, y, z, a, b, c, d, e, f, g, h, k] = poses.subarray(12 * i, 12 * i + 12)
        mesh.matrix.set(a, b, c, x, d, e, f, y, g, h, k, z, 0, 0, 0, 1)
        mesh.matrixWorldNeedsUpdate = true
      })
    },
    remove: () => {
      group.removeFromParent()
      for (const { geometry, material } of meshes) {
        geometry.dispose()
        for (const each of [material].flat()) each.dispose()
      }
    },
  }
}
