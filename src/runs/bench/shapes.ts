/** The shapes that learners are measured at, as the specs of worlds. */
import { components } from '../../environments/components.js'
import type { Spec } from '../../types.js'
import type { ShapesName } from './report.js'

/** A world with the name of a task, from which the defaults of its settings follow, and so many components. */
const shape = (name: string, observations: number, actions: number): Spec => ({
  name,
  observation: components(Array.from({ length: observations }, (_, i) => [`sensor${i}`, '1'])),
  action: components(Array.from({ length: actions }, (_, i) => [`motor${i}`, '1', -1, 1])),
  stepSeconds: 0.01,
  stepLimit: Infinity,
})

/** The measured shapes. */
export const shapes: Readonly<Record<ShapesName, Spec>> = {
  Hopper: shape('Hopper-v4', 11, 3),
  HalfCheetah: shape('HalfCheetah-v4', 17, 6),
  Humanoid: shape('Humanoid-v4', 376, 17),
}
