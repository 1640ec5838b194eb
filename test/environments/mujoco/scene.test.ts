import { describe, expect, it } from 'vitest'
import { hopperModel } from '../../../src/environments/gymnasium/hopper.js'
import { mujocoSimulator } from '../../../src/environments/mujoco/mujocoSimulator.js'
import { openPhysics } from '../../../src/environments/mujoco/physics.js'
import type { MujocoTask } from '../../../src/environments/mujoco/task.js'
import type { MujocoSimulator, Scene } from '../../../src/environments/mujoco/types.js'
import { seeded } from '../../../src/random.js'
import { crowd } from './crowd.js'
import { reach, reachModel, reachSource } from './reach.js'

const open = (seed = 1) => mujocoSimulator(reach, { random: seeded(seed)('environment') })
const physicsOf = () =>
  openPhysics({
    name: 'reach',
    source: reachSource,
    reads: ['geom_xpos', 'site_xpos'],
    moves: ['geom_pos', 'site_pos'],
  })

/** Steps with random actions, the same ones at every call. */
const wander = (world: MujocoSimulator, steps: number) => {
  const { uniform } = seeded(5)('actions')
  return Array.from({ length: steps }, () => world.step([2 * uniform() - 1, 2 * uniform() - 1]))
}
const target = { row: 0, as: (values: readonly number[]) => ({ geom_pos: { 0: values } }) }
const rest = { qpos: [0, 0], qvel: [0, 0] }

describe('a model that a task moves', () => {
  it('is at the place that the task wrote, another one in each episode', async () => {
    const world = await open()
    const places = Array.from({ length: 5 }, () => [...world.reset().observation].slice(0, 3))
    expect(new Set(places.map(String)).size).toBe(5)
    for (const [x, y, z] of places) {
      expect(y).toBe(0)
      expect(Math.hypot(x - 0.5, z), 'the task places it anew while it is too near').toBeGreaterThan(0.2)
    }
    world.close()
  })

  it('is at the place in a state, by array and row, and as it was compiled in all other rows', async () => {
    const world = await open()
    const { observation } = world.setState({ ...rest, model: target.as([0.125, 0, -0.5]) })
    expect([...observation].slice(0, 3)).toEqual([0.125, 0, -0.5])
    expect(observation[8]).toBe(0.03)
    world.step([0, 0])
    const both = { geom_pos: { '0': [0, 1, 0] }, geom_size: { '0': Float64Array.of(0.5, 0, 0) } }
    expect([...world.setState({ ...rest, model: both }).observation]).toEqual([0, 1, 0, 0.55, 0, 0, 0, 0, 0.5])
    expect([...world.setState(rest).observation]).toEqual([0, 0, 0, 0.55, 0, 0, 0, 0, 0.03])
    world.close()
  })

  it('is determined by the seed, after any earlier episodes', async () => {
    const world = await open(1)
    const other = await open(2)
    wander(other, other.reset() && 7)
    other.setState({ ...rest, model: target.as([1, 1, 1]) })
    const episode = (one: MujocoSimulator) => [one.reset(3), wander(one, 20)]
    expect(episode(other)).toEqual(episode(world))
    world.close()
    other.close()
  })

  it('is in snapshots, which continue bit for bit in a new simulator and in one that went on', async () => {
    const world = await open(1)
    world.reset()
    wander(world, 10)
    const kept = structuredClone(world.snapshot())
    expect(Object.keys(kept.physics.model)).toEqual(['geom_pos', 'geom_size'])
    const truth = wander(world, 10)
    world.reset()
    world.restore(kept)
    expect(wander(world, 10)).toEqual(truth)
    const fresh = await open(2)
    fresh.restore(kept)
    expect(wander(fresh, 10)).toEqual(truth)
    expect(fresh.snapshot()).toEqual(world.snapshot())
    // Without the arrays of the model the target would be at another place.
    const { model } = kept.physics
    const moved = { ...kept.physics, model: { ...model, geom_pos: model['geom_pos'].map((x) => x + 1) } }
    fresh.restore({ ...kept, physics: moved })
    expect(wander(fresh, 10)).not.toEqual(truth)
    const without = { ...kept, physics: { ...kept.physics, model: {} } }
    expect(() => fresh.restore(without)).toThrow('Reach-v0: physics.model.geom_pos of a snapshot: expected a vector')
    world.close()
    fresh.close()
  })

  it('keeps written numbers when the heap moves', async () => {
    const world = await physicsOf()
    world.begin(() => void (world.scene.model.geom_pos[2] = 0.75))
    const before = world.scene.model.geom_pos
    const large = await openPhysics({ name: 'crowd', source: crowd(150), reads: [], moves: [] })
    expect(before, 'the heap did not move: this test shows nothing').toHaveLength(0)
    world.requireOpen()
    expect(world.scene.model.geom_pos[2]).toBe(0.75)
    world.begin(() => {})
    expect(world.scene.model.geom_pos[2]).toBe(0)
    world.close()
    large.close()
  })

  it('moves geoms and sites that were compiled in the frame of their body', async () => {
    const { scene, begin, close } = await physicsOf()
    const geom = 3 * scene.place('geom', 'target').row
    const site = 3 * scene.place('site', 'tip').row
    begin(() => {
      scene.model.geom_pos.set([1, 2, 3], geom)
      scene.model.site_pos.set([0.5, 0, 0], site)
    })
    expect(scene.data.geom_xpos.slice(geom, geom + 3)).toEqual(Float64Array.of(1, 2, 3))
    expect(scene.data.site_xpos.slice(site, site + 3)).toEqual(Float64Array.of(0.8, 0, 0))
    close()
  })
})

