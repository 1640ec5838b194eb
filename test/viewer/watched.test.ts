/** A simulator of a program, on a model of its own, that is shown while the program uses it. */
import { expect, it } from 'vitest'
import { mujocoSimulator } from '../../src/environments/mujoco/mujocoSimulator.js'
import { seeded } from '../../src/random.js'
import type { ClipMessage, SceneMessage } from '../../src/viewer/messages.js'
import { watched } from '../../src/viewer/watched.js'
import { asked } from '../dashboard/visitor.js'
import { reach } from '../environments/mujoco/reach.js'

it('a simulator on a model of its own is shown, and is the same simulator', async () => {
  const own = () => mujocoSimulator(reach, { random: seeded(1)('environment') })
  const [plain, shown] = [await own(), await own()]
  const { simulator, url, close } = await watched(shown, { title: 'My arm' })
  const scene = JSON.parse((await asked(`${url}scene`)).body) as SceneMessage
  expect(scene).toMatchObject({ title: 'My arm', isLive: true, stepSeconds: reach.spec.stepSeconds })
  expect(scene.shapes.map(({ name }) => name)).toContain('target')

  const clip = asked(`${url}clips/0`)
  // The request is on its way.
  await new Promise((resolve) => setTimeout(resolve, 200))
  const episode = (world: typeof simulator): readonly unknown[] => {
    const steps: unknown[] = [world.reset(2)]
    for (let k = 0; k < reach.spec.stepLimit; k++) steps.push(world.step([0.1, -0.2]))
    return steps
  }
  expect(episode(simulator)).toEqual(episode(plain))
  expect(simulator.snapshot()).toEqual(plain.snapshot())
  const { about, rewards, ending } = JSON.parse((await clip).body) as ClipMessage
  expect([about, rewards.length, ending]).toEqual(['Episode 1', reach.spec.stepLimit + 1, 'truncated'])

  const waits = asked(`${url}clips/1`)
  await new Promise((resolve) => setTimeout(resolve, 50))
  await close()
  expect((await waits.catch(() => ({ status: 0 }))).status).not.toBe(200)
  await expect(asked(url)).rejects.toThrow('ECONNREFUSED')
  for (const each of [plain, shown]) each.close()
})
