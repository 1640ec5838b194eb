import { describe, expect, test } from 'vitest'
import { bytesInUse, garbageCollector } from '../../../src/runs/bench/measure.js'
import { fromSafetensors, toSafetensors } from '../../../src/learners/interchange/safetensors.js'
import { putWeights, weightsOf } from '../../../src/learners/interchange/weights.js'
import type { ArenaSnapshot } from '../../../src/learners/parts/arenaSnapshot.js'
import type { RolloutState } from '../../../src/learners/parts/rolloutState.js'
import { iac } from '../../../src/learners/iac/iac.js'
import { ppo, type PpoLearner } from '../../../src/learners/ppo/ppo.js'
import { ppoFormat } from '../../../src/learners/ppo/ppoFormat.js'
import type { PpoSettings } from '../../../src/learners/ppo/ppoSettings.js'
import { seeded } from '../../../src/random.js'
import { restorable } from '../../../src/state/restorable.js'
import { RestoreError } from '../../../src/state/restoreError.js'
import { difference } from '../../../src/testing/difference.js'
import type { Random } from '../../../src/types.js'
import { bytesOf, parsed } from '../../state/serialized.js'
import { learnerOf, live, sources, spec, world } from './life.js'

const step = { observation: [1, 2, 3], reward: 1, nextObservation: [0, 1, 0] }
const goesOn = { terminated: false, truncated: false }

describe('a rollout', () => {
  test('is collected step by step, and learnt from in the update that fills it; no weight moves before', () => {
    const learner = learnerOf()
    const first = learner.snapshot().floats
    const next = world()
    const { reports } = live(learner, 11, next)
    expect(reports.map(({ collected, learning }) => [collected, learning])).toEqual(
      Array.from({ length: 11 }, (_, i) => [i + 1, null]),
    )
    expect([learner.snapshot().floats, learner.version]).toEqual([first, 0])
    const [{ collected, learning }] = live(learner, 1, next).reports
    expect(collected).toBe(12)
    expect(learning?.losses).toHaveLength(9)
    expect(learner.snapshot().floats).not.toEqual(first)
    expect(learner.version).toBe(1)
    expect(live(learner, 1, next).reports[0]).toMatchObject({ collected: 1, learning: null })
  })

  test('begins with weights of the published gains, biases of 0 and deviations of 1', () => {
    const { parameters } = learnerOf({ hidden: [64, 32] })
    const size = (path: string) => Math.hypot(...parameters[path])
    // An orthonormal set of n vectors has the norm √n.
    expect(size('actor.phi.0.weight')).toBeCloseTo(Math.SQRT2 * Math.sqrt(3), 4)
    expect(size('critic.phi.2.weight')).toBeCloseTo(Math.SQRT2 * Math.sqrt(32), 4)
    expect(size('actor.head.weight')).toBeCloseTo(0.01 * Math.sqrt(2), 6)
    expect(size('critic.head.weight')).toBeCloseTo(1, 5)
    for (const [path, values] of Object.entries(parameters)) {
      if (path.endsWith('bias') || path === 'actor.log_std') expect([...new Set(values)], path).toEqual([0])
    }
  })
})

describe('random numbers', () => {
  test('sample draws one action-sized vector, a deterministic one none; an update 11 numbers for each epoch, or none', () => {
    const drawn: (number | 'u')[] = []
    const policy = seeded(1)('policy')
    const random: Random = {
      normal: (out) => {
        drawn.push(out.length)
        policy.normal(out)
      },
      uniform: () => {
        drawn.push('u')
        return policy.uniform()
      },
    }
    const learner = learnerOf({ random })
    learner.sample(step.observation, { deterministic: true })
    expect(drawn).toEqual([])
    live(learner, 12)
    expect(drawn.slice(0, 12)).toEqual(Array.from({ length: 12 }, () => 2))
    expect(drawn.slice(12)).toEqual(Array.from({ length: 3 * 11 }, () => 'u'))
    expect(learner.sample(step.observation, { deterministic: true }).noise).toEqual(new Float32Array(2))
  })
})

