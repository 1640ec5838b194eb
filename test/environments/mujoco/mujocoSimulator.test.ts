import { describe, expect, it, vi } from 'vitest'
import { components } from '../../../src/environments/components.js'
import { halfCheetah } from '../../../src/environments/gymnasium/halfCheetah.js'
import { hopper } from '../../../src/environments/gymnasium/hopper.js'
import { robotTask } from '../../../src/environments/gymnasium/robot.js'
import type { Model, ModelText } from '../../../src/environments/mujoco/model.js'
import { mujocoSimulator } from '../../../src/environments/mujoco/mujocoSimulator.js'
import { openPhysics } from '../../../src/environments/mujoco/physics.js'
import type { MujocoTask, TaskRules } from '../../../src/environments/mujoco/task.js'
import type { MujocoSimulator } from '../../../src/environments/mujoco/types.js'
import { NotFiniteError } from '../../../src/failure.js'
import { seeded } from '../../../src/random.js'
import type { Random, SimulatorStep } from '../../../src/types.js'
import { crowd } from './crowd.js'

// The tests open several simulators of every task, which is slow on a slow machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const hopperV4 = robotTask(hopper, 'v4')
const halfCheetahV4 = robotTask(halfCheetah, 'v4')

const random = (seed: number) => seeded(seed)('environment')
const open = (task: MujocoTask, seed = 1) => mujocoSimulator(task, { random: random(seed) })

/** The physics of a task without its rules. */
const probeOf = (source: Model | ModelText) => openPhysics({ name: 'probe', source, reads: [], moves: [] })

/** Hopper-v4 with some of its rules changed. */
const hopperWith = (change: (rules: TaskRules) => Partial<TaskRules>): MujocoTask => ({
  ...hopperV4,
  rules: (scene) => {
    const rules = hopperV4.rules(scene)
    return { ...rules, ...change(rules) }
  },
})

/** Steps with random actions, the same ones at every call. */
const wander = (world: MujocoSimulator, steps: number, name = 'actions'): readonly SimulatorStep[] => {
  const { uniform } = seeded(5)(name)
  const { size } = world.spec.action
  return Array.from({ length: steps }, () => world.step(Float64Array.from({ length: size }, () => 2 * uniform() - 1)))
}

/**
 * A hopper whose observation has arrays that MuJoCo derives: the positions of its parts and the forces of its constraints. Its reward
 * uses both before the step, as in tasks that measure velocity by a body's position.
 */
const derivedHopper: MujocoTask<'xipos' | 'qfrc_constraint'> = {
  ...hopperV4,
  spec: {
    ...hopperV4.spec,
    name: 'Derived-v0',
    observation: components(Array.from({ length: 21 }, (_, i) => [`number ${i}`, '1'] as const)),
  },
  reads: ['xipos', 'qfrc_constraint'],
  rules: (scene) => ({
    ...hopperV4.rules({ ...scene, model: {} }),
    observe: () => Float64Array.of(...scene.data.xipos, ...scene.data.qfrc_constraint),
    step: (_, advance) => {
      const from = scene.data.xipos[3]
      const push = scene.data.qfrc_constraint[1]
      advance()
      return { reward: scene.data.xipos[3] - from + push, terminated: false, info: {} }
    },
  }),
}

describe.each([
  ['Hopper-v4', hopperV4],
  ['Hopper-v5', robotTask(hopper, 'v5')],
  ['HalfCheetah-v4', halfCheetahV4],
])('snapshots of %s', (_, task) => {
  it('continue bit for bit, in a new simulator and in one that went on', async () => {
    const world = await open(task)
    world.reset(3)
    wander(world, 60)
    const kept = structuredClone(world.snapshot())
    const goOn = (one: MujocoSimulator) => [wander(one, 40, 'later'), one.reset(), wander(one, 5)]
    const truth = goOn(world)

    const fresh = await open(task, 77)
    fresh.restore(kept)
    expect(goOn(fresh)).toEqual(truth)
    world.restore(kept)
    expect(goOn(world)).toEqual(truth)
    expect(world.snapshot()).toEqual(fresh.snapshot())
    world.close()
    fresh.close()
  })

  it('count steps towards the limit', async () => {
    const world = await open(task)
    world.reset()
    wander(world, 600)
    const kept = world.snapshot()
    world.reset()
    world.restore(kept)
    const ends = wander(world, 400).map(({ truncated }) => truncated)
    expect(ends.indexOf(true)).toBe(399)
    world.close()
  })
})

