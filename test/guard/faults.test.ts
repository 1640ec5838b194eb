/** Faults put into lives of real learners: with `stop` the life ends with one line, with `rollback` it goes on; weights stay finite. */
import { describe, expect, test, vi } from 'vitest'
import { guard } from '../../src/guard/guard.js'
import type { GuardedLearner } from '../../src/guard/guardedLearner.js'
import type { GuardOptions } from '../../src/guard/guardOptions.js'
import type { Trip } from '../../src/guard/trip.js'
import { type Fault, life, openSmall, type Weights, weightsOf } from './guardedWorld.js'

vi.setConfig({ testTimeout: 120_000 })

const names = ['avg', 'iac', 'sac-1', 'sac', 'td3-1', 'td3', 'ppo', 'stream-ac', 'intentional-ac'] as const
const AT = 100
const watchful = {
  lookEvery: 1,
  snapshotEvery: 1,
  window: 50,
  largestMove: 1000,
  saturatedShare: 'none',
  deadShare: 'none',
} as const

/** A guarded learner in its life, with the weights that it had before each step. */
const guardedLife = async (name: string, options: GuardOptions, learnsFirst = true) => {
  const trips: Trip[] = []
  const guarded = guard(await openSmall(name), { ...watchful, onTrip: (trip) => trips.push(trip), ...options })
  const before: Weights[] = []
  const lived = life(guarded, { learnsFirst })
  const live = (steps: number, fault?: Fault): void =>
    lived.live(steps, (step, incoming) => {
      before[step] = weightsOf(guarded)
      return fault === undefined ? incoming : fault(step, incoming)
    })
  return { guarded, trips, before, live, actions: lived.actions }
}

const same = (one: Weights, other: Weights): boolean =>
  Object.entries(one).every(([name, values]) => values.every((value, i) => Object.is(value, other[name][i])))
const areFinite = (weights: Weights): boolean =>
  Object.values(weights).every((values) => values.every((value) => Number.isFinite(value)))

/** Multiplies the weights of the critics, or spoils one of the policy, before the learner sees the step. */
const spoilt =
  (guarded: Pick<GuardedLearner, 'parameters'>, change: (parameters: Weights) => void): Fault =>
  (step, incoming) => {
    if (step === AT) change(guarded.parameters)
    return incoming
  }
const isCritic = (name: string): boolean => !name.startsWith('actor') && !name.startsWith('log')

/** Faults of what comes in, and the reason of each. */
const inputs: readonly (readonly [string, Fault, RegExp])[] = [
  [
    'a NaN in an observation',
    (step, incoming) => (step === AT ? { ...incoming, observation: [NaN, 0, 0] } : incoming),
    /bservation\[0\] is NaN, expected a finite number$/,
  ],
  [
    'a reward of 1e30',
    (step, incoming) => (step === AT ? { ...incoming, reward: 1e30 } : incoming),
    /^reward is 1e\+30, and in float32 a sum of its squares is Infinity, expected a finite number$/,
  ],
]

/** Faults of weights, before the learner sees the step. */
const changes: readonly (readonly [string, (parameters: Weights) => void])[] = [
  ['a NaN in a weight of the policy', (parameters) => void (parameters[Object.keys(parameters)[0]][0] = NaN)],
  [
    'a NaN in a weight of a critic',
    (parameters) => void (parameters[Object.keys(parameters).find(isCritic)!][0] = NaN),
  ],
  [
    'weights of the critics so large that gradients overflow',
    (parameters) => {
      for (const [name, values] of Object.entries(parameters)) {
        if (isCritic(name)) values.forEach((value, i) => void (values[i] = (value + 0.01) * 1e30))
      }
    },
  ],
]

