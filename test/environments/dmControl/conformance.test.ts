/** Every task of the control suite against what the suite computed, and against the rules for all simulators. */
import { describe, expect, it } from 'vitest'
import type { DataArray, MovableArray } from '../../../src/environments/mujoco/arrays.js'
import type { Model } from '../../../src/environments/mujoco/model.js'
import { mujocoSimulator } from '../../../src/environments/mujoco/mujocoSimulator.js'
import type { MujocoTask } from '../../../src/environments/mujoco/task.js'
import type { MujocoSimulator, MujocoState } from '../../../src/environments/mujoco/types.js'
import { acrobot } from '../../../src/environments/dmControl/acrobot.js'
import { ballInCup } from '../../../src/environments/dmControl/ballInCup.js'
import { cartpole } from '../../../src/environments/dmControl/cartpole.js'
import { cheetah } from '../../../src/environments/dmControl/cheetah.js'
import { finger } from '../../../src/environments/dmControl/finger.js'
import { fish } from '../../../src/environments/dmControl/fish.js'
import { hopper } from '../../../src/environments/dmControl/hopper.js'
import { humanoid } from '../../../src/environments/dmControl/humanoid.js'
import { manipulator } from '../../../src/environments/dmControl/manipulator.js'
import { pendulum } from '../../../src/environments/dmControl/pendulum.js'
import { pointMass } from '../../../src/environments/dmControl/pointMass.js'
import { quadruped } from '../../../src/environments/dmControl/quadruped.js'
import { reacher } from '../../../src/environments/dmControl/reacher.js'
import { swimmer } from '../../../src/environments/dmControl/swimmer.js'
import { walker } from '../../../src/environments/dmControl/walker.js'
import { seeded } from '../../../src/random.js'
import { largestGap, readGolden } from '../golden.js'
import { expectFacts } from '../mujoco/facts.js'

interface GoldenStep {
  readonly action: readonly number[]
  readonly observation: readonly number[]
  readonly reward: number
}
interface SingleStep extends GoldenStep {
  readonly before: MujocoState
  readonly model: NonNullable<MujocoState['model']>
  readonly observationBefore: readonly number[]
}
interface Golden {
  readonly id: string
  readonly controlTimestep: number
  readonly physicsTimestep: number
  readonly substeps: number
  readonly stepLimit: number
  readonly observation: readonly (readonly [name: string, size: number])[]
  readonly actionLow: readonly number[]
  readonly actionHigh: readonly number[]
  readonly single: readonly SingleStep[]
  readonly rollout: readonly GoldenStep[]
  readonly start: MujocoState & { readonly observation: readonly number[] }
}

/** The tasks by their golden files. */
const tasks: Readonly<Record<string, MujocoTask<DataArray, MovableArray>>> = {
  'acrobot-swingup': acrobot('swingup')(),
  'acrobot-swingup_sparse': acrobot('swingup_sparse')(),
  'ball_in_cup-catch': ballInCup('catch')(),
  'cartpole-balance': cartpole('balance')(),
  'cartpole-balance_sparse': cartpole('balance_sparse')(),
  'cartpole-swingup': cartpole('swingup')(),
  'cartpole-swingup_sparse': cartpole('swingup_sparse')(),
  'cheetah-run': cheetah('run')(),
  'finger-spin': finger('spin')(),
  'finger-turn_easy': finger('turn_easy')(),
  'finger-turn_hard': finger('turn_hard')(),
  'fish-swim': fish('swim')(),
  'fish-upright': fish('upright')(),
  'hopper-hop': hopper('hop')(),
  'hopper-stand': hopper('stand')(),
  'humanoid-run': humanoid('run')(),
  'humanoid-stand': humanoid('stand')(),
  'humanoid-walk': humanoid('walk')(),
  'manipulator-bring_ball': manipulator('bring_ball')(),
  'pendulum-swingup': pendulum('swingup')(),
  'point_mass-easy': pointMass('easy')(),
  'quadruped-run': quadruped('run')(),
  'quadruped-walk': quadruped('walk')(),
  'reacher-easy': reacher('easy')(),
  'reacher-hard': reacher('hard')(),
  'swimmer-swimmer15': swimmer('swimmer15')(),
  'swimmer-swimmer6': swimmer('swimmer6')(),
  'walker-run': walker('run')(),
  'walker-stand': walker('stand')(),
  'walker-walk': walker('walk')(),
}

/** The facts of compiled models, by the task of ours with the model. */
const facts = [
  'acrobot-swingup',
  'ball_in_cup-catch',
  'cartpole-swingup',
  'cheetah-run',
  'finger-spin',
  'finger-turn_easy',
  'fish-swim',
  'hopper-stand',
  'humanoid-stand',
  'manipulator-bring_ball',
  'pendulum-swingup',
  'point_mass-easy',
  'quadruped-walk',
  'reacher-easy',
  'reacher-hard',
  'swimmer-swimmer15',
  'swimmer-swimmer6',
  'walker-stand',
]