describe('what the cases change', () => {
  /** The value after the last step, and the loss of the first minibatch, of a rollout that ends so. */
  const lastOf = (ends: { terminated: boolean; truncated: boolean }, extra: Partial<PpoSettings> = {}) => {
    const learner = learnerOf(extra)
    for (let i = 0; i < 11; i++) {
      learner.update({ ...step, ...goesOn, sampled: learner.sample(step.observation) })
    }
    const { learning } = learner.update({ ...step, ...ends, sampled: learner.sample(step.observation) })
    return { lastValue: learning?.lastValue, loss: learning?.losses[0] }
  }

  test('a terminated and a truncated step are worth their reward; with bootstrapOnTruncation a truncated one bootstraps', () => {
    const [on, terminated, truncated] = [goesOn, { ...goesOn, terminated: true }, { ...goesOn, truncated: true }]
    expect(lastOf(on).lastValue).not.toBe(0)
    expect(lastOf(terminated).lastValue).toBe(0)
    expect(lastOf(truncated)).toEqual(lastOf(terminated))
    const changed = { bootstrapOnTruncation: true }
    expect(lastOf(terminated, changed)).toEqual(lastOf(terminated))
    expect(lastOf({ terminated: true, truncated: true }, changed)).toEqual(lastOf(terminated))
    expect(lastOf(truncated, changed).loss).not.toBe(lastOf(truncated).loss)
    // As the last step of the rollout it bootstraps from the same value as one that goes on.
    expect(lastOf(truncated, changed).loss).toBeCloseTo(lastOf(on).loss ?? NaN, 12)
  })

  test.each<Partial<PpoSettings>>([
    { clipValueLoss: false, clip: 1e-3 },
    { normalizeAdvantage: false },
    { entropyCoefficient: 0.1 },
    { valueCoefficient: 5, maxGradientNorm: 1e9 },
    { maxGradientNorm: 1e-3 },
    { clip: 1e-3 },
    { gaeLambda: 0 },
    { discount: 0.5 },
    { adamBeta1: 0 },
    { annealSteps: 36 },
    { minibatch: 6 },
    { epochs: 4 },
    { bootstrapOnTruncation: true },
  ])('%o learns otherwise', (extra) => {
    const [a, b] = [learnerOf(), learnerOf(extra)]
    live(a, 36)
    live(b, 36)
    expect(a.parameters['actor.head.weight']).not.toEqual(b.parameters['actor.head.weight'])
  })

  test('the step size falls from rollout to rollout to 0, after which no weight moves', () => {
    const learner = learnerOf({ annealSteps: 4 * 12 + 5, stepSize: 0.01 })
    const next = world()
    const sizes: (number | undefined)[] = []
    for (let i = 0; i < 5; i++) sizes.push(live(learner, 12, next).reports[11].learning?.stepSize)
    expect(sizes).toEqual([0.01, 0.0075, 0.005, 0.0025, 0])
    const weights = () => structuredClone({ ...learner.parameters })
    const before = weights()
    expect(live(learner, 12, next).reports[11].learning?.stepSize).toBe(0)
    expect(weights()).toEqual(before)
  })

  test('fewer steps than one rollout anneal over one rollout', () => {
    const learner = learnerOf({ annealSteps: 5 })
    const next = world()
    const sizeOf = () => live(learner, 12, next).reports[11].learning?.stepSize
    expect([sizeOf(), sizeOf()]).toEqual([3e-3, 0])
  })

  test('it learns: the reward a₀ - a₁² rises', () => {
    const learner = learnerOf({ rollout: 256, minibatch: 64, epochs: 10, hidden: [16, 16] })
    const { transitions } = live(learner, 20 * 256)
    const mean = (values: readonly { readonly reward: number }[]): number =>
      values.reduce((sum, { reward }) => sum + reward, 0) / values.length
    expect(mean(transitions.slice(-512)) - mean(transitions.slice(0, 512))).toBeGreaterThan(1)
  })
})

describe('an update is a function of the transition’s values', () => {
  test.each(['webassembly', 'typescript'] as const)(
    'a sample in between and a loan change nothing in %s',
    (kernels) => {
      const [plain, disturbed] = [learnerOf({ kernels }), learnerOf({ kernels })]
      const lived = live(disturbed, 30, undefined, (learner) => {
        learner.sample([3, 1, -2], { deterministic: true })
        expect(learner.parameters['actor.log_std']).toHaveLength(2)
      })
      expect(difference(live(plain, 30), lived, 'life')).toBeNull()
      expect(difference(plain.snapshot(), disturbed.snapshot(), 'state')).toBeNull()
    },
  )

  test('values are those of the weights that are there when the step is collected', () => {
    const learner = learnerOf()
    const sampled = learner.sample(step.observation)
    learner.parameters['critic.head.bias'].fill(4)
    learner.parameters['critic.head.weight'].fill(0)
    expect(learner.update({ ...step, ...goesOn, sampled }).value).toBe(4)
  })
})