describe('snapshots', () => {
  it('hold more than positions and velocities, from which alone it would continue differently', async () => {
    const world = await open(hopperV4)
    world.reset(3)
    wander(world, 60)
    const kept = world.snapshot()
    const { qpos, qvel } = await probeOf(hopperV4.source).then((probe) => {
      probe.restore(kept.physics)
      const { qpos, qvel } = probe.scene.data
      const posture = { qpos: qpos.slice(), qvel: qvel.slice() }
      probe.close()
      return posture
    })
    const truth = wander(world, 40, 'later')
    world.setState({ qpos, qvel })
    expect(wander(world, 40, 'later')).not.toEqual(truth)
    world.close()
  })

  it('restore derived arrays with their lag, and do not derive them again', async () => {
    const world = await mujocoSimulator(derivedHopper, { random: random(1) })
    world.reset(3)
    wander(world, 30)
    const kept = structuredClone(world.snapshot())
    const constrained = kept.physics.derived['qfrc_constraint']
    expect(constrained.some((force) => force !== 0)).toBe(true)
    const truth = wander(world, 20, 'later')

    const fresh = await mujocoSimulator(derivedHopper, { random: random(2) })
    fresh.restore(kept)
    expect(wander(fresh, 20, 'later')).toEqual(truth)
    world.restore(kept)
    expect(wander(world, 20, 'later')).toEqual(truth)

    // A snapshot without them would continue with arrays derived from the restored state, which is one physics step ahead.
    const probe = await openPhysics({ name: 'probe', source: hopperV4.source, reads: ['xipos'], moves: [] })
    const { data } = probe.scene
    probe.begin(() => data.qpos.set(kept.physics.integration.slice(1, 1 + data.qpos.length)))
    expect(data.xipos).not.toEqual(kept.physics.derived['xipos'])
    for (const one of [world, fresh, probe]) one.close()
  })
})

describe('random numbers', () => {
  it('determine an episode by its seed alone, and later resets as well', async () => {
    const world = await open(hopperV4, 1)
    const other = await open(hopperV4, 2)
    const episodes = (one: MujocoSimulator, seed: number) => [
      one.reset(seed),
      wander(one, 20),
      one.reset(),
      one.reset(),
    ]
    const truth = episodes(world, 7)
    expect(episodes(other, 7)).toEqual(truth)
    expect(episodes(other, 8)).not.toEqual(truth)
    expect(truth[2]).not.toEqual(truth[3])
    world.close()
    other.close()
  })

  it('come from the stream in the options until a seed is passed to reset', async () => {
    const world = await open(hopperV4, 1)
    const same = await open(hopperV4, 1)
    const other = await open(hopperV4, 2)
    const truth = [world.reset(), world.reset()]
    expect([same.reset(), same.reset()]).toEqual(truth)
    expect([other.reset(), other.reset()]).not.toEqual(truth)
    for (const one of [world, same, other]) one.close()
  })

  it('may come from a generator that cannot save its place', async () => {
    const plain: Random = { uniform: () => 0.5, normal: (out) => out.fill(0) }
    const world = await mujocoSimulator(halfCheetahV4, { random: plain })
    expect([...world.reset().observation]).toEqual(Array(17).fill(0))
    const kept = world.snapshot()
    const truth = wander(world, 3)
    world.restore(kept)
    expect(wander(world, 3)).toEqual(truth)
    world.close()
  })
})

describe('several simulators', () => {
  it('do not change one another when memory moves', async () => {
    const alone = async (task: MujocoTask) => {
      const world = await open(task)
      world.reset(4)
      const steps = wander(world, 40)
      world.close()
      return steps
    }
    const truths = [await alone(hopperV4), await alone(halfCheetahV4)]

    const worlds = [await open(hopperV4), await open(halfCheetahV4)]
    for (const world of worlds) world.reset(4)
    const draws = worlds.map(() => seeded(5)('actions').uniform)
    const steps: SimulatorStep[][] = [[], []]
    const others: { close(): void }[] = []
    let moves = 0
    for (let step = 0; step < 40; step++) {
      if (step % 10 === 5) {
        const watch = await probeOf(hopperV4.source)
        const view = watch.scene.data.qpos
        others.push(watch, await probeOf(crowd(150)))
        if (view.length === 0) moves += 1
      }
      worlds.forEach((world, w) => {
        const action = Float64Array.from({ length: world.spec.action.size }, () => 2 * draws[w]() - 1)
        steps[w].push(world.step(action))
      })
    }
    expect(moves, 'the heap never moved: this test shows nothing').toBeGreaterThan(0)
    expect(steps).toEqual(truths)
    for (const one of [...worlds, ...others]) one.close()
  })
})