describe.each(names)('%s', (name) => {
  describe.each(inputs)('%s', (_what, fault, reason) => {
    test('ends a life with stop, with the weights from before it', async () => {
      const { guarded, trips, before, live } = await guardedLife(name, { onDivergence: 'stop' })
      expect(() => live(150, fault)).toThrow(reason)
      expect(before).toHaveLength(AT + 1)
      expect(same(weightsOf(guarded), before[AT])).toBe(true)
      expect(areFinite(before[AT])).toBe(true)
      expect(trips).toMatchObject([{ cause: 'input', outcome: 'stopped', trips: 1, updatesLost: 0, stepSizeScale: 1 }])
    })

    test.each([true, false])('is refused alone with rollback, where learning comes first: %s', async (learnsFirst) => {
      const { guarded, trips, before, live, actions } = await guardedLife(
        name,
        { onDivergence: 'rollback' },
        learnsFirst,
      )
      live(AT + 1, fault)
      if (learnsFirst) expect(same(weightsOf(guarded), before[AT])).toBe(true)
      const decided = actions.length
      live(60, fault)
      expect(trips).toMatchObject([{ cause: 'input', outcome: 'refused', updatesLost: 0, stepSizeScale: 1 }])
      expect(trips[0].reason).toMatch(reason)
      // The safe action is sent once: in a life that acts first, the reward of a step comes when it is decided already.
      expect(actions.flat().filter((action) => action === 0)).toEqual([0])
      expect(actions.length).toBeGreaterThan(decided + 50)
      expect(areFinite(weightsOf(guarded))).toBe(true)
      expect(same(weightsOf(guarded), before[AT])).toBe(false)
    })
  })

  describe.each(changes)('%s', (_what, change) => {
    test('ends a life with stop, with weights from before it', async () => {
      const { guarded, trips, before, live } = await guardedLife(name, { onDivergence: 'stop' })
      expect(() => live(150, spoilt(guarded, change))).toThrow(/, expected /)
      const kept = weightsOf(guarded)
      expect(areFinite(kept)).toBe(true)
      // The good snapshot is two updates old at most.
      expect(before.slice(AT - 2, AT + 1).some((weights) => same(weights, kept))).toBe(true)
      expect(trips).toMatchObject([{ outcome: 'stopped', trips: 1 }])
    })

    test('is taken back with rollback, with smaller steps', async () => {
      const { guarded, trips, before, live } = await guardedLife(name, { onDivergence: 'rollback' })
      live(150, spoilt(guarded, change))
      expect(trips).toMatchObject([{ outcome: 'rolledBack', trips: 1, stepSizeScale: 0.5 }])
      expect(trips[0].reason).not.toContain('\n')
      expect(trips[0].updatesLost).toBeLessThanOrEqual(2)
      expect(before.slice(AT - 2, AT + 1).some((weights) => same(weights, before[AT + 1]))).toBe(true)
      expect(before.slice(AT + 1).every(areFinite)).toBe(true)
      expect(same(weightsOf(guarded), before[AT + 1])).toBe(false)
      expect(guarded.snapshot().learner).toMatchObject({ stepSizeScale: 0.5 })
    })
  })

  test.each(['stop', 'rollback'] as const)('goes on with %s when a sensor is constant', async (onDivergence) => {
    const { guarded, trips, live } = await guardedLife(name, { onDivergence })
    live(300, (step, incoming) =>
      step < AT ? incoming : { ...incoming, observation: [0.5, incoming.observation[1], incoming.observation[2]] },
    )
    expect(trips).toEqual([])
    expect(areFinite(weightsOf(guarded))).toBe(true)
  })

  test('a fault that stays ends the life after three trips, in one line', async () => {
    const { guarded, trips, before, live } = await guardedLife(name, { onDivergence: 'rollback' })
    const broken: Fault = (step, incoming) => (step < AT ? incoming : { ...incoming, observation: [0, NaN, 0] })
    expect(() => live(150, broken)).toThrow(
      /^(nextO|o)bservation\[1\] is NaN, expected a finite number; it is trip 4 of the guard, and 3 are allowed$/,
    )
    expect(trips.map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'refused', 'stopped'])
    expect(same(weightsOf(guarded), before[AT])).toBe(true)
  })
})

describe.each(['avg', 'iac', 'sac-1', 'td3-1'] as const)('a saturated policy of %s', (name) => {
  const saturate = (parameters: Weights): void => {
    for (const [path, values] of Object.entries(parameters)) if (/^actor\.(mu|head)\.bias/.test(path)) values.fill(5)
  }
  const options = { saturatedShare: 0.5, largestMove: 'none', window: 20, snapshotEvery: 1000 } as const

  test('ends a life with stop, and goes back with rollback', async () => {
    const one = await guardedLife(name, { onDivergence: 'stop', ...options })
    const reason = /^\d+(\.\d+)? % of the components of the last 20 actions were at a bound, expected less than 50 %$/
    expect(() => one.live(150, spoilt(one.guarded, saturate))).toThrow(reason)
    expect(one.trips).toMatchObject([{ cause: 'saturatedPolicy', outcome: 'stopped' }])
    const other = await guardedLife(name, { onDivergence: 'rollback', ...options })
    other.live(150, spoilt(other.guarded, saturate))
    expect(other.trips).toMatchObject([{ cause: 'saturatedPolicy', outcome: 'rolledBack' }])
    expect(areFinite(weightsOf(other.guarded))).toBe(true)
  })
})

describe.each([
  ['avg', -1e3],
  ['iac', -1e3],
  ['td3-1', -1e3],
  ['sac', -1e3],
  ['ppo', 1e3],
] as const)('dead units of %s', (name, bias) => {
  const kill = (parameters: Weights): void => {
    for (const [path, values] of Object.entries(parameters)) {
      if (/^actor\.phi\.\d+\.bias/.test(path)) values.fill(bias)
      if (/^actor\.phi\.[1-9]\d*\.weight/.test(path)) values.fill(0)
    }
  }
  const options = { deadShare: 0.9, largestMove: 'none', window: 20, snapshotEvery: 1000 } as const

  test('end a life with stop, and go back with rollback', async () => {
    const reason =
      /^100 % of the hidden units of the policy were not active in the last 20 decisions, expected less than 90 %$/
    const one = await guardedLife(name, { onDivergence: 'stop', ...options })
    expect(() => one.live(150, spoilt(one.guarded, kill))).toThrow(reason)
    const other = await guardedLife(name, { onDivergence: 'rollback', ...options })
    other.live(150, spoilt(other.guarded, kill))
    expect(other.trips).toMatchObject([{ cause: 'deadUnits', outcome: 'rolledBack' }])
  })
})
