/** What a guard needs of a learner beside its weights: smaller steps, what was learnt alone, and which hidden units are active. */
import { describe, expect, test, vi } from 'vitest'
import { avgOnTensorFlow } from '../../src/learners/tensorflow/avgOnTensorFlow.js'
import { hyperparametersFor } from '../../src/learners/avg/publishedSettings.js'
import { iacDefaults } from '../../src/learners/iac/iacSettings.js'
import { iacOnTensorFlow } from '../../src/learners/tensorflow/iacOnTensorFlow.js'
import { pendulumSpec } from '../../src/environments/classic/pendulum.js'
import type { ClosableLearner } from '../../src/learners/algorithm.js'
import { seeded } from '../../src/random.js'
import { algorithmNames } from '../../src/runs/algorithms.js'
import { difference } from '../../src/testing/difference.js'
import { life, openSmall, type Weights, weightsOf } from '../guard/guardedWorld.js'

vi.setConfig({ testTimeout: 120_000 })

const small = () => {
  const random = seeded(1)
  return { hidden: [16, 16], random: random('policy'), initialization: random('initialization') }
}
const opened: readonly (readonly [string, () => Promise<ClosableLearner>])[] = [
  ...algorithmNames.map((name) => [name, () => openSmall(name)] as const),
  [
    'avg on TensorFlow.js',
    () => avgOnTensorFlow(pendulumSpec, { ...hyperparametersFor('Pendulum-v1'), ...small() }, { backend: 'cpu' }),
  ],
  ['iac on TensorFlow.js', () => iacOnTensorFlow(pendulumSpec, { ...iacDefaults, ...small() }, { backend: 'cpu' })],
]

/** The greatest distance of a weight from where it was; target networks follow others, and are left out. */
const farthest = (one: Weights, other: Weights): number =>
  Math.max(
    ...Object.entries(one)
      .filter(([name]) => !name.startsWith('target'))
      .flatMap(([name, values]) => Array.from(values, (value, i) => Math.abs(value - other[name][i]))),
  )

describe.each(opened)('%s', (name, open) => {
  const steps = name.endsWith('TensorFlow.js') ? 8 : 60

  test('makes all steps smaller by the product of its factors, and saves it', async () => {
    const [plain, slow] = [await open(), await open()]
    const before = weightsOf(plain)
    life(plain).live(steps)
    slow.scaleStepSizes?.(1e-3)
    slow.scaleStepSizes?.(1e-3)
    life(slow).live(steps)
    const moved = farthest(before, weightsOf(plain))
    expect(moved).toBeGreaterThan(1e-5)
    // Every network moves: one of which the steps are not scaled would be among the farthest.
    expect(farthest(before, weightsOf(slow))).toBeLessThan(1e-4 * moved)
    expect(slow.snapshot()).toMatchObject({ stepSizeScale: 1e-6 })
    expect(plain.snapshot()).not.toHaveProperty('stepSizeScale')
    plain.restore(slow.snapshot())
    expect(plain.snapshot()).toMatchObject({ stepSizeScale: 1e-6 })
    expect(() => plain.restore({ ...(slow.snapshot() as object), stepSizeScale: 2 })).toThrow(
      'stepSizeScale of a snapshot: expected a number above 0 and at most 1, got 2',
    )
    expect(() => plain.scaleStepSizes?.(0)).toThrow('scaleStepSizes: expected a factor above 0 and at most 1, got 0')
  })

  test('puts back what it had learnt, without the place of its random numbers, a replay buffer and smaller steps', async () => {
    const learner = await open()
    const lived = life(learner)
    lived.live(steps)
    const [weights, learnt] = [weightsOf(learner), learner.snapshot({ of: 'learnt' })]
    lived.live(steps)
    learner.scaleStepSizes?.(0.5)
    const later = learner.snapshot() as { readonly random: unknown; readonly collected?: { readonly rewards: unknown } }
    learner.restore(learnt, { of: 'learnt' })
    const back = learner.snapshot() as typeof later
    expect(weightsOf(learner)).toEqual(weights)
    expect(back).toMatchObject({ random: later.random, stepSizeScale: 0.5 })
    if (later.collected !== undefined && !name.startsWith('ppo')) {
      expect(difference(later.collected, back.collected, 'collected')).toBe(null)
    }
    expect(difference(learnt, learner.snapshot({ of: 'learnt' }), 'learnt')).toBe(null)
  })
})

describe.each(algorithmNames)('%s', (name) => {
  test('says which hidden units were active in its latest decision', async () => {
    const learner = await openSmall(name)
    life(learner).live(30)
    expect(learner.hiddenUnits).toBe(32)
    const [active, again] = [new Uint8Array(32), new Uint8Array(32)]
    learner.sample([0.5, -0.5, 1])
    expect(learner.markActive?.(active)).toBe(true)
    const count = active.reduce((sum, each) => sum + each, 0)
    expect(count).toBeGreaterThan(0)
    // A unit of ReLU is active at some observations alone; tanh is active wherever it is not saturated.
    for (const path of Object.keys(learner.parameters)) {
      if (/^actor\.phi\.\d+\.bias/.test(path)) learner.parameters[path].fill(name === 'ppo' ? 1e3 : -1e3)
      if (/^actor\.phi\.[1-9]\d*\.weight/.test(path)) learner.parameters[path].fill(0)
    }
    learner.sample([0.5, -0.5, 1])
    expect(learner.markActive?.(again)).toBe(true)
    // Layer norm takes a bias that all units share off again.
    if (!/^(stream|intentional)-ac$/.test(name)) expect(again).toEqual(new Uint8Array(32))
  })
})

test.each(['td3', 'sac'])('%s has no active units while its actions are uniform', async (name) => {
  const learner = await openSmall(name)
  learner.sample([0.5, -0.5, 1])
  const active = new Uint8Array(32)
  expect(learner.markActive?.(active)).toBe(false)
  expect(active).toEqual(new Uint8Array(32))
})
