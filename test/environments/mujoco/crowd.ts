/** A large model for tests. */
import type { Model } from '../../../src/environments/mujoco/model.js'

/** Many pendulums side by side: the memory of their data grows with the square of their number, so that the heap has to grow. */
export const crowd = (size: number): Model => ({
  name: 'crowd',
  timestep: 0.01,
  integrator: 'Euler',
  geoms: [],
  bodies: Array.from({ length: size }, (_, index) => ({
    name: `pendulum ${index}`,
    pos: [index, 0, 0] as const,
    joints: [{ name: `hinge ${index}`, type: 'hinge' as const, axis: [0, 1, 0] as const }],
    geoms: [{ name: `rod ${index}`, type: 'capsule' as const, size: [0.05, 0.2], pos: [0, 0, -0.2] as const }],
  })),
  actuators: [],
})
