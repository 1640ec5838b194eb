import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { fromSafetensors, toSafetensors } from '../../../src/learners/interchange/safetensors.js'
import { putWeights, weightsOf } from '../../../src/learners/interchange/weights.js'
import { sac1, type Sac1Learner, type Sac1Report } from '../../../src/learners/sac1/sac1.js'
import type { Sac1Settings } from '../../../src/learners/sac1/sac1Settings.js'
import type { ArenaSnapshot } from '../../../src/learners/parts/arenaSnapshot.js'
import { seeded } from '../../../src/random.js'
import type { Random } from '../../../src/types.js'

/** The built package, since a test of the sources runs them as no program does. */
const program = fileURLToPath(new URL('allocation.mjs', import.meta.url))

const spec = { observation: { size: 4 }, action: { size: 2 } }

const learnerOf = (extra: Partial<Sac1Settings> = {}, seed = 1): Sac1Learner =>
  sac1(spec, {
    hidden: [16, 16],
    actorStepSize: 1e-3,
    criticStepSize: 2e-3,
    temperatureStepSize: 1e-3,
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
  readonly reports: readonly Sac1Report[]
}

const train = (learner: Sac1Learner, steps: number, between?: (learner: Sac1Learner) => void): Lived => {
  const world = life(2)
  const [actions, reports]: [number[], Sac1Report[]] = [[], []]
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
  'sac1 in %s is a function of the transition’s values',
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
        expect(learner.parameters['critic.Q1.q.bias']).toHaveLength(1)
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
  test('sample draws one action-sized vector, a deterministic one none, and update two, on terminated steps too', () => {
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
    expect(sizes).toEqual([2, 2, 2, 2, 2])
  })
})

describe('what the cases change', () => {
  const scalesOf = (extra: Partial<Sac1Settings>) => train(learnerOf(extra), 80).reports.map(({ scale }) => scale)

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

  const first = (extra: Partial<Sac1Settings>) => {
    const learner = learnerOf(extra)
    return learner.update({ ...step, ...goesOn, sampled: learner.sample(step.observation) })
  }

  test('the temperature moves towards its target, the negative of the action’s size where nothing else is said', () => {
    const temperatures = (extra: Partial<Sac1Settings>) =>
      train(learnerOf({ temperatureStepSize: 0.05, ...extra }), 40).reports.map(({ temperature }) => temperature)
    expect(temperatures({})[0]).toBeCloseTo(0.1, 7)
    expect(temperatures({ initialTemperature: 0.5 })[0]).toBeCloseTo(0.5, 7)
    expect(temperatures({ targetEntropy: -2 })).toEqual(temperatures({}))
    expect(temperatures({ targetEntropy: -9 }).at(-1)).toBeLessThan(0.05)
    expect(temperatures({ targetEntropy: 9 }).at(-1)).toBeGreaterThan(0.3)
  })

  test('the report says what the update saw', () => {
    const { actionValue, target, tdError1, tdError2, criticLoss, scale } = first({})
    expect(tdError1).toBe(target - actionValue)
    expect(tdError2).not.toBe(tdError1)
    expect(criticLoss).toBe(tdError1 * tdError1 + tdError2 * tdError2)
    expect(scale).toBe(1)
  })

  test('the targets begin equal to the critics, and follow by their share', () => {
    const learner = learnerOf({ polyak: 0.25 })
    const before = learner.parameters['critic.Q2.phi.2.weight'].slice()
    expect(learner.parameters['target.Q2.phi.2.weight']).toEqual(before)
    learner.update({ ...step, ...goesOn, sampled: learner.sample(step.observation) })
    const [critic, target] = ['critic', 'target'].map((name) => learner.parameters[`${name}.Q2.phi.2.weight`])
    critic.forEach((value, i) => expect(target[i]).toBeCloseTo(0.75 * before[i] + 0.25 * value, 6))
    expect(critic).not.toEqual(before)
  })

  test.each([{ normalizePenultimate: true }, { logStdReading: 'deviation' as const }, { adamBeta1: 0 }, { polyak: 1 }])(
    '%o learns otherwise',
    (extra) => {
      const [a, b] = [learnerOf(), learnerOf(extra)]
      train(a, 20)
      train(b, 20)
      expect(a.parameters['actor.mu.weight']).not.toEqual(b.parameters['actor.mu.weight'])
    },
  )

  test('it learns: the reward a₀ - a₁² rises', () => {
    const { actions } = train(learnerOf({ actorStepSize: 3e-4, criticStepSize: 1e-3 }), 4000)
    const rewards = Array.from({ length: 4000 }, (_, i) => actions[2 * i] - actions[2 * i + 1] ** 2)
    const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length
    expect(mean(rewards.slice(-500)) - mean(rewards.slice(0, 200))).toBeGreaterThan(0.3)
  })
})

