/** The scene of a task: views of the arrays of a compiled model and of its moving state. */
import type { MainModule, MjData, MjModel } from '@mujoco/mujoco'
import { type DataArray, type MovableArray, constantArrays, movableArrays } from './arrays.js'
import { placeFinder } from './places.js'
import type { MujocoTask } from './task.js'
import type { Scene } from './types.js'
import { viewsOf } from './views.js'

/** The parts of a task that its scene needs; `name` begins the messages of errors. */
export type SceneOptions<Read extends DataArray, Moved extends MovableArray> = { readonly name: string } & Pick<
  MujocoTask<Read, Moved>,
  'reads' | 'moves'
>

/** A scene, with the functions that its physics needs. */
export interface OpenScene<Read extends DataArray, Moved extends MovableArray> {
  readonly scene: Scene<Read, Moved>
  /** The arrays of the scene's data, with activations and controls. */
  readonly data: Readonly<Record<Read | 'qpos' | 'qvel' | 'act' | 'ctrl', Float64Array>>
  /** The arrays of the model that the task moves. */
  readonly model: Readonly<Record<Moved, Float64Array>>
  /** Replaces the views if their memory has moved; returns whether it has. It moves when the heap grows, which any other model may cause. */
  refreshViews(): boolean
  /** Resets the arrays of the model that the task moves to their compiled values. */
  resetModel(): void
}

/**
 * Refuses arrays that are in none of the lists, for programs that TypeScript has not checked.
 *
 * Fails: TypeError with the task's name, the option and the lists' names.
 */
export const checkArrays = (
  owner: string,
  option: string,
  names: readonly string[],
  known: readonly string[],
): void => {
  const unlisted = names.find((name) => !known.includes(name))
  if (unlisted === undefined) return
  throw new TypeError(`${owner}: ${option}: expected names of ${known.join(', ')}; got '${unlisted}'`)
}

/**
 * MuJoCo ignores the own position of a geom or site that was compiled in the frame of its body. If the task moves positions, this
 * switches the own positions on.
 */
const useOwnPositions = (model: MjModel, moves: readonly MovableArray[]): void => {
  if (moves.includes('geom_pos') || moves.includes('geom_quat')) (model.geom_sameframe as Uint8Array).fill(0)
  if (moves.includes('site_pos') || moves.includes('site_quat')) (model.site_sameframe as Uint8Array).fill(0)
}

/**
 * The scene of a model and its data. `requireOpen` throws once the model is closed.
 *
 * Fails: TypeError for an array that is not in `arrays.ts`.
 */
export const openScene = <Read extends DataArray, Moved extends MovableArray>(
  mujoco: Pick<MainModule, 'mj_forward' | 'mj_step'>,
  { model, data, requireOpen }: { readonly model: MjModel; readonly data: MjData; readonly requireOpen: () => void },
  { name, reads, moves }: SceneOptions<Read, Moved>,
): OpenScene<Read, Moved> => {
  useOwnPositions(model, moves)
  const dataViews = viewsOf(data, ['qpos', 'qvel', 'act', 'ctrl', ...reads])
  const modelViews = viewsOf(model, moves)
  const compiled = new Map<string, Float64Array>(moves.map((array) => [array, modelViews.arrays[array].slice()]))
  const place = placeFinder(model, name)
  const refreshViews = (): boolean => {
    // An array is empty after its memory has moved; a model without joints has an empty one in any case. The length of an array is read
    // several times faster than that of its buffer.
    const { qpos } = dataViews.arrays
    if (qpos.length > 0 || qpos.buffer.byteLength > 0) return false
    dataViews.fetch()
    modelViews.fetch()
    return true
  }
  return {
    scene: {
      data: dataViews.arrays,
      model: modelViews.arrays,
      place: (kind, element) => {
        requireOpen()
        return place(kind, element)
      },
      compiled: (array) => {
        requireOpen()
        checkArrays(name, 'compiled', [array], [...movableArrays, ...constantArrays])
        return (compiled.get(array) ?? viewsOf(model, [array]).arrays[array]).slice()
      },
      forward: () => {
        requireOpen()
        mujoco.mj_forward(model, data)
        refreshViews()
      },
      contacts: () => {
        requireOpen()
        return data.ncon
      },
      settle: (steps) => {
        requireOpen()
        for (let step = 0; step < steps; step++) mujoco.mj_step(model, data)
        data.time = 0
        refreshViews()
      },
    },
    data: dataViews.arrays,
    model: modelViews.arrays,
    refreshViews: refreshViews,
    resetModel: () => {
      for (const array of moves) modelViews.arrays[array].set(compiled.get(array)!)
    },
  }
}
