import { describe, expect, it } from 'vitest'
import { simulator } from '../../src/environments/tasks.js'
import { seeded } from '../../src/random.js'
import type { SavableSimulator } from '../../src/types.js'
import type { Clip } from '../../src/viewer/clip.js'
import { recordedSimulator } from '../../src/viewer/recordedSimulator.js'

const open = () => simulator('Hopper-v4', { random: seeded(1)('environment') })
/** Falls over, in as many steps as are returned. */
const fall = (world: SavableSimulator): readonly unknown[] => {
  const steps: unknown[] = []
  world.reset(3)
  for (;;) {
    const step = world.step([1, 1, -1])
    steps.push(step)
    if (step.terminated || step.truncated) return steps
  }
}

describe('a simulator whose episodes are recorded', () => {
  it('is the same simulator, and gives each wanted episode when it ends', async () => {
    const [plain, own] = [await open(), await open()]
    const scene = own.visible()
    const taken: Omit<Clip, 'about'>[] = []
    let isWanted = true
    const world = recordedSimulator(own, scene, { isWanted: () => isWanted, take: (clip) => taken.push(clip) })
    const steps = fall(world)
    expect(steps).toEqual(fall(plain))
    expect(world.snapshot()).toEqual(plain.snapshot())
    expect(taken).toHaveLength(1)
    const [{ number, frames, rewards, ending, sizes }] = taken
    expect([number, ending, frames.length]).toEqual([1, 'terminated', steps.length + 1])
    expect(rewards).toEqual([0, ...steps.map((step) => (step as { reward: number }).reward)])
    expect(sizes).toEqual(scene.sizes())
    expect(frames.at(-1)).toEqual(scene.frame())
    isWanted = false
    fall(world)
    expect(taken).toHaveLength(1)
    isWanted = true
    fall(world)
    expect(taken.map((clip) => clip.number)).toEqual([1, 3])
    for (const each of [world, plain]) each.close()
  })

  it('drops an episode that is left, and one into which a state was restored', async () => {
    const own = await open()
    const taken: unknown[] = []
    const world = recordedSimulator(own, own.visible(), { isWanted: () => true, take: (clip) => taken.push(clip) })
    world.reset(1)
    world.step([0, 0, 0])
    const saved = world.snapshot()
    world.reset(2)
    world.restore(saved)
    while (!world.step([1, 1, -1]).terminated);
    expect(taken).toEqual([])
    world.close()
  })
})
