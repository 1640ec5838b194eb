import { describe, expect, test } from 'vitest'
import { generalizedAdvantages } from '../../../src/learners/equations/generalizedAdvantages.js'
import { copyChosen } from '../../../src/learners/parts/columns.js'
import { type Rollout, rollout, rolloutBytes, type RolloutStep } from '../../../src/learners/parts/rollout.js'
import { rolloutCodec, type RolloutState } from '../../../src/learners/parts/rolloutState.js'
import { seeded } from '../../../src/random.js'

const spec = { steps: 12, minibatches: 3, observation: { size: 2, names: ['x', 'y'] }, action: { size: 1 } }

/** The t-th step; the fifth and the tenth end an episode. */
const step = (t: number): RolloutStep => ({
  observation: [t, t + 0.5],
  action: [-t],
  logProbability: -t / 10,
  value: Math.sqrt(t),
  reward: (t % 3) - 1,
  discount: t % 5 === 4 ? 0 : 0.9,
})

const full = (): Rollout => {
  const steps = rollout('ppo', spec)
  for (let t = 0; t < spec.steps; t++) steps.add(step(t))
  return steps
}

describe('a rollout', () => {
  test('is full after its steps, and then takes no more', () => {
    const steps = rollout('ppo', spec)
    expect([steps.size, steps.isFull]).toEqual([0, false])
    for (let t = 0; t < 12; t++) steps.add(step(t))
    expect([steps.size, steps.isFull]).toEqual([12, true])
    expect(() => steps.add(step(12))).toThrow('ppo: a rollout of 12 steps is full')
    steps.clear()
    expect([steps.size, steps.isFull]).toEqual([0, false])
    expect(() => steps.finish(0, 0.95)).toThrow('ppo: a rollout of 12 steps has 0 yet')
  })

  test('its advantages are those of its rewards and of the values of collection time, its targets they and the values', () => {
    const steps = full()
    steps.finish(7, 0.95)
    const all = Array.from({ length: 12 }, (_, t) => step(t))
    const of = (get: (each: RolloutStep) => number): Float64Array => Float64Array.from(all, get)
    const want = new Float64Array(12)
    const values = Float64Array.of(...of(({ value }) => value), 7)
    generalizedAdvantages(
      of(({ reward }) => reward),
      of(({ discount }) => discount),
      values,
      0.95,
      want,
    )
    expect(steps.advantages).toEqual(want)
    expect([...steps.targets]).toEqual([...want].map((advantage, t) => advantage + values[t]))
    expect([...steps.logProbabilities]).toEqual(all.map(({ logProbability }) => logProbability))
  })

  test('the value after the last step counts where the last step has a discount, and else not', () => {
    const targets = (lastValue: number, lastDiscount: number): number[] => {
      const steps = rollout('ppo', spec)
      for (let t = 0; t < 12; t++) steps.add({ ...step(t), ...(t === 11 ? { discount: lastDiscount } : {}) })
      steps.finish(lastValue, 0.95)
      return [...steps.targets]
    }
    expect(targets(5, 0.9)).not.toEqual(targets(6, 0.9))
    expect(targets(5, 0)).toEqual(targets(NaN, 0))
  })

  test('an epoch goes through every step once, in minibatches of equal size', () => {
    const steps = full()
    steps.finish(0, 0.95)
    const orders: number[][] = []
    const random = seeded(3)('shuffle')
    for (let epoch = 0; epoch < 4; epoch++) {
      steps.shuffle(random)
      expect(steps.minibatches.map(({ length }) => length)).toEqual([4, 4, 4])
      const order = steps.minibatches.flatMap((minibatch) => [...minibatch])
      expect(order.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
      orders.push(order)
    }
    expect(new Set(orders.map(String)).size).toBe(4)
  })

  test('it is shuffled from the last step down, and the order is carried from epoch to epoch, but begins anew with each rollout', () => {
    const uniforms = Array.from({ length: 22 }, (_, i) => ((i * 7) % 11) / 11)
    const order = Array.from({ length: 12 }, (_, i) => i)
    const drawn = uniforms.slice()
    const random = { normal: () => undefined, uniform: () => drawn.shift() ?? NaN }
    const steps = full()
    steps.finish(0, 0.95)
    for (let epoch = 0; epoch < 2; epoch++) {
      steps.shuffle(random)
      for (let i = 11; i >= 1; i--) {
        const j = Math.floor((uniforms.shift() ?? NaN) * (i + 1))
        ;[order[i], order[j]] = [order[j], order[i]]
      }
      expect(steps.minibatches.flatMap((minibatch) => [...minibatch])).toEqual(order)
    }
    expect(drawn).toEqual([])
    steps.finish(0, 0.95)
    expect([...steps.minibatches[0]]).toEqual([0, 1, 2, 3])
  })

  test('the steps of a minibatch are copied into a batch', () => {
    const steps = full()
    steps.finish(0, 0.95)
    const f32 = new Float32Array(8)
    copyChosen(steps.observation, steps.minibatches[1], f32, 0, 2)
    expect([...f32]).toEqual([4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5])
  })

  test('takes back what was collected since its mark, and goes on with another step', () => {
    const [steps, plain] = [rollout('ppo', spec), rollout('ppo', spec)]
    for (let t = 0; t < 4; t++) steps.add(step(t))
    steps.begin()
    steps.add(step(9))
    steps.takeBack()
    steps.takeBack()
    expect(steps.size).toBe(4)
    for (let t = 0; t < 4; t++) plain.add(step(t))
    expect(steps.snapshot()).toEqual(plain.snapshot())
  })

  test('saves the steps that it holds, and another goes on with them', () => {
    const [from, to, whole] = [rollout('ppo', spec), full(), full()]
    for (let t = 0; t < 7; t++) from.add(step(t))
    const state = from.snapshot()
    to.check('ppo', state)
    expect(to.size).toBe(12)
    to.restore(state)
    expect([to.size, to.snapshot()]).toEqual([7, state])
    for (let t = 7; t < 12; t++) to.add(step(t))
    for (const steps of [to, whole]) steps.finish(3, 0.9)
    expect(to.targets).toEqual(whole.targets)
    expect(to.observation).toEqual(whole.observation)
    expect(rolloutCodec.is(state)).toBe(true)
    // A copy: what comes later does not change it.
    from.add(step(7))
    expect((state as RolloutState).rewards).toHaveLength(7)
  })

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'ppo: collected: expected a snapshot, got undefined'],
    [
      'rewards that are none',
      { rewards: 3 },
      'ppo: collected rewards of a snapshot: expected a vector of fewer than 12 numbers',
    ],
    [
      'twelve steps',
      { rewards: new Float64Array(12) },
      'expected a vector of fewer than 12 numbers, got a Float64Array',
    ],
    [
      'other observations',
      { observations: new Float32Array(3) },
      'ppo: collected observations of a snapshot: expected a vector of 4',
    ],
    [
      'a discount below 0',
      { discounts: [0, -0.5] },
      'ppo: collected discounts[1] of a snapshot: expected a number from 0 to 1',
    ],
    [
      'a reward beyond measure',
      { rewards: [1e19, 0] },
      'ppo: collected rewards[0] of a snapshot: expected a number from -1000000000000000000',
    ],
    [
      'an action of NaN',
      { actions: [0, NaN] },
      'ppo: collected actions[1] of a snapshot: expected a finite number, got NaN',
    ],
  ])('a state of %s is refused, and nothing changes', (_, spoilt, line) => {
    const [steps, from] = [rollout('ppo', spec), rollout('ppo', spec)]
    for (let t = 0; t < 2; t++) from.add(step(t))
    steps.add(step(5))
    const before = steps.snapshot()
    const state = spoilt === undefined ? undefined : { ...(from.snapshot() as object), ...(spoilt as object) }
    expect(() => steps.check('ppo', state)).toThrow(line)
    expect(steps.snapshot()).toEqual(before)
  })

  test.each<[string, Partial<RolloutStep>, string]>([
    ['another size', { action: [1, 2] }, 'ppo: action must have 1 components, got 2'],
    ['a NaN', { observation: [0, NaN] }, 'observation[1] (y) is NaN'],
    ['a value beyond measure', { value: 1e20 }, 'value is 100000000000000000000, and in float32'],
    ['no log-probability', { logProbability: -Infinity }, 'logProbability is -Infinity'],
  ])('refuses %s, and holds what it held', (_, spoilt, line) => {
    const steps = rollout('ppo', spec)
    steps.add(step(0))
    expect(() => steps.add({ ...step(1), ...spoilt })).toThrow(line)
    expect(steps.size).toBe(1)
  })

  test.each([
    [12, 5],
    [12, 0],
    [0, 1],
    [12.5, 1],
    [4, 8],
  ])('%d steps that %d minibatches do not divide are refused in one line', (steps, minibatches) => {
    expect(() => rollout('ppo', { ...spec, steps, minibatches })).toThrow(
      new RangeError(`ppo: a rollout must be of steps that its minibatches divide, got ${steps} and ${minibatches}`),
    )
  })

  test('what it takes is known beforehand', () => {
    const steps = full()
    const [{ buffer: order }] = steps.minibatches
    const held = [
      steps.observation.values,
      steps.action.values,
      steps.logProbabilities,
      steps.values,
      steps.advantages,
      steps.targets,
    ].reduce((sum, { byteLength }) => sum + byteLength, order.byteLength)
    // Rewards and discounts are kept to itself.
    expect(rolloutBytes(spec)).toBe(held + 2 * 8 * 12)
  })
})
