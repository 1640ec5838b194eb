/** The scene of a task: views of the arrays of a compiled model and of its moving state. */
import type { MainModule, MjData, MjModel } from '@mujoco/mujoco'
import { type DataArray, type MovableArray, constantArrays, movableArrays } from './arrays.js'
import { placesIn } from './places.js'
import type { MujocoTask } from './task.js'
import type { Scene } from './types.js'
import { viewsOf } from './views.js'

/** What of a task its scene is made of; `name` begins the messages of errors. */
export type SceneOptions<Read extends DataArray, Moved extends MovableArray> = { readonly name: string } & Pick<
  MujocoTask<Read, Moved>,
  'reads' | 'moves'
>

/** A scene, with what its physics needs beside it. */
export interface OpenScene<Read extends DataArray, Moved extends MovableArray> {
  readonly scene: Scene<Read, Moved>
  /** The arrays of the scene's data, with activations and controls. */
  readonly data: Readonly<Record<Read | 'qpos' | 'qvel' | 'act' | 'ctrl', Float64Array>>
  /** The arrays of the model that the task moves. */
  readonly model: Readonly<Record<Moved, Float64Array>>
  /** Replaces the views if their memory has moved; tells whether it has. It does when the heap grows, which any other model may bring about. */
  follow(): boolean
  /** Puts the arrays of the model back to what they were when it was compiled. */
  unmove(): void
}

/**
 * Refuses arrays that are in none of the lists, for programs that no compiler has checked.
 *
 * Fails: TypeError with the task's name, the option and the lists' names.
 */
export const checkArrays = (
  owner: string,
  option: string,
  names: readonly string[],
  known: readonly string[],
): void => {
  const strange = names.find((name) => !known.includes(name))
  if (strange === undefined) return
  throw new TypeError(`${owner}: ${option}: expected names of ${known.join(', ')}; got '${strange}'`)
}

/** A geom or site in the frame of its body is put there without a look at its own position, which is therefore switched on where one may move. */
const lookAtFrames = (model: MjModel, moves: readonly MovableArray[]): void => {
  if (moves.includes('geom_pos') || moves.includes('geom_quat')) (model.geom_sameframe as Uint8Array).fill(0)
  if (moves.includes('site_pos') || moves.includes('site_quat')) (model.site_sameframe as Uint8Array).fill(0)
}

/**
 * The scene of a model and its data. `requireOpen` throws once the model is closed.
 *
 * Fails: TypeError for an array that is not in `arrays.ts`.
 */
export const openScene = <Read extends DataArray, Moved extends MovableArray>(
  mujoco: Pick<MainModule, 'mj_forward'>,
  { model, data, requireOpen }: { readonly model: MjModel; readonly data: MjData; readonly requireOpen: () => void },
  { name, reads, moves }: SceneOptions<Read, Moved>,
): OpenScene<Read, Moved> => {
  lookAtFrames(model, moves)
  const dataViews = viewsOf(data, ['qpos', 'qvel', 'act', 'ctrl', ...reads])
  const modelViews = viewsOf(model, moves)
  const compiled = new Map<string, Float64Array>(moves.map((array) => [array, modelViews.arrays[array].slice()]))
  const place = placesIn(model, name)
  const follow = (): boolean => {
    // A buffer whose memory has moved is empty.
    if (dataViews.arrays.qpos.buffer.byteLength > 0) return false
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
        follow()
      },
    },
    data: dataViews.arrays,
    model: modelViews.arrays,
    follow,
    unmove: () => {
      for (const array of moves) modelViews.arrays[array].set(compiled.get(array)!)
    },
  }
}
