import { describe, expect, it } from 'vitest'
import { hopperModel } from '../../../src/environments/gymnasium/hopper.js'
import { openPhysics } from '../../../src/environments/mujoco/physics.js'
import { crowd } from './crowd.js'

describe('openPhysics', () => {
  it('rejects a model that does not compile, with what MuJoCo says', async () => {
    const twins = { ...hopperModel, bodies: [...hopperModel.bodies, ...hopperModel.bodies] }
    await expect(openPhysics('twins', twins, [])).rejects.toThrow(/repeated name 'torso'/)
  })

  it('rejects fields that hold no doubles', async () => {
    await expect(openPhysics('hopper', hopperModel, ['efc_id'])).rejects.toThrow('mujoco: efc_id holds no doubles')
  })

  it('applies a control for as many physics steps as it is told', async () => {
    const physics = await openPhysics('hopper', hopperModel, [])
    const path = (advance: () => void) => {
      physics.begin(() => undefined)
      advance()
      return [...physics.fields().qpos]
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
    const physics = await openPhysics('hopper', hopperModel, [])
    physics.begin(({ qvel }) => (qvel[1] = Infinity))
    expect(() => physics.advance([0, 0, 0], 0)).toThrow('qvel[1] (rootz) is Infinity')
    physics.begin(({ qpos }) => (qpos[3] = NaN))
    expect(() => physics.advance([0, 0, 0], 0)).toThrow('qpos[3] (thigh_joint) is NaN')
    physics.close()
  })

  it('begins with nothing left over', async () => {
    const physics = await openPhysics('hopper', hopperModel, [])
    physics.begin(() => undefined)
    const first = physics.snapshot()
    physics.advance([1, 1, 1], 100)
    expect(physics.snapshot()).not.toEqual(first)
    physics.begin(() => undefined)
    expect(physics.snapshot()).toEqual(first)
    physics.close()
  })

  it('refuses a state of another model', async () => {
    const hopper = await openPhysics('hopper', hopperModel, [])
    const other = await openPhysics('other', crowd(2), [])
    other.begin(() => undefined)
    expect(() => hopper.restore(other.snapshot())).toThrow(/^hopper: expected integration state of size \d+, got \d+$/)
    hopper.close()
    other.close()
  })

  it('gives back on close all the memory it took', async () => {
    const witness = await openPhysics('witness', hopperModel, [])
    const heap = () => witness.fields().qpos.buffer.byteLength
    // A hopper takes some 15 megabytes, so that a few leaked ones show.
    const cycle = async () => {
      const physics = await openPhysics('hopper', hopperModel, ['xipos'])
      physics.begin(() => undefined)
      physics.advance([0, 0, 0], 1)
      physics.snapshot()
      physics.close()
    }
    await cycle()
    const settled = heap()
    for (let round = 0; round < 20; round++) await cycle()
    expect(heap()).toBe(settled)
    witness.close()
  })
})
