import { describe, expect, test } from 'vitest'
import { fromSafetensors, toSafetensors } from '../../../src/learners/interchange/safetensors.js'
import { putWeights, weightsOf } from '../../../src/learners/interchange/weights.js'
import { iac, type IacLearner, type IacReport } from '../../../src/learners/iac/iac.js'
import type { IacSettings } from '../../../src/learners/iac/iacSettings.js'
import type { ArenaSnapshot } from '../../../src/learners/parts/arenaSnapshot.js'
import { seeded } from '../../../src/random.js'
import type { Random } from '../../../src/types.js'

const spec = { observation: { size: 4 }, action: { size: 2 } }

const learnerOf = (extra: Partial<IacSettings> = {}, seed = 1): IacLearner =>
  iac(spec, {
    hidden: [16, 16],
    actorStepSize: 1e-3,
    criticStepSize: 2e-3,
    entropyCoefficient: 0.1,
    random: seeded(seed)('policy'),
    initialization: seeded(seed)('initialization'),
    ...extra,
  })

/** A stream of observations and rewards that depends on the actions, with ends of both kinds. */
const life = (seed: number) => {
  const random = seeded(seed)('world')
  let step = 0
  const observe = (): Float32Array => {
    const observation = new Float32Array(4)
    random.normal(observation)
    return observation
  }
  return {
    observe,
    act: (action: Float32Array) => {
      step++
      const reward = action[0] - action[1] * action[1] + random.uniform()
      return { reward, nextObservation: observe(), terminated: step % 23 === 0, truncated: step % 31 === 0 }
    },
  }
}

interface Lived {
  readonly actions: readonly number[]
  readonly reports: readonly IacReport[]
}

const train = (learner: IacLearner, steps: number, between?: (learner: IacLearner) => void): Lived => {
  const world = life(2)
  const [actions, reports]: [number[], IacReport[]] = [[], []]
  let observation = world.observe()
  for (let i = 0; i < steps; i++) {
    const sampled = learner.sample(observation)
    actions.push(...sampled.action)
    const outcome = world.act(sampled.action)
    between?.(learner)
    reports.push(learner.update({ observation, sampled, ...outcome }))
    observation = outcome.terminated || outcome.truncated ? world.observe() : outcome.nextObservation
  }
  return { actions, reports }
}

const step = { observation: [1, 2, 3, 4], reward: 1, nextObservation: [0, 1, 0, 0] }
const goesOn = { terminated: false, truncated: false }

describe.each(['webassembly', 'typescript'] as const)(
  'iac in %s is a function of the transition’s values',
  (kernels) => {
    test('with the forward cache on or off the bits are the same over 500 steps', () => {
      const [on, off] = [learnerOf({ kernels }), learnerOf({ kernels, forwardCache: false })]
      expect(train(on, 500)).toEqual(train(off, 500))
      expect(on.snapshot()).toEqual(off.snapshot())
    })

    test('a sample in between, a loan and a restore change no update', () => {
      const [plain, disturbed] = [learnerOf({ kernels }), learnerOf({ kernels })]
      const lived = train(disturbed, 200, (learner) => {
        learner.sample([3, 1, -2, 5], { deterministic: true })
        expect(learner.parameters['critic.value.bias']).toHaveLength(1)
        learner.restore(learner.snapshot())
      })
      expect(lived).toEqual(train(plain, 200))
      expect(disturbed.snapshot()).toEqual(plain.snapshot())
    })

    test('weights written between sample and update are seen by the update', () => {
      const [a, b] = [learnerOf({ kernels }), learnerOf({ kernels, forwardCache: false })]
      for (const learner of [a, b]) {
        const sampled = learner.sample(step.observation)
        learner.parameters['actor.mu.bias'].set([0.3, -0.2])
        learner.update({ ...step, ...goesOn, sampled })
      }
      expect(a.snapshot()).toEqual(b.snapshot())
    })
  },
)

describe('random numbers', () => {
  test('sample draws one action-sized vector, a deterministic one and update none', () => {
    const sizes: number[] = []
    const policy = seeded(1)('policy')
    const random: Random = {
      normal: (out) => {
        sizes.push(out.length)
        policy.normal(out)
      },
      uniform: () => {
        throw new Error('nothing draws uniformly')
      },
    }
    const learner = learnerOf({ random })
    learner.sample(step.observation, { deterministic: true })
    expect(sizes).toEqual([])
    const sampled = learner.sample(step.observation)
    for (const terminated of [false, true]) learner.update({ ...step, sampled, terminated, truncated: false })
    expect(sizes).toEqual([2])
  })
})