describe('an initial state', () => {
  it('may have activations, which are zeros by default', async () => {
    const world = await open()
    expect(world.setState({ ...rest, act: [0.25] }).observation[7]).toBe(0.25)
    const driven = world.step([0, 0])
    expect(world.setState(rest).observation[7]).toBe(0)
    expect(world.step([0, 0]).observation).not.toEqual(driven.observation)
    world.close()
  })

  it('is refused as a whole if a part of it does not fit the task', async () => {
    const world = await open()
    world.reset()
    wander(world, 3)
    const before = world.snapshot()
    const refused: readonly (readonly [object, string])[] = [
      [{ act: [1, 2] }, 'Reach-v0: expected act of size 1, got 2'],
      [{ act: [NaN] }, 'act[0] is NaN'],
      [
        { model: { geom_poss: {} } },
        "Reach-v0: model: expected arrays that the task moves (geom_pos, geom_size), got 'geom_poss'; nearest: geom_pos",
      ],
      [{ model: { geom_pos: { 4: [0, 0, 0] } } }, "Reach-v0: model.geom_pos: expected rows from 0 to 3, got '4'"],
      [{ model: { geom_pos: { target: [0, 0, 0] } } }, "expected rows from 0 to 3, got 'target'"],
      [{ model: target.as([0, 0]) }, 'Reach-v0: expected model.geom_pos[0] of size 3, got 2'],
      [{ model: target.as([0, 0, NaN]) }, 'model.geom_pos[0][2] is NaN'],
    ]
    for (const [part, message] of refused) expect(() => world.setState({ ...rest, ...part })).toThrow(message)
    expect(world.snapshot()).toEqual(before)
    world.close()
  })

  it('has no rows of the model for a task that moves none', async () => {
    const still: MujocoTask = { ...reach, reads: [], moves: [], rules: () => ({ ...rulesOfNothing }) }
    const world = await mujocoSimulator(still, { random: seeded(1)('environment') })
    expect(() => world.setState({ ...rest, model: target.as([0, 0, 0]) })).toThrow(
      "Reach-v0: model: expected arrays that the task moves (it moves none), got 'geom_pos'",
    )
    world.close()
  })
})

