/** A task on a model of one's own, in a few lines: its spec follows from the model. */
import { nearestName } from '../../edge/decode.js'
import type { Action, Info, Random, Spec } from '../../types.js'
import { type Component, components } from '../components.js'
import type { TimeLimit } from '../timeLimit.js'
import type { DataArray, MovableArray } from './arrays.js'
import type { Model, ModelText } from './model.js'
import { type ModelOutline, modelOutline } from './outline.js'
import type { MujocoTask, Stepping } from './task.js'
import type { Scene, SensorPlace } from './types.js'

/** A scene whose sensors are read by their names. */
export interface SensedScene<Read extends DataArray = never, Moved extends MovableArray = never> extends Scene<
  Read | 'sensordata',
  Moved
> {
  /**
   * A number of a sensor: its first one, or that at `index`.
   *
   * Fails: RangeError with the names of the sensors and the nearest of them, or with the sensor's size.
   */
  sensor(name: string, index?: number): number
  /**
   * The length of a sensor's vector: of a position relative to another frame, the distance.
   *
   * Fails: RangeError with the names of the sensors and the nearest of them.
   */
  length(name: string): number
  /**
   * Writes the positions and velocities of a keyframe of the model to the scene, for `begin`.
   *
   * Fails: RangeError with the names of the keyframes and the nearest of them.
   */
  pose(keyframe: string): void
}

/** Options of `mujocoTask`. */
export interface MujocoTaskOptions<Read extends DataArray = never, Moved extends MovableArray = never> {
  /** The model; `readMjcf` reads one from files. */
  readonly source: Model | ModelText
  /** The task's name. The default is the one that the model gives itself. */
  readonly name?: string
  /** Physics steps for one action. */
  readonly frameSkip: number
  /** Steps after which an episode is truncated. The default is 1000. */
  readonly stepLimit?: number
  /** `qpos`, `qvel` and names of sensors, in their order. The default is all: `qpos`, `qvel` and every sensor. */
  readonly observation?: readonly string[]
  /** The reward of an action, from the scene after it. */
  reward(scene: SensedScene<Read, Moved>, action: Action): number
  /** Whether the task ends, by the scene after the action. The default is never. */
  terminated?(scene: SensedScene<Read, Moved>): boolean
  /** Writes the initial state of an episode to the scene. The default is the pose of the model, at rest. */
  begin?(scene: SensedScene<Read, Moved>, random: Random): void
  /** The task's own named figures of a step. The default is none. */
  info?(scene: SensedScene<Read, Moved>): Info
  /** Arrays of the data that the functions read, beyond positions, velocities and sensors. The default is []. */
  readonly reads?: readonly Read[]
  /** Arrays of the model that the functions write to. The default is []. */
  readonly moves?: readonly Moved[]
  /** The default is 'suite': positions and sensors belong to the state after the action. */
  readonly stepping?: Stepping
  /** How the last step within `stepLimit` is marked. The default is 'truncated'. */
  readonly timeLimit?: TimeLimit
}

const noInfo: Info = {}

/** A part of the observation: its components, and where its numbers are in the scene. */
interface Part {
  readonly components: readonly Component[]
  readonly array: 'qpos' | 'qvel' | 'sensordata'
  readonly from: number
}

const partOf =
  (owner: string, { positions, velocities, sensors }: ModelOutline) =>
  (name: string): Part => {
    if (name === 'qpos') return { components: positions, array: name, from: 0 }
    if (name === 'qvel') return { components: velocities, array: name, from: 0 }
    const found = sensors.find((sensor) => sensor.name === name)
    if (found) return { components: found.components, array: 'sensordata', from: found.sensordata }
    const known = ['qpos', 'qvel', ...sensors.map((sensor) => sensor.name)]
    const nearest = nearestName(name, known)
    throw new RangeError(
      `${owner}: observation: expected names of ${known.join(', ')}, got '${name}'` +
        (nearest === null ? '' : `; nearest: ${nearest}`),
    )
  }

