/**
 * The public types of MuJoCo tasks. They stand in a file of their own, which does not import MuJoCo's declarations: those do not
 * compile in a program that checks its libraries.
 */
import type { SavableSimulator, SimulatorStart, Vector } from '../../types.js'
import type { SimulatorRandomState } from '../simulatorRandom.js'
import type { DataArray, ModelArray, MovableArray } from './arrays.js'
import type { VisibleScene } from './visibleScene.js'

/** The place of an element of the model. */
export interface ScenePlace {
  /** Its row in the arrays of its kind: the position of a geom is in `geom_xpos` from `3 * row` on. */
  readonly row: number
}

/** The place of a joint. */
export interface JointPlace extends ScenePlace {
  /** Index of its first position in `qpos`. */
  readonly qpos: number
  /** Index of its first velocity in `qvel`. */
  readonly qvel: number
}

/** The place of a sensor. */
export interface SensorPlace extends ScenePlace {
  /** Index of its first number in `sensordata`. */
  readonly sensordata: number
  /** How many numbers it has. */
  readonly size: number
}

/** The place of an element, by its kind. */
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
 * A model and its moving state, for a task: MuJoCo's own arrays, row after row, in meters, kilograms, seconds and radians.
 *
 * The records `data` and `model` stay the same, but their arrays may be replaced: read an array from its record after each step, and do
 * not keep it.
 */
export interface Scene<Read extends DataArray = never, Moved extends MovableArray = never> {
  /** Positions, velocities and the arrays that the task reads. */
  readonly data: Readonly<Record<Read | 'qpos' | 'qvel', Float64Array>>
  /** The arrays of the model that the task moves. */
  readonly model: Readonly<Record<Moved, Float64Array>>
  /**
   * The place of the element of this kind and name. Call it when the task is opened: it searches all names.
   *
   * Fails: RangeError with the known names and the nearest of them.
   */
  place<Kind extends ElementKind>(kind: Kind, name: string): ScenePlaces[Kind]
  /** A copy of an array of the model as it was compiled. */
  compiled(name: ModelArray): Float64Array
  /** Derives all other arrays from the present positions, velocities, activations and model, without a step of time. */
  forward(): void
  /** How many contacts there are between geoms, in the state that was derived last. */
  contacts(): number
  /** Takes physics steps without control, at the beginning of an episode, which still begins at time 0. */
  settle(steps: number): void
}

/** Everything that determines how a model moves on, and the arrays that were derived from it when the snapshot was taken. */
export interface PhysicsState {
  readonly integration: Float64Array
  /** The arrays that the task reads, by their names. */
  readonly derived: Readonly<Record<string, Float64Array>>
  /** The arrays of the model that the task moves, by their names. */
  readonly model: Readonly<Record<string, Float64Array>>
}

/** An initial state of an episode. */
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

/** Everything that determines how an episode continues; `elapsed` counts its steps and is null before the first episode began. */
export interface MujocoSnapshot {
  readonly task: string
  readonly elapsed: number | null
  /** Whether the last step ended its episode by the limit; for tasks alone that keep their model then. */
  readonly limited?: boolean
  readonly physics: PhysicsState
  readonly random: SimulatorRandomState
}

/** A MuJoCo task as a simulator. */
export interface MujocoSimulator extends SavableSimulator {
  /** Begins an episode in this state: at time 0, with no control applied and no warm start left over. */
  setState(state: MujocoState): SimulatorStart
  snapshot(): MujocoSnapshot
  restore(state: MujocoSnapshot): void
  /** What can be seen of it: the shapes of its model, and where they are. Reading it changes nothing of the simulation. */
  visible(): VisibleScene
}
