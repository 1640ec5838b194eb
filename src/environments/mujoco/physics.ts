/**
 * One MuJoCo model and its moving state, as plain functions over `@mujoco/mujoco`, DeepMind's WebAssembly build.
 *
 * The module is loaded when the first model is opened, and is one for the whole process.
 */
import { mujocoModule } from '#host'
import type { MainModule } from '@mujoco/mujoco'
import type { Vector } from '../../types.js'
import { type ByteOrder, byteOrder } from '../../kernels/home.js'
import { checkFinite, checkSize } from '../../checks.js'
import { checkRestoredVector, checkSnapshot } from '../../restored.js'
import { type Model, mjcf } from './mjcf.js'
import type { PhysicsState, Posture } from './types.js'
import { type DataField, type Fields, viewsOf } from './views.js'
import { warningsOf } from './warnings.js'

/** A model in motion. Every function throws once `close` was called. */
export interface Physics<Field extends DataField> {
  /** The views, true to where their memory is now; the record is one throughout, see `Views`. */
  fields(): Fields<Field>
  /** Puts time, controls, warm start and warnings back to the beginning, lets `place` write positions and velocities over the initial ones, and derives the rest. */
  begin(place: (fields: Fields<Field>) => void): void
  /**
   * Applies a control and takes `steps` physics steps.
   *
   * Fails: NotFiniteError for a position or velocity, by its joint's name; Error naming MuJoCo's warning, if one was given.
   */
  advance(control: Vector, steps: number): void
  /** Refuses a posture of other sizes or that is not finite. */
  checkPosture(posture: Posture): void
  snapshot(): PhysicsState
  restore(state: PhysicsState): void
  close(): void
}

let loading: Promise<MainModule> | undefined
/** MuJoCo, on machines where the arrays that look into WebAssembly's memory read the numbers that stand there. */
export const loadMujoco = async (name: string, order: ByteOrder = byteOrder()): Promise<MainModule> => {
  if (order === 'big') {
    throw new Error(`${name}: MuJoCo, which is compiled to WebAssembly, cannot run on a big-endian machine`)
  }
  return load()
}
const load = (): Promise<MainModule> => (loading ??= mujocoModule())

/** The name of the joint behind each of the `size` numbers that the joints' `addresses` begin. */
const jointNames = (names: readonly string[], addresses: Int32Array, size: number): readonly string[] =>
  Array.from({ length: size }, (_, index) => names[addresses.findLastIndex((address) => address <= index)])

/**
 * Compiles a model and sets up its state. `name` begins the messages of errors; `derived` lists the arrays, beyond positions
 * and velocities, that will be read.
 *
 * Memory: snapshots hold MuJoCo's integration state and the arrays in `derived`. Those lag one physics step behind the
 * state, so that computing them anew from it would give other numbers.
 *
 * Fails: rejects in one line on a big-endian machine, with MuJoCo's message for a model that does not compile, and for a derived field that holds no doubles.
 */
export const openPhysics = async <Field extends DataField>(
  name: string,
  source: Model,
  derived: readonly Field[],
): Promise<Physics<Field>> => {
  const mujoco = await loadMujoco(name)
  const model = mujoco.MjModel.from_xml_string(mjcf(source))
  const data = new mujoco.MjData(model)
  const signature = mujoco.mjtState.mjSTATE_INTEGRATION.value
  const stateSize = mujoco.mj_stateSize(model, signature)
  // Only a buffer of the binding's own is written to: given a plain array, mj_getState leaves it as it was, without a word.
  const stateBuffer = new mujoco.DoubleBuffer(stateSize)
  const warnings = warningsOf(mujoco, data, name)

  const joints = Array.from({ length: model.njnt }, (_, joint) =>
    mujoco.mj_id2name(model, mujoco.mjtObj.mjOBJ_JOINT.value, joint),
  )
  const positionNames = jointNames(joints, model.jnt_qposadr as Int32Array, model.nq)
  const velocityNames = jointNames(joints, model.jnt_dofadr as Int32Array, model.nv)

  const views = viewsOf(data, ['ctrl', ...derived])
  const { fields } = views
  const follow = (): void => {
    views.follow()
    warnings.follow()
  }
  let closed = false
  const requireOpen = (): void => {
    if (closed) throw new Error(`${name}: used after close()`)
    follow()
  }
  const checkPhysicsState = (state: PhysicsState): void => {
    checkSnapshot(`${name}: physics`, state)
    const { integration, derived: kept } = state
    if (integration?.length !== undefined) checkSize(name, 'integration state', integration, stateSize)
    checkRestoredVector({ owner: name, field: 'physics.integration' }, integration, stateSize)
    for (const field of derived) {
      checkRestoredVector({ owner: name, field: `physics.derived.${field}` }, kept?.[field], fields[field].length)
    }
  }

  return {
    fields: () => {
      requireOpen()
      return fields
    },
    begin: (place) => {
      requireOpen()
      mujoco.mj_resetData(model, data)
      place(fields)
      mujoco.mj_forward(model, data)
      follow()
      warnings.refuse()
    },
    advance: (control, steps) => {
      requireOpen()
      fields.ctrl.set(control)
      for (let step = 0; step < steps; step++) mujoco.mj_step(model, data)
      follow()
      checkFinite('qpos', fields.qpos, positionNames)
      checkFinite('qvel', fields.qvel, velocityNames)
      warnings.refuse()
    },
    checkPosture: ({ qpos, qvel }) => {
      requireOpen()
      checkSize(name, 'qpos', qpos, model.nq)
      checkSize(name, 'qvel', qvel, model.nv)
      checkFinite('qpos', qpos, positionNames)
      checkFinite('qvel', qvel, velocityNames)
    },
    snapshot: () => {
      requireOpen()
      mujoco.mj_getState(model, data, stateBuffer, signature)
      return {
        integration: (stateBuffer.GetView() as Float64Array).slice(),
        derived: Object.fromEntries(derived.map((field) => [field, fields[field].slice()])),
      }
    },
    restore: (state) => {
      requireOpen()
      checkPhysicsState(state)
      // What is no part of the integration state, such as the warnings, goes back to the beginning.
      mujoco.mj_resetData(model, data)
      mujoco.mj_setState(model, data, Array.from(state.integration), signature)
      follow()
      for (const field of derived) fields[field].set(state.derived[field])
    },
    close: () => {
      if (closed) return
      closed = true
      stateBuffer.delete()
      data.delete()
      model.delete()
    },
  }
}
