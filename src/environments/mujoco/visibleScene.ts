/** What can be seen of a compiled model, as plain data: for viewers, films and pictures. No type of MuJoCo's is in it. */

/** A kind of shape. `size` has other meanings for each, as in MJCF: half lengths, or a radius and half a length along the shape's own z. */
export type VisibleKind = 'plane' | 'heightField' | 'sphere' | 'capsule' | 'ellipsoid' | 'cylinder' | 'box' | 'mesh'

/** A geom, or a site that marks a place. */
export interface VisibleShape {
  readonly kind: VisibleKind
  readonly element: 'geom' | 'site'
  /** Its row in the model's arrays of its element. */
  readonly row: number
  /** Empty where the model gives it none. */
  readonly name: string
  /** The row of its body; 0 is the world. */
  readonly body: number
  /** Its color, with that of its material if it has one, from 0 to 1; null where the model leaves it at MuJoCo's default. */
  readonly rgba: readonly [red: number, green: number, blue: number, alpha: number] | null
  /** Its place in `meshes` or `heightFields`; null for all other kinds. */
  readonly asset: number | null
}

/** A body of the model. */
export interface VisibleBody {
  readonly name: string
  /** The row of the body that it hangs on; the world's is 0, its own. */
  readonly parent: number
  /** Whether it is fixed to the world, itself and all bodies that it hangs on. */
  readonly isFixed: boolean
  /** Kilograms of it and all bodies that hang on it. */
  readonly subtreeMass: number
}

/** A surface of triangles. */
export interface VisibleMesh {
  /** In meters, in the frame of the shape, shape `[vertices, 3]`. */
  readonly vertices: Float32Array
  /** Rows of vertices, counterclockwise seen from outside, shape `[triangles, 3]`. */
  readonly faces: Int32Array
}

/** A ground of heights on a grid. */
export interface VisibleHeightField {
  readonly rows: number
  readonly columns: number
  /** Half lengths along x and y, the height of 1 in `heights`, and the depth of the base below 0, in meters. */
  readonly size: readonly [x: number, y: number, height: number, base: number]
  /** From 0 to 1, rows of constant y from the least one up, shape `[rows, columns]`. */
  readonly heights: Float32Array
}

/** What does not change from step to step. */
export interface VisibleModel {
  /** Shapes of MuJoCo's groups 0 to 2 that are not transparent. Sites are those of the world and of bodies that are fixed to it. */
  readonly shapes: readonly VisibleShape[]
  readonly bodies: readonly VisibleBody[]
  readonly meshes: readonly VisibleMesh[]
  readonly heightFields: readonly VisibleHeightField[]
  /** Whether all joints move in the horizontal plane, so that it is seen best from above. */
  readonly isFlat: boolean
}

/** Where everything is at one moment, in new arrays, in meters. */
export interface VisibleFrame {
  /** The position of each shape, then its rotation matrix row by row, shape `[shapes, 12]`. */
  readonly poses: Float32Array
  /** The position of each body, shape `[bodies, 3]`. */
  readonly bodies: Float32Array
  /** The position of each contact, then its normal, shape `[contacts, 6]`. */
  readonly contacts: Float32Array
}

/** A simulation as it can be seen. */
export interface VisibleScene {
  readonly model: VisibleModel
  /** The present size of each shape, in meters, shape `[shapes, 3]`: tasks may change sizes at the beginning of an episode. */
  sizes(): Float32Array
  /** The present moment. It is derived from positions alone, and nothing of the simulation is changed by it. */
  frame(): VisibleFrame
}
