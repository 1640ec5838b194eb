/**
 * MuJoCo models as typed data, and a printer to MJCF, the text that MuJoCo compiles.
 *
 * Attributes have MJCF's own names and meanings (MuJoCo's XML reference), in meters, kilograms, seconds and radians. There are no MJCF
 * defaults here: attributes that several elements share are a constant in the model's file, spread into each element. An attribute that
 * is left out has MuJoCo's default.
 */

/** A position, a direction or a size along x, y and z. */
export type Vector3 = readonly [x: number, y: number, z: number]

/** A way in which a body moves against its parent. A `range` limits it; `ref` is its position in the initial posture. */
export type Joint = {
  readonly name: string
  readonly type: 'slide' | 'hinge'
  readonly axis: Vector3
  readonly pos?: Vector3
  readonly ref?: number
  readonly range?: readonly [low: number, high: number]
  readonly damping?: number
  readonly stiffness?: number
  readonly armature?: number
  readonly solimplimit?: readonly number[]
}

/** A shape that collides and adds the mass of its volume to its body. A capsule's `size` is radius and half length, along its own z. */
export type Geom = {
  readonly name: string
  readonly type: 'plane' | 'capsule'
  readonly size: readonly number[]
  readonly pos?: Vector3
  readonly axisangle?: readonly [x: number, y: number, z: number, angle: number]
  readonly friction?: Vector3
  readonly condim?: 1 | 3 | 4 | 6
  readonly contype?: number
  readonly conaffinity?: number
  readonly margin?: number
  readonly solimp?: readonly number[]
}

/** A rigid body, and the bodies that hang on it; `pos` is in the parent's frame. */
export type Body = {
  readonly name: string
  readonly pos: Vector3
  /** How it moves against its parent. The default is [], for a body that is fixed to it. */
  readonly joints?: readonly Joint[]
  readonly geoms: readonly Geom[]
  /** The bodies that hang on it. The default is []. */
  readonly bodies?: readonly Body[]
}

/** A motor that pushes a joint with `gear` newtons (newton meters on a hinge) for a control of 1; controls outside of `ctrlrange` are clipped. */
export type Motor = {
  readonly joint: string
  readonly gear: number
  readonly ctrlrange: readonly [low: number, high: number]
}

/** A whole model. */
export type Model = {
  readonly name: string
  /** Seconds of one physics step. */
  readonly timestep: number
  readonly integrator: 'Euler' | 'RK4'
  /** Kilograms to which all bodies together are scaled. The default is no scaling: each body weighs 1000 kg/m³. */
  readonly totalMass?: number
  /** Geoms of the world, which do not move. */
  readonly geoms: readonly Geom[]
  readonly bodies: readonly Body[]
  readonly motors: readonly Motor[]
}

/** A whole model as text, and the files that it refers to. */
export type ModelText = {
  /** MJCF, or URDF as far as MuJoCo reads it. */
  readonly xml: string
  /** Meshes, height fields, textures and included texts, by their names in the text. No file of the disk is read. The default is {}. */
  readonly assets?: Readonly<Record<string, string | Uint8Array>>
}

type Attributes = Readonly<Record<string, string | number | readonly number[] | undefined>>

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '"': '&quot;' }

/** The shortest decimal that reads back as the same double, which is how JavaScript prints one. */
const attributeText = (name: string, value: string | number | readonly number[]): string => {
  if (typeof value === 'string') return value.replace(/[&<"]/g, (character) => escapes[character])
  const numbers = typeof value === 'number' ? [value] : value
  if (!numbers.every(Number.isFinite)) throw new RangeError(`mjcf: expected finite numbers in ${name}, got ${numbers}`)
  return numbers.join(' ')
}

const element = (tag: string, attributes: Attributes, children: readonly string[] = []): string => {
  const attributesText = Object.entries(attributes)
    .map(([name, value]) => (value === undefined ? '' : ` ${name}="${attributeText(`${tag} ${name}`, value)}"`))
    .join('')
  return children.length === 0
    ? `<${tag}${attributesText}/>`
    : `<${tag}${attributesText}>\n${children.join('\n')}\n</${tag}>`
}

const body = ({ joints = [], geoms, bodies = [], ...attributes }: Body): string =>
  element('body', attributes, [
    ...joints.map((joint) => element('joint', joint)),
    ...geoms.map((geom) => element('geom', geom)),
    ...bodies.map(body),
  ])

/**
 * Prints a model as MJCF.
 *
 * Fails: RangeError naming the attribute that holds a number which is not finite.
 */
export const mjcf = ({ name, timestep, integrator, totalMass, geoms, bodies, motors }: Model): string =>
  element('mujoco', { model: name }, [
    element('compiler', { angle: 'radian', settotalmass: totalMass }),
    element('option', { timestep, integrator }),
    element('worldbody', {}, [...geoms.map((geom) => element('geom', geom)), ...bodies.map(body)]),
    element(
      'actuator',
      {},
      motors.map((motor) => element('motor', motor)),
    ),
  ])
