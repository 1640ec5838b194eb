import { describe, expect, it } from 'vitest'
import { hopperModel } from '../../../src/environments/gymnasium/hopper.js'
import type { Model } from '../../../src/environments/mujoco/model.js'
import { openPhysics } from '../../../src/environments/mujoco/physics.js'
import { crowd } from './crowd.js'

const open = (name: string, source: Model) => openPhysics({ name, source, reads: [], moves: [] })

describe('openPhysics', () => {
  it('rejects a model that does not compile, with MuJoCo’s message', async () => {
    const twins = { ...hopperModel, bodies: [...hopperModel.bodies, ...hopperModel.bodies] }
    await expect(open('twins', twins)).rejects.toThrow(/repeated name 'torso'/)
  })

  it('rejects unknown arrays, and those that move in memory at each step', async () => {
    const strange = { name: 'hopper', source: hopperModel, reads: ['efc_pos'], moves: [] } as never
    await expect(openPhysics(strange)).rejects.toThrow(/^hopper: reads: expected names of act, .*; got 'efc_pos'$/)
    const heavy = { name: 'hopper', source: hopperModel, reads: [], moves: ['body_mass'] } as never
    await expect(openPhysics(heavy)).rejects.toThrow(/^hopper: moves: expected names of .*; got 'body_mass'$/)
  })

  it('applies a control for the given number of physics steps', async () => {
    const physics = await open('hopper', hopperModel)
    const path = (advance: () => void) => {
      physics.begin(() => undefined)
      advance()
      return [...physics.scene.data.qpos]
    }
    const control = [0.5, -0.5, 1]
    const four = path(() => physics.advance(control, 4))
    const fourTimesOne = path(() => [1, 1, 1, 1].forEach((steps) => physics.advance(control, steps)))
    expect(fourTimesOne).toEqual(four)
    expect(path(() => physics.advance(control, 3))).not.toEqual(four)
    expect(path(() => physics.advance([0, 0, 0], 4))).not.toEqual(four)
    physics.close()
  })

  it('names the joint whose position or velocity is not finite', async () => {
    const physics = await open('hopper', hopperModel)
    physics.begin(() => void (physics.scene.data.qvel[1] = Infinity))
    expect(() => physics.advance([0, 0, 0], 0)).toThrow('qvel[1] (rootz) is Infinity')
    physics.begin(() => void (physics.scene.data.qpos[3] = NaN))
    expect(() => physics.advance([0, 0, 0], 0)).toThrow('qpos[3] (thigh_joint) is NaN')
    physics.close()
  })

  it('begins without anything left from the episode before', async () => {
    const physics = await open('hopper', hopperModel)
    physics.begin(() => undefined)
    const first = physics.snapshot()
    physics.advance([1, 1, 1], 100)
    expect(physics.snapshot()).not.toEqual(first)
    physics.begin(() => undefined)
    expect(physics.snapshot()).toEqual(first)
    physics.close()
  })

  it('refuses a state of another model', async () => {
    const hopper = await open('hopper', hopperModel)
    const other = await open('other', crowd(2))
    other.begin(() => undefined)
    expect(() => hopper.restore(other.snapshot())).toThrow(/^hopper: expected integration state of size \d+, got \d+$/)
    hopper.close()
    other.close()
  })

  it('frees all its memory on close', async () => {
    const witness = await open('witness', hopperModel)
    const heap = () => {
      witness.requireOpen()
      return witness.scene.data.qpos.buffer.byteLength
    }
    // A hopper takes some 15 megabytes, so that a few leaked ones are visible.
    const cycle = async () => {
      const physics = await openPhysics({ name: 'hopper', source: hopperModel, reads: ['xipos'], moves: [] })
      physics.begin(() => undefined)
      physics.advance([0, 0, 0], 1)
      physics.snapshot()
      physics.close()
    }
    // The first ones fill gaps of other sizes than they leave.
    for (let round = 0; round < 20; round++) await cycle()
    const settled = heap()
    for (let round = 0; round < 40; round++) await cycle()
    expect(heap()).toBe(settled)
    witness.close()
  })
})
