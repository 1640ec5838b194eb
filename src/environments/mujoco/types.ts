/**
 * What a program sees of a MuJoCo task. Types only, and apart from the rest because MuJoCo's own declarations are kept out
 * of ours: they do not compile in a program that checks its libraries.
 */
import type { Simulator, SimulatorStart, Vector } from '../../types.js'
import type { SimulatorRandomState } from '../simulatorRandom.js'
import type { DataArray, ModelArray, MovableArray } from './arrays.js'

/** Where an element of the model stands. */
export interface ScenePlace {
  /** Its row in the arrays of its kind: the position of a geom is in `geom_xpos` from `3 * row` on. */
  readonly row: number
}

/** Where a joint stands. */
export interface JointPlace extends ScenePlace {
  /** Where its positions begin in `qpos`. */
  readonly qpos: number
  /** Where its velocities begin in `qvel`. */
  readonly qvel: number
}

/** Where a sensor stands. */
export interface SensorPlace extends ScenePlace {
  /** Where its numbers begin in `sensordata`. */
  readonly sensordata: number
  /** How many numbers it has. */
  readonly size: number
}

/** What is known of an element, by its kind. */
export interface ScenePlaces {
  readonly body: ScenePlace
  readonly joint: JointPlace
  readonly geom: ScenePlace
  readonly site: ScenePlace
  readonly camera: ScenePlace
  readonly light: ScenePlace
  readonly tendon: ScenePlace
  readonly actuator: ScenePlace
  readonly sensor: SensorPlace
  readonly equality: ScenePlace
  readonly keyframe: ScenePlace
}

/** A kind of element that has names. */
export type ElementKind = keyof ScenePlaces

/**
 * A model and its moving state, as a task sees them: MuJoCo's own arrays, row after row, in meters, kilograms, seconds and radians.
 *
 * `data` and `model` are two records throughout, whose arrays may be replaced: read an array from its record after each step, and do not keep it.
 */
export interface Scene<Read extends DataArray = never, Moved extends MovableArray = never> {
  /** Positions, velocities and the arrays that the task reads. */
  readonly data: Readonly<Record<Read | 'qpos' | 'qvel', Float64Array>>
  /** The arrays of the model that the task moves. */
  readonly model: Readonly<Record<Moved, Float64Array>>
  /**
   * Where the element of this kind and name stands. To be called when the task is opened: it searches all names.
   *
   * Fails: RangeError with the names that there are and the nearest of them.
   */
  place<Kind extends ElementKind>(kind: Kind, name: string): ScenePlaces[Kind]
  /** A copy of an array of the model as it was compiled. */
  compiled(name: ModelArray): Float64Array
  /** Derives all other arrays from positions, velocities, activations and the model, as they are now, without a step of time. */
  forward(): void
}

/** All that decides how a model moves on, and what was derived from it when the snapshot was taken. */
export interface PhysicsState {
  readonly integration: Float64Array
  /** The arrays that the task reads, by their names. */
  readonly derived: Readonly<Record<string, Float64Array>>
  /** The arrays of the model that the task moves, by their names. */
  readonly model: Readonly<Record<string, Float64Array>>
}

/** A state that an episode can begin in. */
export interface MujocoState {
  /** Positions in m and rad, in MuJoCo's order, shape `[nq]`. */
  readonly qpos: Vector
  /** Velocities in m/s and rad/s, in MuJoCo's order, shape `[nv]`. */
  readonly qvel: Vector
  /** Activations of the actuators, shape `[na]`; the default is zeros. */
  readonly act?: Vector
  /** Rows of the model that the task has moved: array's name -> row -> numbers. All others are as they were compiled. The default is {}. */
  readonly model?: Readonly<Record<string, Readonly<Record<number, Vector>>>>
}

/** All that decides how an episode goes on; `elapsed` counts its steps and is null before the first one began. */
export interface MujocoSnapshot {
  readonly task: string
  readonly elapsed: number | null
  readonly physics: PhysicsState
  readonly random: SimulatorRandomState
}

/** A MuJoCo task as a simulator. */
export interface MujocoSimulator extends Simulator {
  /** Begins an episode in this state: at time 0, with no control applied and no warm start left over. */
  setState(state: MujocoState): SimulatorStart
  snapshot(): MujocoSnapshot
  restore(state: MujocoSnapshot): void
}