const sensed = <Read extends DataArray, Moved extends MovableArray>(
  scene: Scene<Read | 'sensordata', Moved>,
): SensedScene<Read, Moved> => {
  const { data } = scene
  const poses = { qpos: scene.compiled('key_qpos'), qvel: scene.compiled('key_qvel') }
  const places = new Map<string, SensorPlace>()
  const placeOf = (name: string): SensorPlace => {
    const known = places.get(name)
    if (known !== undefined) return known
    const found = scene.place('sensor', name)
    places.set(name, found)
    return found
  }
  return {
    ...scene,
    sensor: (name, index = 0) => {
      const { sensordata, size } = placeOf(name)
      if (!(index >= 0 && index < size))
        throw new RangeError(`sensor '${name}': expected an index below ${size}, got ${index}`)
      return data.sensordata[sensordata + index]
    },
    length: (name) => {
      const { sensordata, size } = placeOf(name)
      let sum = 0
      for (let i = sensordata; i < sensordata + size; i++) sum += data.sensordata[i] * data.sensordata[i]
      return Math.sqrt(sum)
    },
    pose: (keyframe) => {
      const { row } = scene.place('keyframe', keyframe)
      for (const array of ['qpos', 'qvel'] as const) {
        const size = data[array].length
        data[array].set(poses[array].subarray(row * size, (row + 1) * size))
      }
    },
  }
}

/** Refuses a model that no agent can drive. */
const checkControls = (owner: string, controls: readonly Component[]): void => {
  if (controls.length === 0) throw new RangeError(`${owner}: expected a model with actuators, got none`)
  const free = controls.find(([, , low = -Infinity]) => !Number.isFinite(low))
  if (free !== undefined) {
    throw new RangeError(
      `${owner}: expected a ctrlrange for each actuator, which bounds its actions; '${free[0]}' has none`,
    )
  }
}

/** The task on a model that was compiled before; `options.name` is not read. */
export const taskOnOutline = <Read extends DataArray = never, Moved extends MovableArray = never>(
  name: string,
  outline: ModelOutline,
  options: MujocoTaskOptions<Read, Moved>,
): MujocoTask<Read | 'sensordata', Moved> => {
  checkControls(name, outline.controls)
  const {
    source,
    frameSkip,
    stepLimit = 1000,
    reads = [],
    moves = [],
    stepping = 'suite',
    timeLimit = 'truncated',
    observation = ['qpos', 'qvel', ...outline.sensors.map((sensor) => sensor.name)],
    reward,
    terminated = () => false,
    begin = () => undefined,
    info = () => noInfo,
  } = options
  const parts = observation.map(partOf(name, outline))
  const spec: Spec = {
    name,
    observation: components(parts.flatMap((part) => part.components)),
    action: components(outline.controls),
    stepSeconds: frameSkip * outline.timestep,
    stepLimit,
  }
  const observe = ({ data }: SensedScene<Read, Moved>): Float64Array => {
    const numbers = new Float64Array(spec.observation.size)
    let at = 0
    for (const part of parts) {
      const values = data[part.array]
      for (let i = 0; i < part.components.length; i++) numbers[at++] = values[part.from + i]
    }
    return numbers
  }
  return {
    spec,
    source,
    frameSkip,
    stepping,
    timeLimit,
    reads: [...new Set<Read | 'sensordata'>(['sensordata', ...reads])],
    moves,
    rules: (given) => {
      const scene = sensed<Read, Moved>(given)
      return {
        begin: (random) => begin(scene, random),
        observe: () => observe(scene),
        step: (action, advance) => {
          advance()
          return { reward: reward(scene, action), terminated: terminated(scene), info: info(scene) }
        },
      }
    },
  }
}

/**
 * Makes a task on a model of one's own. Its spec follows from the model, which is compiled for that: names and units of joints and sensors,
 * bounds of the controls, and the length of a step.
 *
 *     const reach = await mujocoTask({
 *       source: await readMjcf('arm.xml'),
 *       frameSkip: 10,
 *       reward: (scene) => -scene.length('to target'),
 *     })
 *     const world = drive(await mujocoSimulator(reach, { random }))
 *
 * Fails: rejects with MuJoCo's message for a model that does not compile, and with a RangeError for a model without actuators, for an
 * actuator without a `ctrlrange`, and for a part of the observation that the model does not have, with the nearest one.
 */
export const mujocoTask = async <Read extends DataArray = never, Moved extends MovableArray = never>(
  options: MujocoTaskOptions<Read, Moved>,
): Promise<MujocoTask<Read | 'sensordata', Moved>> => {
  const outline = await modelOutline('mujocoTask', options.source)
  return taskOnOutline(options.name ?? outline.name, outline, options)
}
