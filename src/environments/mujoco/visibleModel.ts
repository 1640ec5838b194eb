/** Reads what can be seen of a compiled model, and does not change, from MuJoCo's arrays. */
import type { MainModule, MjData, MjModel } from '@mujoco/mujoco'
import { namesOf } from './places.js'
import type {
  VisibleBody,
  VisibleHeightField,
  VisibleKind,
  VisibleMesh,
  VisibleModel,
  VisibleShape,
} from './visibleScene.js'

/** The kinds by MuJoCo's numbers, `mjtGeom`. */
const kinds: readonly VisibleKind[] = [
  'plane',
  'heightField',
  'sphere',
  'capsule',
  'ellipsoid',
  'cylinder',
  'box',
  'mesh',
]

/** Groups from this one on are hidden, as in MuJoCo's own viewer. */
const HIDDEN_GROUP = 3
/** Of each component of a color that a model leaves out, but for its alpha. */
const DEFAULT_GRAY = 0.5

type Arrays = Readonly<Record<string, ArrayLike<number>>>

const bodiesOf = (model: MjModel, arrays: Arrays): readonly VisibleBody[] =>
  namesOf(model, 'body').map((name, row) => ({
    name,
    parent: arrays['body_parentid'][row],
    isFixed: arrays['body_weldid'][row] === 0,
    subtreeMass: arrays['body_subtreemass'][row],
  }))

/** The shapes of an element. Its material, if it has one, decides on its color. */
const shapesOf = (model: MjModel, arrays: Arrays, element: VisibleShape['element']): readonly VisibleShape[] =>
  namesOf(model, element).flatMap((name, row) => {
    const of = (field: string): number => arrays[`${element}_${field}`][row]
    const material = of('matid')
    const [colors, at] = material === -1 ? [arrays[`${element}_rgba`], row] : [arrays['mat_rgba'], material]
    const [red, green, blue, alpha] = [0, 1, 2, 3].map((i) => colors[4 * at + i])
    const kind = kinds[of('type')]
    if (kind === undefined || of('group') >= HIDDEN_GROUP || !(alpha > 0)) return []
    const isDefault = material === -1 && alpha === 1 && [red, green, blue].every((each) => each === DEFAULT_GRAY)
    const asset = kind === 'mesh' || kind === 'heightField' ? of('dataid') : null
    const rgba = isDefault ? null : ([red, green, blue, alpha] as const)
    return [{ kind, element, row, name, body: of('bodyid'), rgba, asset }]
  })

const meshesOf = (model: MjModel, arrays: Arrays): readonly VisibleMesh[] =>
  Array.from({ length: model.nmesh }, (_, row) => {
    const [vertex, face] = [3 * arrays['mesh_vertadr'][row], 3 * arrays['mesh_faceadr'][row]]
    return {
      vertices: (model.mesh_vert as Float32Array).slice(vertex, vertex + 3 * arrays['mesh_vertnum'][row]),
      faces: (model.mesh_face as Int32Array).slice(face, face + 3 * arrays['mesh_facenum'][row]),
    }
  })

const heightFieldsOf = (model: MjModel, arrays: Arrays): readonly VisibleHeightField[] =>
  Array.from({ length: model.nhfield }, (_, row) => {
    const [rows, columns] = [arrays['hfield_nrow'][row], arrays['hfield_ncol'][row]]
    const [x, y, height, base] = [0, 1, 2, 3].map((i) => arrays['hfield_size'][4 * row + i])
    const from = arrays['hfield_adr'][row]
    const heights = (model.hfield_data as Float32Array).slice(from, from + rows * columns)
    return { rows, columns, size: [x, y, height, base], heights }
  })

/** Cosine of the angle to the vertical from which on an axis counts as vertical, and its sine as horizontal. */
const [VERTICAL, HORIZONTAL] = [0.99, 0.01]

/** Whether hinges turn around the vertical alone and slides move horizontally, at the positions of `data`. */
const isFlat = (mujoco: MainModule, model: MjModel, data: MjData): boolean => {
  const { mjJNT_HINGE: hinge, mjJNT_SLIDE: slide } = mujoco.mjtJoint
  const types = Array.from(model.jnt_type as Int32Array)
  const axes = data.xaxis as Float64Array
  return (
    types.length > 0 &&
    types.every((type, row) => {
      const slope = Math.abs(axes[3 * row + 2])
      return (type === hinge.value && slope > VERTICAL) || (type === slide.value && slope < HORIZONTAL)
    })
  )
}

/** What can be seen of a model whose positions are those of `data`. */
export const visibleModel = (mujoco: MainModule, model: MjModel, data: MjData): VisibleModel => {
  const arrays = model as unknown as Arrays
  const bodies = bodiesOf(model, arrays)
  const shapes = [...shapesOf(model, arrays, 'geom'), ...shapesOf(model, arrays, 'site')]
  return {
    shapes: shapes.filter(({ element, body }) => element === 'geom' || bodies[body].isFixed),
    bodies,
    meshes: meshesOf(model, arrays),
    heightFields: heightFieldsOf(model, arrays),
    isFlat: isFlat(mujoco, model, data),
  }
}