/** What the suite writes to its model at each reset, and ours has when it is compiled: a field of one row. */
const written: Readonly<Record<string, readonly [table: string, row: number, field: string, value: unknown]>> = {
  'finger-spin': ['joints', 2, 'damping', 0.03],
  'finger-turn_easy': ['sites', 0, 'size', [0.07, 0.005, 0.005]],
  'reacher-hard': ['geoms', 6, 'size', [0.015, 0, 0]],
}

type Facts = Parameters<typeof expectFacts>[1]
const factsOf = (name: string): Facts => {
  const read = readGolden<Facts & Record<string, Record<string, unknown>[]>>(`models/dm_control/${name}.json`)
  if (name in written) {
    const [table, row, field, value] = written[name]
    read[table][row][field] = value
  }
  return read
}

const open = (name: string, seed = 1) => mujocoSimulator(tasks[name], { random: seeded(seed)('environment') })

/** Takes steps with random actions, the same ones at every call. */
const wander = (world: MujocoSimulator, steps: number) => {
  const random = seeded(5)('actions')
  const { size, low, high } = world.spec.action
  return Array.from({ length: steps }, () => {
    const action = Float64Array.from({ length: size }, (_, i) => low[i] + (high[i] - low[i]) * random.uniform())
    const { observation, reward } = world.step(action)
    return [...observation, reward]
  })
}

it.each(facts)('the model of %s has the compiled facts, to 1e-9', (name) =>
  expectFacts(tasks[name].source as Model, factsOf(name)),
)

describe.each(Object.keys(tasks))('dm_control/%s', (name) => {
  const golden = readGolden<Golden>(`dm_control/${name}.json`)

  it('has the suite’s shapes, bounds and pace', () => {
    const { spec, frameSkip, source } = tasks[name]
    expect(spec.name).toBe(golden.id)
    expect(spec.observation.size).toBe(golden.observation.reduce((sum, [, size]) => sum + size, 0))
    expect(spec.action.low).toEqual(golden.actionLow)
    expect(spec.action.high).toEqual(golden.actionHigh)
    expect(spec.stepSeconds).toBeCloseTo(golden.controlTimestep, 12)
    expect((source as Model).timestep).toBe(golden.physicsTimestep)
    expect(frameSkip).toBe(golden.substeps)
    expect(spec.stepLimit).toBe(golden.stepLimit)
  })

  it('takes 16 single steps within 1e-6', async () => {
    const world = await open(name)
    expect(golden.single).toHaveLength(16)
    golden.single.forEach(({ before, model, observationBefore, ...step }, index) => {
      const start = world.setState({ ...before, model })
      expect(largestGap(start.observation, observationBefore), `before step ${index}`).toBeLessThan(1e-6)
      const { observation, reward, terminated, truncated } = world.step(step.action)
      expect(largestGap(observation, step.observation), `observation of step ${index}`).toBeLessThan(1e-6)
      expect(Math.abs(reward - step.reward), `reward of step ${index}`).toBeLessThan(1e-6)
      expect([terminated, truncated]).toEqual([false, false])
    })
    world.close()
  })

  it('stays within 1e-4 of the rollout for ten steps', async () => {
    const world = await open(name)
    const { observation: first, ...state } = golden.start
    expect(largestGap(world.setState(state).observation, first)).toBeLessThan(1e-6)
    golden.rollout.slice(0, 10).forEach((step, index) => {
      const { observation, reward } = world.step(step.action)
      expect(largestGap(observation, step.observation), `observation of step ${index}`).toBeLessThan(1e-4)
      expect(Math.abs(reward - step.reward), `reward of step ${index}`).toBeLessThan(1e-4)
    })
    world.close()
  })

  it('is determined by the seed, after any earlier episodes', async () => {
    const [world, other] = await Promise.all([open(name, 1), open(name, 2)])
    other.reset()
    wander(other, 3)
    const episode = (one: MujocoSimulator) => [one.reset(3).observation, wander(one, 20)]
    const ours = episode(world)
    expect(episode(other)).toEqual(ours)
    expect([other.reset(4).observation, wander(other, 20)]).not.toEqual(ours)
    world.close()
    other.close()
  })

  it('continues bit for bit from a snapshot, in another simulator too', async () => {
    const [world, other] = await Promise.all([open(name, 1), open(name, 2)])
    world.reset()
    const beginning = world.snapshot()
    wander(world, 7)
    const middle = world.snapshot()
    const goOn = (one: MujocoSimulator) => [wander(one, 10), one.reset().observation, wander(one, 5)]
    const ours = goOn(world)
    other.restore(middle)
    expect(other.snapshot()).toEqual(middle)
    expect(goOn(other)).toEqual(ours)
    other.restore(beginning)
    wander(other, 7)
    expect(goOn(other)).toEqual(ours)
    world.close()
    other.close()
  })
})
