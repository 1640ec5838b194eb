/** One MuJoCo model and its moving state, as plain functions over `@mujoco/mujoco`, DeepMind's WebAssembly build. */
import type { MjModel } from '@mujoco/mujoco'
import type { Vector } from '../../types.js'
import { checkFinite } from '../../checks.js'
import { type DataArray, dataArrays, forceArrays, type MovableArray, movableArrays } from './arrays.js'
import { compile } from './compile.js'
import { loadMujoco } from './loadMujoco.js'
import { namesOf } from './places.js'
import { type OpenScene, type SceneOptions, checkArrays, openScene } from './scene.js'
import { stepsOf } from './stepping.js'
import { type ModelShape, checkPhysicsState, checkState, putState } from './states.js'
import type { MujocoTask } from './task.js'
import type { MujocoState, PhysicsState } from './types.js'
import { type OpenVisibleScene, openVisibleScene } from './openVisibleScene.js'
import type { VisibleScene } from './visibleScene.js'
import { warningsOf } from './warnings.js'

/** A model in motion. Every function throws after `close` was called. */
export interface Physics<Read extends DataArray, Moved extends MovableArray> extends Pick<
  OpenScene<Read, Moved>,
  'scene'
> {
  /** Numbers in the model's control vector. */
  readonly controls: number
  /** Seconds of one physics step. */
  readonly timestep: number
  /** Throws after `close` was called; replaces views whose memory has moved. Callers call it before they read the scene. */
  requireOpen(): void
  /**
   * Resets time, controls, warm start, warnings and, unless it is kept, the model, calls `place`, which writes to the scene, and derives all
   * other arrays.
   */
  begin(place: () => void, keepModel?: boolean): void
  /** Refuses a state of other sizes, one that is not finite, and one with rows of the model which the task does not move. */
  checkState(state: MujocoState): void
  /** Writes a state that was checked to the scene, within `begin`. */
  setState(state: MujocoState): void
  /**
   * Applies a control and takes `steps` physics steps, in the order of the task.
   *
   * Fails: NotFiniteError for a position or velocity, by its joint's name; Error naming MuJoCo's warning, if there was one.
   */
  advance(control: Vector, steps: number): void
  /**
   * The forces and torques, in the order of the velocities, that accelerate the model so at its present positions, without gravity, motion
   * and friction: its inertia times the accelerations. The next call overwrites them.
   */
  inertial(accelerations: number[]): Vector
  snapshot(): PhysicsState
  restore(state: PhysicsState): void
  /** What can be seen. Its functions throw after `close` was called. */
  visible(): VisibleScene
  close(): void
}

/** The parts of a task that its physics needs; `name` begins the messages of errors. */
export type PhysicsOptions<Read extends DataArray, Moved extends MovableArray> = SceneOptions<Read, Moved> &
  Pick<MujocoTask, 'source' | 'stepping'>

/** The name of the joint behind each of the `size` numbers that the joints' `addresses` begin. */
const jointNames = (model: MjModel, addresses: Int32Array, size: number): readonly string[] => {
  const names = namesOf(model, 'joint').map((name, row) => (name === '' ? `joint ${row}` : name))
  return Array.from({ length: size }, (_, index) => names[addresses.findLastIndex((address) => address <= index)])
}

/**
 * Compiles a model and sets up its state.
 *
 * Memory: snapshots hold MuJoCo's integration state, the arrays in `reads` and those in `moves`. Derived arrays lag one physics step
 * behind the state, or some of them do (`Stepping`), so that deriving all of them again from the state would change them.
 *
 * Fails: rejects with a message of one line on a big-endian machine, for a model that does not compile (MuJoCo's message) and for an
 * array that is not in `arrays.ts`.
 */