describe('what the cases change', () => {
  const scalesOf = (extra: Partial<IacSettings>) => train(learnerOf(extra), 80).reports.map(({ scale }) => scale)

  test('σ is 1 without scaling; an episodic return differs from the first truncation on', () => {
    expect(new Set(scalesOf({}))).toEqual(new Set([1]))
    const published = scalesOf({ scaleTdError: true })
    const episodic = scalesOf({ scaleTdError: true, returnEndsAt: 'episode' })
    expect(published.slice(0, 30)).toEqual(episodic.slice(0, 30))
    expect(published.slice(30)).not.toEqual(episodic.slice(30))
  })

  test('a terminated step is worth its reward, a truncated one bootstraps', () => {
    const targets = [
      { terminated: true, truncated: false },
      { terminated: false, truncated: true },
    ].map((end) => {
      const learner = learnerOf()
      return learner.update({ ...step, ...end, sampled: learner.sample(step.observation) }).target
    })
    expect(targets[0]).toBe(1)
    expect(Math.abs(targets[1] - 1)).toBeGreaterThan(1e-3)
  })

  const first = (extra: Partial<IacSettings>) => {
    const learner = learnerOf(extra)
    const sampled = learner.sample(step.observation)
    return { sampled, report: learner.update({ ...step, ...goesOn, sampled }) }
  }

  test('the sample’s entropy is rewarded in the TD error, the distribution’s in the actor’s loss', () => {
    const [none, sample, distribution, both] = (['none', 'sample', 'distribution', 'both'] as const).map((entropy) =>
      first({ entropy }),
    )
    const bonus = -0.1 * none.sampled.logProbability
    expect(sample.report.tdError - none.report.tdError).toBeCloseTo(bonus, 10)
    expect(both.report.tdError).toBe(sample.report.tdError)
    expect(distribution.report.tdError).toBe(none.report.tdError)
    expect(none.report.actorLoss).toBeCloseTo(-none.report.tdError * none.sampled.logProbability, 10)
    const inLoss = distribution.report.actorLoss - none.report.actorLoss
    expect(Math.abs(inLoss)).toBeGreaterThan(1e-2)
    expect(both.report.actorLoss - sample.report.actorLoss).toBeCloseTo(inLoss, 10)
  })

  test('rewarding nothing is a coefficient of 0', () => {
    const [none, zero] = [learnerOf({ entropy: 'none' }), learnerOf({ entropyCoefficient: 0, entropy: 'both' })]
    expect(train(none, 50)).toEqual(train(zero, 50))
    expect(none.snapshot()).toEqual(zero.snapshot())
  })

  test.each([{ normalizePenultimate: true }, { logStdReading: 'deviation' as const }, { adamBeta1: 0 }])(
    '%o learns otherwise',
    (extra) => {
      const [a, b] = [learnerOf(), learnerOf(extra)]
      train(a, 20)
      train(b, 20)
      expect(a.parameters['actor.mu.weight']).not.toEqual(b.parameters['actor.mu.weight'])
    },
  )

  test('it learns: the reward a₀ - a₁² rises', () => {
    const { actions } = train(learnerOf({ actorStepSize: 3e-4, criticStepSize: 1e-3, entropyCoefficient: 0.01 }), 4000)
    const rewards = Array.from({ length: 4000 }, (_, i) => actions[2 * i] - actions[2 * i + 1] ** 2)
    const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length
    expect(mean(rewards.slice(-500)) - mean(rewards.slice(0, 200))).toBeGreaterThan(0.5)
  })
})