const rulesOfNothing = {
  begin: () => {},
  observe: () => new Float64Array(9),
  step: () => ({ reward: 0, terminated: false, info: {} }),
}

describe('a scene', () => {
  it('has a copy of any array of the model as it was compiled', async () => {
    const { scene, begin, close } = await physicsOf()
    begin(() => scene.model.geom_pos.fill(7))
    expect(scene.compiled('geom_pos').slice(0, 3)).toEqual(new Float64Array(3))
    expect(scene.compiled('key_qpos')).toEqual(Float64Array.of(0, 1.5))
    const copy = scene.compiled('jnt_range')
    expect(copy).toEqual(Float64Array.of(0, 0, -2, 2))
    copy.fill(9)
    expect(scene.compiled('jnt_range')).toEqual(Float64Array.of(0, 0, -2, 2))
    expect(() => scene.compiled('geom_type' as never)).toThrow(
      /^reach: compiled: expected names of .*; got 'geom_type'$/,
    )
    close()
  })

  it('derives arrays without a step of time', async () => {
    const { scene, begin, snapshot, close } = await physicsOf()
    begin(() => {})
    const hand = 3 * scene.place('geom', 'hand').row
    const from = scene.data.geom_xpos[hand]
    scene.data.qpos[0] = Math.PI / 2
    expect(scene.data.geom_xpos[hand]).toBe(from)
    scene.forward()
    expect(scene.data.geom_xpos[hand]).toBeLessThan(from - 0.2)
    expect(snapshot().integration[0]).toBe(0)
    close()
    expect(scene.forward).toThrow('reach: used after close()')
    expect(() => scene.compiled('geom_pos')).toThrow('reach: used after close()')
    expect(() => scene.place('geom', 'hand')).toThrow('reach: used after close()')
  })

  it('closes its physics if the rules of a task cannot be made', async () => {
    let lost: Scene | undefined
    const misspelt: MujocoTask = {
      ...reach,
      reads: [],
      moves: [],
      rules: (scene) => {
        lost = scene
        scene.place('geom', 'targt')
        return rulesOfNothing
      },
    }
    await expect(mujocoSimulator(misspelt, { random: seeded(1)('environment') })).rejects.toThrow(
      "Reach-v0: expected the name of a geom of the model (target, upper, hand), got 'targt'; nearest: target",
    )
    expect(lost!.forward).toThrow('Reach-v0: used after close()')
  })

  it('needs the files that its text names', async () => {
    await expect(openPhysics({ name: 'bare', source: { xml: reachModel }, reads: [], moves: [] })).rejects.toThrow(
      /^bare: .*hand\.stl/,
    )
  })
})

describe('the beginning of an episode', () => {
  it('can count contacts of the state that was derived last', async () => {
    const physics = await openPhysics({ name: 'hopper', source: hopperModel, reads: [], moves: [] })
    const { scene } = physics
    const contactsAt = (height: number) => {
      scene.data.qpos[1] = height
      scene.forward()
      return scene.contacts()
    }
    physics.begin(() => {
      expect([5, 1, 5].map((height) => contactsAt(height) > 0)).toEqual([false, true, false])
    })
    physics.close()
  })

  it('can let the model settle, at time 0', async () => {
    const physics = await openPhysics({ name: 'hopper', source: hopperModel, reads: [], moves: [] })
    const { scene } = physics
    physics.begin(() => {
      scene.data.qpos[1] = 2
      scene.settle(50)
    })
    // A tenth of a second in free fall.
    expect(scene.data.qpos[1]).toBeCloseTo(2 - (9.81 * 0.01) / 2, 3)
    expect(scene.data.qvel[1]).toBeCloseTo(-0.981, 3)
    expect(physics.snapshot().integration[0]).toBe(0)
    physics.close()
    for (const use of [() => scene.contacts(), () => scene.settle(1)]) expect(use).toThrow('used after close()')
  })
})
