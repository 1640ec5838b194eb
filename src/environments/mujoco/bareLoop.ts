/**
 * A model stepped by MuJoCo alone, in the order of its task, without rules, observation and checks: what the fastest simulator of the task
 * could reach.
 */
import type { Vector } from '../../types.js'
import type { MovableArray } from './arrays.js'
import { compile } from './compile.js'
import { loadMujoco } from './loadMujoco.js'
import { stepsOf } from './stepping.js'
import type { MujocoTask } from './task.js'
import type { PhysicsState } from './types.js'
import { viewsOf } from './views.js'

/** A model in motion. */
export interface BareLoop {
  /** Continues from a state of the task's own simulator. */
  restore(state: PhysicsState): void
  /** Applies a control for the physics steps of one action. */
  step(control: Vector): void
  close(): void
}

/** The model of a task by itself. */
export const bareLoop = async ({
  spec: { name },
  source,
  frameSkip,
  stepping = 'gymnasium',
}: Pick<MujocoTask, 'spec' | 'source' | 'frameSkip' | 'stepping'>): Promise<BareLoop> => {
  const mujoco = await loadMujoco(name)
  const model = compile(mujoco, name, source)
  const data = new mujoco.MjData(model)
  const signature = mujoco.mjtState.mjSTATE_INTEGRATION.value
  const views = viewsOf(data, ['ctrl'])
  const steps = stepsOf(mujoco, model, data, stepping)
  return {
    restore: ({ integration, model: moved }) => {
      for (const [array, values] of Object.entries(moved)) {
        const name = array as MovableArray
        viewsOf(model, [name]).arrays[name].set(values)
      }
      mujoco.mj_resetData(model, data)
      mujoco.mj_setState(model, data, Array.from(integration), signature)
      mujoco.mj_forward(model, data)
      steps.derive()
      views.fetch()
    },
    step: (control) => {
      views.arrays.ctrl.set(control)
      steps.advance(frameSkip)
    },
    close: () => {
      data.delete()
      model.delete()
    },
  }
}