describe('a second thread', () => {
  test('changes no bit, whatever is looked at in between', () => {
    const [one, two] = [learnerOf(), learnerOf({ threads: 2 })]
    expect([one.threads, two.threads]).toEqual([1, 2])
    const looked: unknown[][] = [[], []]
    for (const [i, learner] of [one, two].entries()) {
      const lived = live(learner, 100, undefined, (between, t) => {
        if (t % 3 === 0) between.sample([1, 2, 3], { deterministic: true })
        if (t % 7 === 0) looked[i].push(between.parameters['critic.head.weight'].slice())
        if (t % 11 === 0) between.restore(between.snapshot())
      })
      looked[i].push(lived, learner.snapshot())
    }
    expect(difference(looked[0], looked[1], 'what was looked at')).toBeNull()
    two.close()
    expect(() => live(two, 12)).toThrow('it was closed')
  })

  test('is refused for kernels that it cannot run', () => {
    expect(() => learnerOf({ threads: 2, kernels: 'typescript' })).toThrow(
      'ppo: threads must be 1 with the kernels in TypeScript, got 2',
    )
  })
})

describe('what is saved', () => {
  test.each([0, 5, 11, 12, 13, 23, 24])(
    'goes on after step %i as if there had been no break, through its bytes',
    (cut) => {
      const [whole, first, second] = [learnerOf(), learnerOf(), learnerOf({}, 2)]
      const [wholeWorld, firstWorld] = [world(), world()]
      live(whole, cut, wholeWorld)
      live(first, cut, firstWorld)
      live(second, 7)
      restorable(second, ppoFormat).restore(parsed(bytesOf(restorable(first, ppoFormat))))
      expect(difference(live(whole, 40, wholeWorld), live(second, 40, firstWorld), 'life')).toBeNull()
      expect(difference(whole.snapshot(), second.snapshot(), 'state')).toBeNull()
    },
  )

  test('in the middle of a rollout are the steps that it holds, and no more', () => {
    const learner = learnerOf()
    const { transitions, reports } = live(learner, 17)
    const collected = learner.snapshot().collected as RolloutState
    const held = transitions.slice(12)
    expect(collected.rewards).toEqual(Float64Array.from(held, ({ reward }) => reward))
    expect(collected.values).toEqual(Float64Array.from(reports.slice(12), ({ value }) => value))
    expect(collected.actions).toEqual(Float32Array.from(held.flatMap(({ sampled }) => [...sampled.action])))
    expect(collected.discounts).toEqual(
      Float64Array.from(held, ({ terminated, truncated }) => (terminated || truncated ? 0 : 0.99)),
    )
  })

  test('as safetensors gives another learner the same weights, with which it continues', () => {
    const [teacher, student] = [learnerOf(), learnerOf({}, 2)]
    live(teacher, 24)
    const file = toSafetensors(weightsOf(teacher.parameters, undefined))
    putWeights(student.parameters, fromSafetensors(file))
    expect(student.parameters).toEqual(teacher.parameters)
    expect(Object.keys(student.parameters)).toContain('actor.log_std')
    const choose = (learner: PpoLearner) => learner.sample(step.observation, { deterministic: true })
    expect(choose(student)).toEqual(choose(teacher))
    const before = student.parameters['actor.log_std'].slice()
    live(student, 12)
    expect(student.parameters['actor.log_std']).not.toEqual(before)
  })

  test('by another algorithm is refused in one line, and no weight changes', () => {
    const [other, learner] = [iac(spec, { hidden: [8, 8], ...sources() }), learnerOf()]
    const file = fromSafetensors(toSafetensors(weightsOf(other.parameters, false)))
    const before = learner.snapshot()
    expect(() => putWeights(learner.parameters, file)).toThrow(/^[^\n]*actor\.[^\n]*$/)
    expect(learner.snapshot()).toEqual(before)
  })

  const rolled = (state: ArenaSnapshot, changed: object): ArenaSnapshot => ({
    ...state,
    collected: { ...(state.collected as RolloutState), ...changed },
  })
  const hostile: readonly (readonly [string, (state: ArenaSnapshot) => unknown, string])[] = [
    ['of other shapes', () => ppo({ ...spec, action: { size: 1 } }, sources()).snapshot(), 'ppo: a snapshot of'],
    ['that is none', () => null, 'ppo: '],
    ['of a clock of 2', (state) => ({ ...state, doubles: state.doubles.with(1, 2) }), "the optimizer's clock"],
    ['of half an update', (state) => ({ ...state, doubles: state.doubles.with(2, 0.5) }), 'the number of updates'],
    ['of NaN', (state) => ({ ...state, floats: state.floats.with(0, NaN) }), 'floats'],
    [
      'of a negative second moment',
      (state) => ({ ...state, floats: state.floats.with(state.floats.length / 3, -1) }),
      'the second moment',
    ],
    ['of no place in a stream', (state) => ({ ...state, random: 'here' }), 'random of a snapshot'],
    ['of no rollout', ({ collected: _none, ...state }) => state, 'ppo: collected: expected a snapshot'],
    ['of a rollout without rewards', (state) => rolled(state, { rewards: undefined }), 'collected rewards'],
    ['of a rollout that is full', (state) => rolled(state, { rewards: new Float64Array(12) }), 'of fewer than 12'],
    ['of half the actions', (state) => rolled(state, { actions: new Float32Array(5) }), 'collected actions'],
    [
      'of a discount of 2',
      (state) => rolled(state, { discounts: Float64Array.of(0, 2, 1, 1, 1) }),
      'collected discounts',
    ],
    [
      'of a value of 1e30',
      (state) => rolled(state, { values: Float64Array.of(0, 0, 0, 0, 1e30) }),
      'collected values[4]',
    ],
    [
      'of a reward of NaN',
      (state) => rolled(state, { rewards: Float64Array.of(0, 0, NaN, 0, 0) }),
      'collected rewards[2]',
    ],
  ]
  test.each(hostile)('a snapshot %s is refused, and nothing is restored', (_, spoil, message) => {
    const [learner, other] = [learnerOf(), learnerOf()]
    live(learner, 3)
    live(other, 17)
    const before = learner.snapshot()
    expect(() => learner.restore(spoil(other.snapshot()) as ArenaSnapshot)).toThrow(message)
    expect(learner.snapshot()).toEqual(before)
  })

  test('parts that name no rollout, or one of another kind, are refused by the format', () => {
    const learner = learnerOf()
    live(learner, 5)
    const state = restorable(learner, ppoFormat)
    const before = bytesOf(state)
    const parts = [...state.parts()].map((part) => structuredClone(part))
    expect(() => state.restore(parts.filter(({ name }) => !name.includes('rewards')))).toThrow(RestoreError)
    expect(bytesOf(state).equals(before)).toBe(true)
  })
})