describe('a simulator', () => {
  it('returns new observations and does not change the action', async () => {
    const world = await open(hopperV4)
    const { observation } = world.reset()
    const before = [...observation]
    const action = Float64Array.of(5, -5, 0.5)
    const taken = world.step(action)
    const shown = [...taken.observation]
    world.step(action)
    expect([...observation]).toEqual(before)
    expect([...taken.observation]).toEqual(shown)
    expect([...action]).toEqual([5, -5, 0.5])
    world.close()
  })

  it('refuses bad actions, and does not move', async () => {
    const world = await open(hopperV4)
    expect(() => world.step([0, 0, 0])).toThrow('Hopper-v4: expected reset() or setState() before the first step()')
    world.reset()
    const before = world.snapshot()
    expect(() => world.step([0, NaN, 0])).toThrow(new NotFiniteError('action', { index: 1, name: 'leg torque' }, NaN))
    expect(() => world.step([0, 0, -Infinity])).toThrow('action[2] (foot torque) is -Infinity')
    expect(() => world.step([0, 0])).toThrow('Hopper-v4: expected action of size 3, got 2')
    const [qpos, qvel] = [new Float64Array(6), new Float64Array(6)]
    expect(() => world.setState({ qpos: [0], qvel })).toThrow('Hopper-v4: expected qpos of size 6, got 1')
    expect(() => world.setState({ qpos, qvel: [0] })).toThrow('Hopper-v4: expected qvel of size 6, got 1')
    expect(() => world.setState({ qpos: [0, 0, NaN, 0, 0, 0], qvel })).toThrow('qpos[2] (rooty) is NaN')
    expect(() => world.restore({ ...before, task: 'Ant-v4' })).toThrow('a snapshot of its own, got one of Ant-v4')
    expect(world.snapshot()).toEqual(before)
    world.close()
  })

  it('refuses actions whose squares are too large for a reward, and values that are not snapshots, before anything moves', async () => {
    const world = await mujocoSimulator(derivedHopper, { random: random(1) })
    world.reset()
    wander(world, 3)
    const before = structuredClone(world.snapshot())
    for (const torque of [1e160, -Number.MAX_VALUE]) {
      expect(() => world.step([0, torque, 0])).toThrow(new NotFiniteError('squared action', null, Infinity))
    }
    const { physics, random: saved } = before
    const { derived, integration } = physics
    const flawed: readonly (readonly [unknown, string])[] = [
      [null, 'Derived-v0: expected a snapshot, got null'],
      [{ ...before, elapsed: -1 }, 'Derived-v0: elapsed of a snapshot: expected null or an integer from 0 up, got -1'],
      [{ ...before, physics: null }, 'Derived-v0: physics: expected a snapshot, got null'],
      [
        { ...before, physics: { ...physics, integration: integration.with(2, NaN) } },
        'Derived-v0: physics.integration[2] of a snapshot',
      ],
      [
        { ...before, physics: { ...physics, integration: undefined } },
        'Derived-v0: physics.integration of a snapshot: expected a vector',
      ],
      [
        { ...before, physics: { integration } },
        'Derived-v0: physics.derived.xipos of a snapshot: expected a vector of 15 numbers',
      ],
      [
        { ...before, physics: { integration, derived: { ...derived, qfrc_constraint: [1] } } },
        'Derived-v0: physics.derived.qfrc_constraint of a snapshot: expected a vector of 6 components, got one of 1',
      ],
      [
        { ...before, random: { ...saved, state: [0, 0, 0, 0] } },
        'Derived-v0: random.state of a snapshot: expected a place',
      ],
      [JSON.parse(JSON.stringify(before)), 'with indexes as keys, which JSON makes of a typed array'],
    ]
    for (const [state, message] of flawed) expect(() => world.restore(state as never)).toThrow(message)
    expect(world.snapshot()).toEqual(before)
    world.close()
  })

  it('has begun no episode after the initial state was refused', async () => {
    let isBlind = false
    const world = await open(
      hopperWith(({ observe }) => ({ observe: () => (isBlind ? observe().fill(NaN) : observe()) })),
    )
    world.reset()
    isBlind = true
    expect(() => world.reset()).toThrow('observation[0] (torso height) is NaN')
    isBlind = false
    expect(() => world.step([0, 0, 0])).toThrow('Hopper-v4: expected reset() or setState() before the first step()')
    world.reset()
    world.step([0, 0, 0])
    world.close()
  })

  it('is not made with a spec that does not fit the model, nor without random numbers', async () => {
    const { spec } = hopperV4
    const action = components([['thigh torque', '1', -1, 1]])
    await expect(open({ ...hopperV4, spec: { ...spec, action } })).rejects.toThrow(
      new RangeError('Hopper-v4: spec.action: expected size 3, as the model has controls, got 1'),
    )
    await expect(open({ ...hopperV4, frameSkip: 5 })).rejects.toThrow(
      new RangeError('Hopper-v4: spec.stepSeconds: expected 0.01, for 5 physics steps of 0.002 s, got 0.008'),
    )
    await expect(mujocoSimulator(hopperV4, undefined as never)).rejects.toThrow(
      'mujocoSimulator: random must be a stream of random numbers',
    )
  })

  it('refuses an observation of another size than its spec’s', async () => {
    const world = await open(hopperWith(() => ({ observe: () => new Float64Array(10) })))
    expect(() => world.reset()).toThrow('Hopper-v4: expected observation of size 11, got 10')
    world.close()
  })

  it('refuses an observation or a reward that is not finite', async () => {
    const world = await open(hopperWith(() => ({ observe: () => new Float64Array(11).fill(NaN, 3) })))
    expect(() => world.reset()).toThrow('observation[3] (leg angle) is NaN')
    const unpaid = { reward: NaN, terminated: false, info: {} }
    const other = await open(hopperWith(() => ({ step: () => unpaid })))
    other.reset()
    expect(() => other.step([0, 0, 0])).toThrow(new NotFiniteError('reward', null, NaN))
    world.close()
    other.close()
  })

  it('fails with MuJoCo’s warning when it diverged, at that step and every further one, and recovers', async () => {
    const world = await open(halfCheetahV4)
    world.reset()
    const sound = world.snapshot()
    const rest = { qpos: new Float64Array(9), qvel: new Float64Array(9) }
    const diverge = () => {
      world.setState({ ...rest, qvel: [0, 1e12, 0, 0, 0, 0, 0, 0, 0] })
      expect(() => world.step([0, 0, 0, 0, 0, 0])).toThrow(
        /^HalfCheetah-v4: MuJoCo warns: .*huge value in Q(POS|VEL) at DOF 1/,
      )
      expect(() => world.step([0, 0, 0, 0, 0, 0])).toThrow(/MuJoCo warns/)
    }
    const recoveries = [() => world.reset(), () => world.setState(rest), () => world.restore(sound)]
    for (const recover of recoveries) {
      diverge()
      recover()
      expect(Number.isFinite(world.step([0, 0, 0, 0, 0, 0]).reward)).toBe(true)
    }
    world.close()
  })

  it('names the position or velocity that became not finite, and is not reset without an error', async () => {
    const world = await open(halfCheetahV4)
    world.setState({ qpos: new Float64Array(9), qvel: new Float64Array(9).fill(1e200) })
    expect(() => world.step([0, 0, 0, 0, 0, 0])).toThrow(NotFiniteError)
    expect(() => world.step([0, 0, 0, 0, 0, 0])).toThrow(/^q(pos|vel)\[\d\] \(\w+\) is (NaN|-?Infinity)/)
    world.reset()
    expect(Number.isFinite(world.step([0, 0, 0, 0, 0, 0]).reward)).toBe(true)
    world.close()
  })

  it('cannot be used after it is closed, and others continue', async () => {
    const world = await open(hopperV4)
    const other = await open(hopperV4)
    world.reset()
    other.reset()
    const kept = world.snapshot()
    world.close()
    world.close()
    const uses = [
      () => world.step([0, 0, 0]),
      () => world.reset(),
      () => world.snapshot(),
      () => world.restore(kept),
      () => world.setState({ qpos: new Float64Array(6), qvel: new Float64Array(6) }),
    ]
    for (const use of uses) expect(use).toThrow('Hopper-v4: used after close()')
    expect(Number.isFinite(other.step([0, 0, 0]).reward)).toBe(true)
    other.close()
  })
})
