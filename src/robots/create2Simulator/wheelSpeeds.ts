/** The speeds of the wheels of a simulated robot. */
import type { Radius } from '../create2/commands.js'
import { WHEEL_BASE } from '../create2/odometry.js'

/** The speeds that the wheels can turn with are multiples of this, in mm/s. */
const SPEED_STEP = 28.5

/** The speeds of both wheels, in mm/s, for a speed and a radius in mm. */
export const wheelsFor = (velocity: number, radius: Radius): readonly [left: number, right: number] => {
  if (radius === 'straight') return [velocity, velocity]
  if (radius === 'clockwise') return [velocity, -velocity]
  if (radius === 'counterclockwise') return [-velocity, velocity]
  const half = WHEEL_BASE / 2
  return [Math.round((velocity * (radius - half)) / radius), Math.round((velocity * (radius + half)) / radius)]
}

/** The speed next to another one that the wheels can turn with. */
export const quantized = (speed: number): number => SPEED_STEP * Math.round(speed / SPEED_STEP)