test('steps that are collected leave nothing behind but their records, and updates keep nothing', () => {
  const learner = learnerOf({ rollout: 2000, minibatch: 50, epochs: 1 })
  const transition = { ...step, ...goesOn, sampled: learner.sample(step.observation) }
  const collect = garbageCollector()
  const run = (steps: number): void => {
    for (let i = 0; i < steps; i++) learner.update(transition)
  }
  run(10_000)
  collect()
  const before = bytesInUse()
  run(1900)
  const perStep = (bytesInUse() - before) / 1900
  // The record, the one that the rollout is given, and their numbers in boxes: 194 bytes. A copy of the observation would be 140 more.
  expect(perStep).toBeLessThan(300)
  run(20_000)
  collect()
  expect(bytesInUse() - before).toBeLessThan(200_000)
})

test.each<readonly [Partial<PpoSettings>, string]>([
  [{ discount: 1.5 }, 'ppo: discount must be a number >= 0 and <= 1, got 1.5'],
  [{ minibatch: 5 }, 'ppo: minibatch must be a divisor of the rollout of 12 steps, got 5'],
  [{ minibatch: 1 }, 'ppo: minibatch must be 2 or more, or normalizeAdvantage false'],
  [{ annealSteps: 0 }, 'ppo: annealSteps must be a positive integer, or none, got 0'],
  [{ stepSize: 1e-40 }, 'ppo: stepSize must be 3.72e-37 or more'],
  [{ hidden: [2 ** 20, 2 ** 20] }, 'ppo: hidden must be widths of a learner that fits into 4 GiB'],
  [{ rollout: 2 ** 32, minibatch: 2 }, 'ppo: rollout must be a rollout that fits into 4 GiB'],
  [{ rollout: 2 ** 30, minibatch: 2 ** 30 }, 'ppo: minibatch must be a minibatch that fits into 4 GiB'],
  [{ random: undefined as never }, 'ppo: '],
])('the settings %o are refused', (extra, message) => {
  expect(() => learnerOf(extra)).toThrow(message)
})
