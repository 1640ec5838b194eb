import { expect, it } from 'vitest'
import { pusher } from '../../../src/environments/gymnasium/pusher.js'
import { robotTask } from '../../../src/environments/gymnasium/robot.js'
import { mujocoSimulator } from '../../../src/environments/mujoco/mujocoSimulator.js'
import { seeded } from '../../../src/random.js'
import { gymnasiumTask } from '../mujoco/gymnasium.js'

// Gymnasium moves its record of the initial positions together with the cylinder, so that the measured difference is always 0.
gymnasiumTask(pusher, 'v5', { facts: 'pusher_v5', noise: [0.3, 0.005], isCentered: false, unmeasured: [7, 8] })

it('places the cylinder in a rectangle beside the goal, at least 0.17 m away', async () => {
  const world = await mujocoSimulator(robotTask(pusher, 'v5'), { random: seeded(1)('environment') })
  const places = Array.from({ length: 500 }, () => {
    world.reset()
    const { integration } = world.snapshot().physics
    return [integration[8], integration[9]] as const
  })
  world.close()
  for (const [y, x] of places) {
    expect(Math.hypot(x, y)).toBeGreaterThan(0.17)
    expect(y).toBeGreaterThanOrEqual(-0.3)
    expect(y).toBeLessThanOrEqual(0)
    expect(Math.abs(x)).toBeLessThanOrEqual(0.2)
  }
  // Of the rectangle of 0.12 m², the half disc of 0.0454 m² is left out.
  const far = places.filter(([y]) => y < -0.17).length / places.length
  expect(far).toBeGreaterThan(0.052 / 0.0746 - 0.08)
  expect(far).toBeLessThan(0.052 / 0.0746 + 0.08)
  expect(Math.min(...places.map(([y]) => y))).toBeLessThan(-0.28)
  expect(Math.max(...places.map(([, x]) => x))).toBeGreaterThan(0.18)
})
