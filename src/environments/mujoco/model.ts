/**
 * MuJoCo models as typed data; `mjcf.ts` prints them.
 *
 * Attributes have MJCF's own names and meanings (MuJoCo's XML reference), in meters, kilograms, seconds and radians. There are no MJCF
 * defaults here: attributes that several elements share are a constant in the model's file, spread into each element. An attribute that
 * is left out has MuJoCo's default.
 */

/** A position, a direction or a size along x, y and z. */
export type Vector3 = readonly [x: number, y: number, z: number]

/** A rotation as a unit quaternion, the real part first. */
export type Quaternion = readonly [w: number, x: number, y: number, z: number]

/** The position and rotation of an element in the frame of its body. At most one of the rotations may be given. */
type Frame = {
  readonly pos?: Vector3
  readonly quat?: Quaternion
  readonly axisangle?: readonly [x: number, y: number, z: number, angle: number]
  /** The direction of its own z, by the shortest turn. */
  readonly zaxis?: Vector3
}

/**
 * A way in which a body moves against its parent. A `range` limits it, unless `limited` is 'false'; `ref` is its position in the initial posture, `springref` the position
 * that its spring holds. A `free` joint has no axis.
 */
export type Joint = {
  /** The default is ''. */
  readonly name?: string
  readonly type: 'slide' | 'hinge' | 'free'
  readonly axis?: Vector3
  readonly pos?: Vector3
  readonly ref?: number
  readonly range?: readonly [low: number, high: number]
  readonly limited?: 'false'
  readonly margin?: number
  readonly damping?: number
  readonly stiffness?: number
  readonly springref?: number
  readonly armature?: number
  readonly frictionloss?: number
  readonly solreflimit?: readonly number[]
  readonly solimplimit?: readonly number[]
}

/** A kind of shape. */
type Shape = 'plane' | 'sphere' | 'capsule' | 'cylinder' | 'ellipsoid' | 'box'

/**
 * A shape that collides and adds the mass of its volume to its body. A capsule's `size` is radius and half length, along its own z; with
 * `fromto`, the two ends of its axis, it is the radius alone.
 */
export type Geom = Frame & {
  readonly name?: string
  readonly type: Shape
  readonly size: readonly number[]
  readonly fromto?: readonly [x: number, y: number, z: number, x2: number, y2: number, z2: number]
  /** Kilograms per cubic meter. The default is 1000. */
  readonly density?: number
  /** Kilograms, in the place of a density. */
  readonly mass?: number
  readonly friction?: Vector3
  readonly condim?: 1 | 3 | 4 | 6
  readonly contype?: number
  readonly conaffinity?: number
  readonly margin?: number
  readonly solref?: readonly number[]
  readonly solimp?: readonly number[]
  /** Whether a fluid acts on it as on an ellipsoid. The default is that a fluid acts on the box of the inertia of its body. */
  readonly fluidshape?: 'ellipsoid'
}

/** A place on a body, which has no mass and does not collide. Its size is as that of a geom. */
export type Site = Frame & {
  readonly name: string
  readonly type?: Shape
  readonly size?: readonly number[]
  readonly fromto?: readonly [x: number, y: number, z: number, x2: number, y2: number, z2: number]
}

/** The mass of a body and its principal moments of inertia, in the place of those of its geoms. */
export type Inertial = Frame & {
  readonly mass: number
  readonly diaginertia: Vector3
}

/** A rigid body, and the bodies that hang on it; its frame is in that of its parent. */
export type Body = Frame & {
  readonly name?: string
  /** The default is that of its geoms. */
  readonly inertial?: Inertial
  /** How it moves against its parent. The default is [], for a body that is fixed to it. */
  readonly joints?: readonly Joint[]
  /** The default is []. */
  readonly geoms?: readonly Geom[]
  /** The default is []. */
  readonly sites?: readonly Site[]
  /** The bodies that hang on it. The default is []. */
  readonly bodies?: readonly Body[]
}

/** What an actuator pulls at, and how far its control reaches: controls outside of `ctrlrange` are clipped. */
type Transmission = {
  readonly name?: string
  readonly ctrlrange: readonly [low: number, high: number]
  /** The default is 1. */
  readonly gear?: number
} & ({ readonly joint: string } | { readonly tendon: string })