test('a step allocates what one of AVG does, and two more numbers of its report', { timeout: 300_000 }, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [program])
  const [ours, theirs] = stdout.split(' ').map(Number)
  expect(theirs).toBeGreaterThan(0)
  expect(ours - theirs).toBeGreaterThan(0)
  expect(ours - theirs).toBeLessThanOrEqual(48)
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
        if (calls % 7 === 0) looked[i].push(between.parameters['critic.Q2.q.weight'].slice())
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
      learner.parameters['critic.Q1.q.bias'].fill(NaN)
      expect(() => learner.update({ ...step, ...goesOn, sampled })).toThrow('ctionValue is NaN')
      learner.parameters['critic.Q1.q.bias'].fill(0)
      train(learner, 20)
    }
    expect(two.snapshot()).toEqual(one.snapshot())
    two.close()
  })

  test('is refused for kernels that it cannot run', () => {
    expect(() => learnerOf({ threads: 2, kernels: 'typescript' })).toThrow(
      'sac1: threads must be 1 with the kernels in TypeScript, got 2',
    )
  })
})

/** Parameters that are stepped: weights of the actor and of both critics, and log α. */
const stepped = 16 * 5 + 16 * 17 + 4 * 17 + 2 * (16 * 7 + 16 * 17 + 17) + 1

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
    const choose = (learner: Sac1Learner) => learner.sample(step.observation, { deterministic: true })
    expect(choose(student)).toEqual(choose(teacher))
  })

  test.each<readonly [string, (state: ArenaSnapshot) => unknown, string]>([
    ['of other shapes', () => sac1({ ...spec, action: { size: 1 } }, sources()).snapshot(), 'sac1: a snapshot of'],
    ['that is none', () => null, 'sac1: '],
    ['with a clock of 2', (state) => ({ ...state, doubles: state.doubles.with(1, 2) }), "the optimizer's clock"],
    [
      'with a clock of the temperature below 0',
      (state) => ({ ...state, doubles: state.doubles.with(11, -1) }),
      "the optimizer's clock, doubles[11],",
    ],
    [
      'with a negative second moment',
      (state) => ({ ...state, floats: state.floats.with(stepped, -1) }),
      `the second moment floats[${stepped}]`,
    ],
    [
      'with a negative second moment of the temperature',
      (state) => ({ ...state, floats: state.floats.with(2 * stepped - 1, -1) }),
      `the second moment floats[${2 * stepped - 1}]`,
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

test.each<readonly [Partial<Sac1Settings>, string]>([
  [{ discount: 1.5 }, 'sac1: discount must be a number >= 0 and <= 1, got 1.5'],
  [{ polyak: 0 }, 'sac1: polyak must be a number > 0 and <= 1, got 0'],
  [{ temperatureBetas: [0.5] }, 'sac1: temperatureBetas must be 2 numbers >= 0 and < 1, got 0.5'],
  [{ temperatureBetas: [0.5, 1] }, 'sac1: temperatureBetas must be 2 numbers >= 0 and < 1, got 0.5,1'],
  [{ targetEntropy: 'none' as never }, 'sac1: targetEntropy must be a finite number, or auto, got none'],
  [{ logStdReading: 'bounded' as never }, 'sac1: logStdReading must be one of covariance, deviation, got bounded'],
  [{ actorStepSize: 1e-40 }, 'sac1: actorStepSize must be 3.72e-37 or more'],
  [{ temperatureStepSize: 1e-40 }, 'sac1: temperatureStepSize must be 3.72e-37 or more'],
  [{ initialTemperature: 1e20 }, 'sac1: initialTemperature must be from 1.18e-38 to 100000000000000000'],
  [{ hidden: [2 ** 20, 2 ** 20] }, 'sac1: hidden must be widths of a learner that fits into 4 GiB'],
  [{ random: undefined as never }, 'sac1: '],
])('the settings %o are refused', (extra, message) => {
  expect(() => learnerOf(extra)).toThrow(message)
})
