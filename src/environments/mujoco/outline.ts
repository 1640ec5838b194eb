/** What a task needs to know of a model before it is opened: its joints, controls and sensors. */
import type { MainModule, MjModel } from '@mujoco/mujoco'
import type { Component } from '../components.js'
import { compile } from './compile.js'
import { loadMujoco } from './loadMujoco.js'
import type { Model, ModelText } from './model.js'
import { namesOf } from './places.js'
import { sensorUnits } from './sensorUnits.js'

/** A sensor of a model, with a component for each of its numbers. */
export interface SensorOutline {
  readonly name: string
  /** Index of its first number in `sensordata`. */
  readonly sensordata: number
  readonly components: readonly Component[]
}

/** A model, as its spec needs it. */
export interface ModelOutline {
  /** The name that the model gives itself. */
  readonly name: string
  /** Seconds of one physics step. */
  readonly timestep: number
  /** A component for each number of `qpos`. */
  readonly positions: readonly Component[]
  /** A component for each number of `qvel`. */
  readonly velocities: readonly Component[]
  /** A component for each control, with its `ctrlrange`; infinite bounds where it has none. */
  readonly controls: readonly Component[]
  readonly sensors: readonly SensorOutline[]
  /** The names of the keyframes. */
  readonly keyframes: readonly string[]
}

const axes = ['x', 'y', 'z']
const quaternion = ['w', 'x', 'y', 'z'].map((part): Component => [`quaternion ${part}`, '1'])
const turning = axes.map((axis): Component => [`angular velocity about ${axis}`, 'rad/s'])

interface Degrees {
  readonly positions: readonly Component[]
  readonly velocities: readonly Component[]
}

/** The numbers of a joint, by MuJoCo's kinds of joints: `mjtJoint`. */
const degreesOf: readonly Degrees[] = [
  {
    positions: [...axes.map((axis): Component => [`along ${axis}`, 'm']), ...quaternion],
    velocities: [...axes.map((axis): Component => [`velocity along ${axis}`, 'm/s']), ...turning],
  },
  { positions: quaternion, velocities: turning },
  { positions: [['position', 'm']], velocities: [['velocity', 'm/s']] },
  { positions: [['angle', 'rad']], velocities: [['velocity', 'rad/s']] },
]

const named = (model: MjModel, kind: 'joint' | 'sensor'): readonly string[] =>
  namesOf(model, kind).map((name, row) => (name === '' ? `${kind} ${row}` : name))

/** The names of the actuators; an actuator without a name has that of its joint. */
const actuatorNames = ({ mjtTrn }: MainModule, model: MjModel): readonly string[] => {
  const joints = named(model, 'joint')
  const [kinds, targets] = [model.actuator_trntype as Int32Array, model.actuator_trnid as Int32Array]
  return namesOf(model, 'actuator').map((name, row) => {
    if (name !== '') return name
    return kinds[row] === mjtTrn.mjTRN_JOINT.value ? joints[targets[2 * row]] : `actuator ${row}`
  })
}

const of = (owner: string, all: readonly Component[]): readonly Component[] =>
  all.map(([name, unit]) => [`${owner} ${name}`, unit])

const ownName = (model: MjModel): string => {
  const { buffer, byteOffset } = model.names as Int8Array<ArrayBuffer>
  const text = new Uint8Array(buffer, byteOffset)
  return new TextDecoder().decode(text.subarray(0, text.indexOf(0)))
}

/** A control. The range 0 to 0 means that it has none; the binding cannot read the array that says so. */
const controlOf = (name: string, low: number, high: number): Component =>
  low < high ? [name, '1', low, high] : [name, '1', -Infinity, Infinity]

const outlineOf = (mujoco: MainModule, model: MjModel): ModelOutline => {
  const joints = named(model, 'joint').map((name, row) => ({ name, ...degreesOf[(model.jnt_type as Int32Array)[row]] }))
  const range = model.actuator_ctrlrange as Float64Array
  const units = sensorUnits(mujoco, model)
  const [sizes, addresses] = [model.sensor_dim as Int32Array, model.sensor_adr as Int32Array]
  return {
    name: ownName(model),
    timestep: model.opt.timestep,
    positions: joints.flatMap(({ name, positions }) => of(name, positions)),
    velocities: joints.flatMap(({ name, velocities }) => of(name, velocities)),
    controls: actuatorNames(mujoco, model).map((name, row) => controlOf(name, range[2 * row], range[2 * row + 1])),
    sensors: named(model, 'sensor').map((name, row) => ({
      name,
      sensordata: addresses[row],
      components: Array.from({ length: sizes[row] }, (_, i): Component => [
        sizes[row] === 1 ? name : `${name} ${axes[i] ?? i}`,
        units[row],
      ]),
    })),
    keyframes: namesOf(model, 'keyframe').filter((name) => name !== ''),
  }
}

/**
 * Compiles a model and describes it; `name` begins the errors.
 *
 * Fails: rejects with MuJoCo's message on one line for a model that does not compile.
 */
export const modelOutline = async (name: string, source: Model | ModelText): Promise<ModelOutline> => {
  const mujoco = await loadMujoco(name)
  const model = compile(mujoco, name, source)
  try {
    return outlineOf(mujoco, model)
  } finally {
    model.delete()
  }
}