describe('a second thread', () => {
  test('changes no bit, whatever is looked at in between', () => {
    const [one, two] = [learnerOf({ scaleTdError: true }), learnerOf({ scaleTdError: true, threads: 2 })]
    expect([one.threads, two.threads]).toEqual([1, 2])
    const looked: unknown[][] = [[], []]
    for (const [i, learner] of [one, two].entries()) {
      let calls = 0
      const lived = train(learner, 300, (between) => {
        calls++
        if (calls % 3 === 0) between.sample([1, 2, 3, 4], { deterministic: true })
        if (calls % 7 === 0) looked[i].push(between.parameters['critic.value.weight'].slice())
        if (calls % 11 === 0) between.restore(between.snapshot())
      })
      looked[i].push(lived, learner.snapshot())
    }
    expect(looked[1]).toEqual(looked[0])
    two.close()
    expect(() => train(two, 2)).toThrow('it was closed')
  })

  test('goes on after a transition that was refused in the middle of the critic’s work', () => {
    const [one, two] = [learnerOf(), learnerOf({ threads: 2 })]
    for (const learner of [one, two]) {
      const sampled = learner.sample(step.observation)
      learner.parameters['critic.value.bias'].fill(NaN)
      expect(() => learner.update({ ...step, ...goesOn, sampled })).toThrow('Value is NaN')
      learner.parameters['critic.value.bias'].fill(0)
      train(learner, 20)
    }
    expect(two.snapshot()).toEqual(one.snapshot())
    two.close()
  })

  test('is refused for kernels that it cannot run', () => {
    expect(() => learnerOf({ threads: 2, kernels: 'typescript' })).toThrow(
      'iac: threads must be 1 with the kernels in TypeScript, got 2',
    )
  })
})

describe('what is saved', () => {
  test('goes on as if there had been no break', () => {
    const [whole, first] = [learnerOf({ scaleTdError: true }), learnerOf({ scaleTdError: true })]
    train(whole, 60)
    train(first, 60)
    const second = learnerOf({ scaleTdError: true }, 2)
    second.restore(first.snapshot())
    expect(train(second, 60)).toEqual(train(whole, 60))
    expect(second.snapshot()).toEqual(whole.snapshot())
  })

  test('as safetensors gives another learner the same weights, by the names of the published program', () => {
    const [teacher, student] = [learnerOf(), learnerOf({}, 2)]
    train(teacher, 10)
    putWeights(student.parameters, fromSafetensors(toSafetensors(weightsOf(teacher.parameters, false))))
    expect(student.parameters).toEqual(teacher.parameters)
    const choose = (learner: IacLearner) => learner.sample(step.observation, { deterministic: true })
    expect(choose(student)).toEqual(choose(teacher))
  })

  test.each<readonly [string, (state: ArenaSnapshot) => unknown, string]>([
    ['of other shapes', () => iac({ ...spec, action: { size: 1 } }, sources()).snapshot(), 'iac: a snapshot of'],
    ['that is none', () => null, 'iac: '],
    ['with a clock of 2', (state) => ({ ...state, doubles: state.doubles.with(1, 2) }), "the optimizer's clock"],
    [
      'with a negative second moment',
      (state) => ({ ...state, floats: state.floats.with(state.floats.length / 3, -1) }),
      'the second moment',
    ],
    ['with a negative count', (state) => ({ ...state, doubles: state.doubles.with(2, -1) }), "the scaler's count"],
    ['with NaN', (state) => ({ ...state, floats: state.floats.with(0, NaN) }), 'floats'],
    ['with no place in a stream', (state) => ({ ...state, random: 'here' }), 'random of a snapshot'],
  ])('a snapshot %s is refused, and nothing is restored', (_, spoil, message) => {
    const [learner, other] = [learnerOf(), learnerOf()]
    train(other, 5)
    const before = learner.snapshot()
    expect(() => learner.restore(spoil(other.snapshot()) as ArenaSnapshot)).toThrow(message)
    expect(learner.snapshot()).toEqual(before)
  })
})

const sources = () => ({ random: seeded(1)('policy'), initialization: seeded(1)('initialization') })

test.each<readonly [Partial<IacSettings>, string]>([
  [{ discount: 1.5 }, 'iac: discount must be a number >= 0 and <= 1, got 1.5'],
  [{ entropy: 'all' as never }, 'iac: entropy must be one of distribution, sample, both, none, got all'],
  [{ actorStepSize: 1e-40 }, 'iac: actorStepSize must be 3.72e-37 or more'],
  [{ hidden: [2 ** 20, 2 ** 20] }, 'iac: hidden must be widths of a learner that fits into 4 GiB'],
  [{ random: undefined as never }, 'iac: '],
])('the settings %o are refused', (extra, message) => {
  expect(() => learnerOf(extra)).toThrow(message)
})