/**
 * An actuator. A motor pushes with `gear` newtons (newton meters on a hinge) for a control of 1. A position servo pulls to its control with
 * `kp` newtons per meter; with a `timeconst`, in seconds, its force follows the control by a filter of first order. A general actuator has an
 * activation that follows the control with the time constant `dynprm` by Euler's method, and pulls with `gainprm` times the activation plus the
 * terms of `biasprm`: a constant, and factors of its length and velocity.
 */
export type Actuator =
  | (Transmission & {
      /** The default is 'motor'. */
      readonly type?: 'motor'
    })
  | (Transmission & { readonly type: 'position'; readonly kp: number; readonly timeconst?: number })
  | (Transmission & {
      readonly type: 'general'
      readonly dyntype: 'filter'
      readonly dynprm: number
      readonly gainprm: number
      readonly biastype: 'affine'
      readonly biasprm: Vector3
    })

/** A weighted sum of joints that moves as one, or a string between two sites; `range` limits its length. */
export type Tendon = {
  readonly name: string
  readonly range?: readonly [low: number, high: number]
  readonly stiffness?: number
  readonly damping?: number
} & (
  | { readonly joints: readonly { readonly joint: string; readonly coef: number }[] }
  | { readonly sites: readonly string[] }
)

/** A tendon that is held at its length in the initial posture. */
export type Equality = {
  readonly tendon: string
  readonly solref?: readonly number[]
  readonly solimp?: readonly number[]
}

/** A kind of sensor, by what it is attached to. */
type SensorPlace =
  | { readonly type: 'jointpos' | 'jointvel'; readonly joint: string }
  | { readonly type: 'touch' | 'accelerometer' | 'gyro' | 'velocimeter' | 'force' | 'torque'; readonly site: string }
  | { readonly type: 'subtreecom' | 'subtreelinvel'; readonly body: string }
  | {
      readonly type: 'framepos' | 'framexaxis' | 'frameyaxis'
      readonly objtype: 'body' | 'xbody' | 'geom' | 'site'
      readonly objname: string
    }

/** A sensor: MuJoCo writes what it measures to `sensordata`. */
export type Sensor = SensorPlace & { readonly name: string }

/** Settings of the physics. */
export type Physics = {
  /** Meters per second squared. The default is [0, 0, -9.81]. */
  readonly gravity?: Vector3
  readonly solver?: 'PGS' | 'CG' | 'Newton'
  readonly iterations?: number
  readonly cone?: 'pyramidal' | 'elliptic'
  /** Kilograms per cubic meter, of the fluid around the model. The default is 0. */
  readonly density?: number
  /** Viscosity of the fluid, in pascal seconds. The default is 0. */
  readonly viscosity?: number
}

/** Parts of the physics that are switched on or off. */
export type Flags = Readonly<Partial<Record<'constraint' | 'contact' | 'energy' | 'gravity', 'enable' | 'disable'>>>

/** A whole model. */
export type Model = Physics & {
  readonly name: string
  /** Seconds of one physics step. */
  readonly timestep: number
  readonly integrator: 'Euler' | 'RK4'
  readonly flags?: Flags
  /** Kilograms to which all bodies together are scaled. The default is no scaling: each body weighs 1000 kg/m³. */
  readonly totalMass?: number
  /** Geoms of the world, which do not move. */
  readonly geoms: readonly Geom[]
  /** Sites of the world. The default is []. */
  readonly sites?: readonly Site[]
  readonly bodies: readonly Body[]
  /** The default is []. */
  readonly tendons?: readonly Tendon[]
  /** The default is []. */
  readonly equalities?: readonly Equality[]
  readonly actuators: readonly Actuator[]
  /** The default is []. */
  readonly sensors?: readonly Sensor[]
}

/** A whole model as text, and the files that it refers to. */
export type ModelText = {
  /** MJCF, or URDF as far as MuJoCo reads it. */
  readonly xml: string
  /** Meshes, height fields, textures and included texts, by their names in the text. No file of the disk is read. The default is {}. */
  readonly assets?: Readonly<Record<string, string | Uint8Array>>
  /**
   * Where the text itself stands among the assets, with slashes, such as `/robots/arm.xml`: names in it are then relative to its folder,
   * and names of assets are whole paths. The default is none: names of assets are those in the text.
   */
  readonly path?: string
}