export const openPhysics = async <Read extends DataArray = never, Moved extends MovableArray = never>(
  options: PhysicsOptions<Read, Moved>,
): Promise<Physics<Read, Moved>> => {
  const { name, source, reads, moves, stepping = 'gymnasium' } = options
  checkArrays(name, 'reads', reads, dataArrays)
  checkArrays(name, 'moves', moves, movableArrays)
  const mujoco = await loadMujoco(name)
  const model = compile(mujoco, name, source)
  const data = new mujoco.MjData(model)
  const signature = mujoco.mjtState.mjSTATE_INTEGRATION.value
  const stateSize = mujoco.mj_stateSize(model, signature)
  // mj_getState writes only to a buffer of the binding; to a plain array it writes nothing, without an error.
  const stateBuffer = new mujoco.DoubleBuffer(stateSize)
  // For `inertial` alone, which few worlds call.
  let inertialBuffer: InstanceType<typeof mujoco.DoubleBuffer> | null = null
  const warnings = warningsOf(mujoco, data, name)
  const steps = stepsOf(mujoco, model, data, stepping)

  // A step derives these arrays for sensors that need them, and not otherwise.
  const readsForces = reads.some((array) => forceArrays.includes(array))

  let seen: OpenVisibleScene | null = null
  let closed = false
  const requireOpen = (): void => {
    if (closed) throw new Error(`${name}: used after close()`)
    refreshViews()
  }
  const openedScene = openScene(mujoco, { model, data, requireOpen }, options)
  const { scene, data: arrays, model: moved } = openedScene
  const refreshViews = (): void => {
    if (openedScene.refreshViews()) warnings.fetch()
  }
  const shape: ModelShape = {
    name,
    model,
    stateSize,
    positions: jointNames(model, model.jnt_qposadr as Int32Array, model.nq),
    velocities: jointNames(model, model.jnt_dofadr as Int32Array, model.nv),
  }

  return {
    scene,
    controls: model.nu,
    timestep: model.opt.timestep,
    requireOpen,
    begin: (place, keepModel = false) => {
      requireOpen()
      mujoco.mj_resetData(model, data)
      if (!keepModel) openedScene.resetModel()
      place()
      scene.forward()
      warnings.throwIfAny()
    },
    checkState: (state) => {
      requireOpen()
      checkState(shape, moved, state)
    },
    setState: (state) => putState(shape, openedScene, state),
    advance: (control, count) => {
      requireOpen()
      arrays.ctrl.set(control)
      steps.advance(count)
      if (readsForces) mujoco.mj_rnePostConstraint(model, data)
      refreshViews()
      checkFinite('qpos', arrays.qpos, shape.positions)
      checkFinite('qvel', arrays.qvel, shape.velocities)
      warnings.throwIfAny()
    },
    inertial: (accelerations) => {
      requireOpen()
      inertialBuffer ??= new mujoco.DoubleBuffer(model.nv)
      mujoco.mj_mulM(model, data, inertialBuffer, accelerations)
      return inertialBuffer.GetView() as Float64Array
    },
    snapshot: () => {
      requireOpen()
      mujoco.mj_getState(model, data, stateBuffer, signature)
      return {
        integration: (stateBuffer.GetView() as Float64Array).slice(),
        derived: Object.fromEntries(reads.map((array) => [array, arrays[array].slice()])),
        model: Object.fromEntries(moves.map((array) => [array, moved[array].slice()])),
      }
    },
    restore: (state) => {
      requireOpen()
      checkPhysicsState(shape, openedScene, { reads, moves }, state)
      // Everything that is not part of the integration state, such as the warnings, is reset.
      mujoco.mj_resetData(model, data)
      mujoco.mj_setState(model, data, Array.from(state.integration), signature)
      refreshViews()
      for (const array of moves) moved[array].set(state.model[array])
      steps.derive()
      refreshViews()
      for (const array of reads) arrays[array].set(state.derived[array])
    },
    visible: () => {
      requireOpen()
      const { model: described, sizes, frame } = (seen ??= openVisibleScene(mujoco, model, data))
      const whenOpen =
        <A>(read: () => A): (() => A) =>
        () => {
          requireOpen()
          return read()
        }
      return { model: described, sizes: whenOpen(sizes), frame: whenOpen(frame) }
    },
    close: () => {
      if (closed) return
      closed = true
      seen?.close()
      stateBuffer.delete()
      inertialBuffer?.delete()
      data.delete()
      model.delete()
    },
  }
}
