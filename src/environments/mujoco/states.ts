/** Initial states of episodes and states in snapshots: the whole state is checked before anything is written. */
import type { MjModel } from '@mujoco/mujoco'
import { checkFinite, checkSize } from '../../checks.js'
import { nearestName } from '../../edge/decode.js'
import { checkRestoredVector, checkSnapshot } from '../../restored.js'
import type { MovableArray } from './arrays.js'
import type { MujocoState, PhysicsState } from './types.js'

/** Sizes and names of a model; `name` begins the messages of errors. */
export interface ModelShape {
  readonly name: string
  readonly model: Pick<MjModel, 'na' | 'nq' | 'nv'> & RowCounts
  /** Numbers in MuJoCo's integration state. */
  readonly stateSize: number
  /** The name of each position's joint. */
  readonly positions: readonly string[]
  /** The name of each velocity's joint. */
  readonly velocities: readonly string[]
}

type RowCounts = Pick<
  MjModel,
  'nactuator' | 'nbody' | 'ncam' | 'nv' | 'neq' | 'ngeom' | 'njnt' | 'nlight' | 'nq' | 'nsite' | 'ntendon'
>
type Arrays = Readonly<Record<string, Float64Array>>

/** The model's field with the number of rows, by the prefix of an array's name. */
const rowCountFields: Readonly<Record<string, keyof RowCounts>> = {
  actuator: 'nactuator',
  body: 'nbody',
  cam: 'ncam',
  dof: 'nv',
  eq: 'neq',
  geom: 'ngeom',
  jnt: 'njnt',
  light: 'nlight',
  qpos: 'nq',
  site: 'nsite',
  tendon: 'ntendon',
}

/** The number of rows of an array of the model. */
export const rowCount = (model: RowCounts, array: MovableArray): number => model[rowCountFields[array.split('_')[0]]]

const checkRows = ({ name, model }: ModelShape, moved: Arrays, rows: NonNullable<MujocoState['model']>): void => {
  for (const [array, given] of Object.entries(rows)) {
    if (!Object.hasOwn(moved, array)) {
      const known = Object.keys(moved)
      const nearest = nearestName(array, known)
      throw new RangeError(
        `${name}: model: expected arrays that the task moves (${known.length === 0 ? 'it moves none' : known.join(', ')}), ` +
          `got '${array}'${nearest === null ? '' : `; nearest: ${nearest}`}`,
      )
    }
    const count = rowCount(model, array as MovableArray)
    for (const [row, values] of Object.entries(given)) {
      if (!(/^\d+$/.test(row) && Number(row) < count)) {
        throw new RangeError(`${name}: model.${array}: expected rows from 0 to ${count - 1}, got '${row}'`)
      }
      checkSize(name, `model.${array}[${row}]`, values, moved[array].length / count)
      checkFinite(`model.${array}[${row}]`, values, [])
    }
  }
}

/**
 * Refuses a state that does not fit the model.
 *
 * Fails: RangeError for a vector of another size, for an array that the task does not move and for a row that does not exist;
 * NotFiniteError for a number that is not finite, by the name of its joint.
 */
export const checkState = (shape: ModelShape, moved: Arrays, { qpos, qvel, act, model: rows }: MujocoState): void => {
  const { name, model, positions, velocities } = shape
  checkSize(name, 'qpos', qpos, model.nq)
  checkSize(name, 'qvel', qvel, model.nv)
  checkFinite('qpos', qpos, positions)
  checkFinite('qvel', qvel, velocities)
  if (act !== undefined) {
    checkSize(name, 'act', act, model.na)
    checkFinite('act', act, [])
  }
  if (rows !== undefined) checkRows(shape, moved, rows)
}

/** The arrays of a scene that states are written to. */
export interface StateArrays {
  readonly data: Readonly<Record<'qpos' | 'qvel' | 'act', Float64Array>>
  readonly model: Arrays
}

/** Writes a state that was checked. */
export const putState = (
  { model }: ModelShape,
  { data, model: moved }: StateArrays,
  { qpos, qvel, act, model: rows = {} }: MujocoState,
): void => {
  data.qpos.set(qpos)
  data.qvel.set(qvel)
  if (act !== undefined) data.act.set(act)
  for (const [array, given] of Object.entries(rows)) {
    const width = moved[array].length / rowCount(model, array as MovableArray)
    for (const [row, values] of Object.entries(given)) moved[array].set(values, Number(row) * width)
  }
}

/** The names of the arrays that a snapshot holds. */
export interface SnapshotArrays {
  readonly reads: readonly string[]
  readonly moves: readonly string[]
}

/**
 * Refuses a value that is not a snapshot of the model.
 *
 * Fails: RangeError with the field.
 */
export const checkPhysicsState = (
  { name, stateSize }: ModelShape,
  { data, model }: { readonly data: Arrays; readonly model: Arrays },
  { reads, moves }: SnapshotArrays,
  state: PhysicsState,
): void => {
  checkSnapshot(`${name}: physics`, state)
  const { integration, derived, model: moved } = state
  if (integration?.length !== undefined) checkSize(name, 'integration state', integration, stateSize)
  checkRestoredVector({ owner: name, field: 'physics.integration' }, integration, stateSize)
  for (const array of reads) {
    checkRestoredVector({ owner: name, field: `physics.derived.${array}` }, derived?.[array], data[array].length)
  }
  for (const array of moves) {
    checkRestoredVector({ owner: name, field: `physics.model.${array}` }, moved?.[array], model[array].length)
  }
}
