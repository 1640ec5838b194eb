/** The floor with low walls around it, on which the control suite's small planar robots move. */
import type { Geom, Vector3 } from '../mujoco/model.js'

const side = 0.3
const height = 0.02
const quarterTurn = Math.PI / 2

/** A wall at `pos`, a plane turned about an axis in the floor so that it looks to the middle. */
const wall = (name: string, pos: Vector3, size: Vector3, axisangle: Geom['axisangle']): Geom => ({
  name,
  type: 'plane',
  pos,
  size,
  ...(axisangle && { axisangle }),
})

/** A square floor of 0.6 m with four walls; `spacing` is that of the grid on it. */
export const walledFloor = (spacing: number): readonly Geom[] => [
  { name: 'ground', type: 'plane', size: [side, side, spacing] },
  wall('wall_x', [-side, 0, height], [height, side, height], [0, 1, 0, quarterTurn]),
  wall('wall_y', [0, -side, height], [side, height, height], [1, 0, 0, -quarterTurn]),
  wall('wall_neg_x', [side, 0, height], [height, side, height], [0, 1, 0, -quarterTurn]),
  wall('wall_neg_y', [0, side, height], [side, height, height], [1, 0, 0, quarterTurn]),
]
