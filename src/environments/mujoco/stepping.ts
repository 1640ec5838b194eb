/** The orders in which physics steps derive quantities and integrate. */
import type { MainModule, MjData, MjModel } from '@mujoco/mujoco'
import type { Stepping } from './task.js'

/** Physics steps in one of the orders. */
export interface Steps {
  /** Takes physics steps from a state whose quantities are derived. */
  advance(count: number): void
  /** Derives again what the order derives after an action, for a state that was restored. */
  derive(): void
}

/** The steps of a model and its data. `suite` calls MuJoCo once more for each action than there are physics steps. */
export const stepsOf = (
  mujoco: Pick<MainModule, 'mj_step' | 'mj_step1' | 'mj_step2' | 'mjtIntegrator'>,
  model: MjModel,
  data: MjData,
  stepping: Stepping,
): Steps => {
  const step = (count: number): void => {
    for (let i = 0; i < count; i++) mujoco.mj_step(model, data)
  }
  if (stepping === 'gymnasium') return { advance: step, derive: () => undefined }
  const derive = (): void => mujoco.mj_step1(model, data)
  // The first half of the first step is done. The Runge-Kutta integrator has no halves.
  const inHalves = model.opt.integrator !== mujoco.mjtIntegrator.mjINT_RK4.value
  return {
    advance: (count) => {
      if (count === 0) return
      if (inHalves) mujoco.mj_step2(model, data)
      step(inHalves ? count - 1 : count)
      derive()
    },
    derive,
  }
}
