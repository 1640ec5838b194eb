import { describe, expect, test } from 'vitest'
import { fromSafetensors, toSafetensors } from '../../../src/learners/interchange/safetensors.js'
import { putWeights, weightsOf } from '../../../src/learners/interchange/weights.js'
import { replayLearnerFormat } from '../../../src/learners/parts/arenaFormat.js'
import type { ArenaSnapshot } from '../../../src/learners/parts/arenaSnapshot.js'
import type { ReplaySnapshot } from '../../../src/learners/parts/replay.js'
import { iac } from '../../../src/learners/iac/iac.js'
import { sac, type SacLearner, type SacReport } from '../../../src/learners/sac/sac.js'
import { cleanRlSac, type SacSettings } from '../../../src/learners/sac/sacSettings.js'
import { seeded } from '../../../src/random.js'
import { difference } from '../../../src/testing/difference.js'
import { decodeState } from '../../../src/state/format.js'
import type { Random } from '../../../src/types.js'

const spec = { observation: { size: 4 }, action: { size: 2 } }
const sources = (seed = 1) => ({ random: seeded(seed)('policy'), initialization: seeded(seed)('initialization') })

const learnerOf = (extra: Partial<SacSettings> = {}, seed = 1): SacLearner =>
  sac(spec, {
    hidden: [16, 16],
    actorStepSize: 1e-3,
    criticStepSize: 2e-3,
    bufferSize: 50,
    batchSize: 8,
    learningStarts: 10,
    uniformActionSteps: 6,
    ...sources(seed),
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
  readonly reports: readonly SacReport[]
}

const train = (learner: SacLearner, steps: number, between?: (learner: SacLearner) => void): Lived => {
  const world = life(2)
  const [actions, reports]: [number[], SacReport[]] = [[], []]
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
/** A buffer and a batch of one. */
const one = { bufferSize: 1, batchSize: 1 }
/** What makes CleanRL's variant of it, but for sizes and counts. */
const {
  hidden: _,
  bufferSize: __,
  batchSize: ___,
  learningStarts: ____,
  uniformActionSteps: _____,
  ...cleanRl
} = cleanRlSac
const goesOn = { terminated: false, truncated: false }
const cases = [
  { kernels: 'webassembly' },
  { kernels: 'typescript' },
  { kernels: 'webassembly', ...one },
  { kernels: 'typescript', ...cleanRl },
] as const

describe.each(cases)('sac with %o', (settings) => {
  test('is not changed by a sample in between, a loan and a restore', () => {
    const [plain, disturbed] = [learnerOf(settings), learnerOf(settings)]
    const lived = train(disturbed, 120, (learner) => {
      learner.sample([3, 1, -2, 5], { deterministic: true })
      expect(learner.parameters['target.Q2.value.bias']).toHaveLength(1)
      learner.restore(learner.snapshot())
    })
    expect(lived).toEqual(train(plain, 120))
    expect(difference(plain.snapshot(), disturbed.snapshot(), 'state')).toBeNull()
  })
})

describe('random numbers', () => {
  const counted = (extra: Partial<SacSettings>) => {
    const policy = seeded(1)('policy')
    const calls: (number | 'uniform')[] = []
    const random: Random = {
      normal: (out) => {
        calls.push(out.length)
        policy.normal(out)
      },
      uniform: () => {
        calls.push('uniform')
        return policy.uniform()
      },
    }
    return { learner: learnerOf({ random, ...extra }), calls }
  }
  const uniforms = (count: number) => new Array<'uniform'>(count).fill('uniform')

  test('sample draws a uniform number for each component at first, then one vector; a deterministic one none', () => {
    const { learner, calls } = counted({ uniformActionSteps: 2, learningStarts: 100 })
    for (let t = 0; t < 4; t++) {
      calls.length = 0
      expect(learner.sample(step.observation, { deterministic: true }).noise).toEqual(new Float32Array(2))
      expect(calls).toEqual([])
      const sampled = learner.sample(step.observation)
      expect(calls).toEqual(t < 2 ? uniforms(2) : [2])
      expect(sampled.noise === null).toBe(t < 2)
      calls.length = 0
      learner.update({ ...step, ...goesOn, sampled })
      expect(calls).toEqual([])
    }
  })

  test('update draws a uniform number and then two vectors for each row, also where every row is terminated', () => {
    const { learner, calls } = counted({ learningStarts: 1, uniformActionSteps: 0 })
    for (let t = 0; t < 4; t++) {
      const sampled = learner.sample(step.observation)
      calls.length = 0
      learner.update({ ...step, sampled, terminated: true, truncated: false })
      expect(calls).toEqual(t === 0 ? [] : [...uniforms(8), ...new Array<number>(16).fill(2)])
    }
  })

  test('as CleanRL has it, every second update draws two vectors more for each row and step of the actor', () => {
    const { learner, calls } = counted({ ...cleanRl, learningStarts: 0, uniformActionSteps: 0 })
    for (let t = 1; t <= 4; t++) {
      const sampled = learner.sample(step.observation)
      calls.length = 0
      learner.update({ ...step, ...goesOn, sampled })
      expect(calls).toEqual([...uniforms(8), ...new Array<number>(t % 2 === 0 ? 40 : 8).fill(2)])
    }
  })

  test('uniform actions are spread over the whole range, and say how likely they are', () => {
    const learner = learnerOf({ uniformActionSteps: 1000, learningStarts: 1000 })
    const sampled = Array.from({ length: 500 }, () => learner.sample(step.observation))
    const drawn = sampled.flatMap(({ action }) => [...action])
    expect(Math.min(...drawn)).toBeLessThan(-0.98)
    expect(Math.max(...drawn)).toBeGreaterThan(0.98)
    expect(drawn.every((value) => value >= -1 && value <= 1)).toBe(true)
    expect(new Set(sampled.map(({ logProbability }) => logProbability))).toEqual(new Set([-2 * Math.LN2]))
  })
})

describe('when it learns', () => {
  test('the first update follows the transition after learningStarts; the actor moves in every update, or in every second one', () => {
    const learner = learnerOf()
    const before = learner.snapshot().floats
    const { reports } = train(learner, 10)
    expect(new Set(reports.flatMap((report) => Object.values(report)))).toEqual(new Set([null]))
    expect(learner.snapshot().floats).toEqual(before)
    expect(learner.version).toBe(0)

    const names = ['actor.mu.bias', 'log_alpha', 'critic.Q1.value.bias', 'critic.Q2.value.bias', 'target.Q1.value.bias']
    for (const actorDelay of [1, 2]) {
      const other = learnerOf({ actorDelay })
      train(other, 10)
      const world = life(3)
      for (let t = 1; t <= 6; t++) {
        const was = names.map((name) => [...other.parameters[name]])
        const sampled = other.sample(world.observe())
        const report = other.update({ observation: world.observe(), sampled, ...world.act(sampled.action) })
        const moved = names.map((name, i) => other.parameters[name].some((value, k) => value !== was[i][k]))
        const acts = t % actorDelay === 0
        expect(moved).toEqual([acts, acts, true, true, true])
        expect(report.criticLoss).toBeGreaterThan(0)
        for (const name of ['actorLoss', 'temperature', 'entropy', 'temperatureLoss'] as const) {
          expect(report[name] === null).toBe(!acts)
        }
      }
    }
  })

  test('the targets are equal to the critics at first, and follow them', () => {
    const learner = learnerOf({ polyak: 1, learningStarts: 0 })
    const pairs = Object.keys(learner.parameters)
      .filter((name) => name.startsWith('target'))
      .map((name) => [name, name.replace('target', 'critic')])
    expect(pairs).toHaveLength(12)
    const { parameters } = learner
    for (const [target, source] of pairs) expect(parameters[target], target).toEqual(parameters[source])
    train(learner, 4)
    // With τ = 1 they are the critics again after each update, to the rounding of q + (p - q).
    const after = learner.parameters
    for (const [target, source] of pairs) {
      after[target].forEach((value, i) => expect(value).toBeCloseTo(after[source][i], 6))
    }
  })

  test('the first weights are orthogonal and biases 0, or both uniform in ±1/√inputs', () => {
    const { parameters } = learnerOf({ hidden: [64, 32] })
    expect(Math.max(...parameters['actor.phi.2.bias'])).toBe(0)
    const row = parameters['critic.Q1.phi.2.weight'].subarray(0, 64)
    expect(Math.hypot(...row)).toBeCloseTo(1, 5)
    const uniform = learnerOf({ hidden: [64, 32], initialWeights: 'uniform' }).parameters
    for (const [name, inputs] of [
      ['actor.phi.0', 4],
      ['actor.phi.2', 64],
      ['actor.mu', 32],
      ['critic.Q1.phi.0', 6],
      ['critic.Q2.value', 32],
    ] as const) {
      for (const kind of ['weight', 'bias']) {
        const sizes = uniform[`${name}.${kind}`].map(Math.abs)
        expect(Math.max(...sizes), name).toBeLessThanOrEqual(1 / Math.sqrt(inputs))
        if (sizes.length > 30) expect(Math.max(...sizes), name).toBeGreaterThan(0.8 / Math.sqrt(inputs))
      }
    }
  })

  test('a terminated step is worth its reward, a truncated one bootstraps', () => {
    const targets = [
      { terminated: true, truncated: false },
      { terminated: false, truncated: true },
    ].map((end) => {
      const learner = learnerOf({ learningStarts: 0, ...one })
      return learner.update({ ...step, ...end, sampled: learner.sample(step.observation) }).target
    })
    expect(targets[0]).toBe(1)
    expect(Math.abs((targets[1] ?? NaN) - 1)).toBeGreaterThan(1e-3)
  })

  test.each([
    { logStdReading: 'deviation' as const },
    { logStdReading: 'bounded' as const },
    { temperatureSample: 'anew' as const },
    { adamBeta1: 0 },
    { targetEntropy: 3 },
  ])('%o learns otherwise', (extra) => {
    const [a, b] = [learnerOf(), learnerOf(extra)]
    train(a, 30)
    train(b, 30)
    expect(a.parameters['actor.mu.weight']).not.toEqual(b.parameters['actor.mu.weight'])
  })

  test.each([{}, cleanRl])('it learns: the reward a₀ - a₁² rises, with %o', (extra) => {
    const settings = { learningStarts: 100, uniformActionSteps: 100, bufferSize: 1000, batchSize: 16, ...extra }
    const { actions } = train(learnerOf({ ...settings, actorStepSize: 1e-3, criticStepSize: 2e-3 }), 2000)
    const rewards = Array.from({ length: 2000 }, (_, i) => actions[2 * i] - actions[2 * i + 1] ** 2)
    const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length
    expect(mean(rewards.slice(-500)) - mean(rewards.slice(0, 100))).toBeGreaterThan(0.4)
  })
})

describe('a second thread', () => {
  test.each([{}, one, cleanRl])('changes no bit, whatever is looked at in between, with %o', (size) => {
    const [single, two] = [learnerOf(size), learnerOf({ ...size, threads: 2 })]
    expect([single.threads, two.threads]).toEqual([1, 2])
    const looked: unknown[][] = [[], []]
    for (const [i, learner] of [single, two].entries()) {
      let calls = 0
      const lived = train(learner, 200, (between) => {
        calls++
        if (calls % 3 === 0) between.sample([1, 2, 3, 4], { deterministic: true })
        if (calls % 7 === 0) looked[i].push(between.parameters['target.Q2.value.weight'].slice())
        if (calls % 11 === 0) between.restore(between.snapshot())
      })
      looked[i].push(lived, learner.snapshot())
    }
    expect(difference(looked[0], looked[1], 'looked')).toBeNull()
    two.close()
    expect(() => train(two, 2)).toThrow('it was closed')
  })

  test('goes on after a refusal in the middle of its work, and after the critics have moved', () => {
    const [single, two] = [learnerOf(), learnerOf({ threads: 2 })]
    for (const learner of [single, two]) {
      train(learner, 11)
      const sampled = learner.sample(step.observation)
      for (const [name, quantity] of [
        ['target.Q2.value.bias', 'nextValue'],
        ['critic.Q2.value.bias', 'value'],
        ['actor.phi.0.bias', 'nextValue'],
      ]) {
        const was = learner.parameters[name].slice()
        learner.parameters[name].fill(NaN)
        const before = learner.snapshot()
        expect(() => learner.update({ ...step, ...goesOn, sampled })).toThrow(`${quantity} is NaN`)
        expect(difference(before, learner.snapshot(), 'state')).toBeNull()
        learner.parameters[name].set(was)
      }
      train(learner, 20)
    }
    expect(difference(single.snapshot(), two.snapshot(), 'state')).toBeNull()
    two.close()
  })

  test('is refused for kernels that it cannot run', () => {
    expect(() => learnerOf({ threads: 2, kernels: 'typescript' })).toThrow(
      'sac: threads must be 1 with the kernels in TypeScript, got 2',
    )
  })
})

/** Parameters that are stepped: weights of the actor and of both critics, and log α. */
const stepped = 16 * 5 + 16 * 17 + 4 * 17 + 2 * (16 * 7 + 16 * 17 + 17) + 1

describe('what is saved', () => {
  test.each([
    ['before learning starts', 5, {}],
    ['in the middle of learning', 41, {}],
    ['once the buffer has gone round', 75, {}],
    ['with a batch of one', 41, one],
    ['of CleanRL’s variant', 41, cleanRl],
  ])('%s goes on as if there had been no break', (_, steps, size) => {
    const [whole, first] = [learnerOf(size), learnerOf(size)]
    train(whole, steps)
    train(first, steps)
    const second = learnerOf(size, 2)
    train(second, 30)
    second.restore(decodeState(replayLearnerFormat.codec, structuredClone(first.snapshot())))
    expect(train(second, 60)).toEqual(train(whole, 60))
    expect(difference(whole.snapshot(), second.snapshot(), 'state')).toBeNull()
  })

  test('as safetensors gives another learner the same weights of all five networks and α, and it goes on alike', () => {
    const [teacher, student] = [learnerOf(), learnerOf({}, 2)]
    train(teacher, 40)
    putWeights(student.parameters, fromSafetensors(toSafetensors(weightsOf(teacher.parameters, false))))
    expect(student.parameters).toEqual(teacher.parameters)
    expect(Object.keys(student.parameters)).toHaveLength(8 + 4 * 6 + 1)
    const choose = (learner: SacLearner) => learner.sample(step.observation, { deterministic: true })
    expect(choose(student)).toEqual(choose(teacher))
    train(student, 20)
  })

  test('a file of another algorithm is refused in one line', () => {
    const other = iac(spec, { hidden: [16, 16], ...sources() })
    const file = toSafetensors(weightsOf(other.parameters, false))
    expect(() => putWeights(learnerOf().parameters, fromSafetensors(file))).toThrow(/^putWeights: [^\n]+$/)
  })

  const collectedOf = (state: ArenaSnapshot): ReplaySnapshot => state.collected as ReplaySnapshot
  const withCollected = (change: (of: ReplaySnapshot) => object) => (state: ArenaSnapshot) => ({
    ...state,
    collected: { ...collectedOf(state), ...change(collectedOf(state)) },
  })
  test.each<readonly [string, (state: ArenaSnapshot) => unknown, string]>([
    [
      'of other shapes',
      () => sac({ ...spec, action: { size: 1 } }, { ...sources(), bufferSize: 9, batchSize: 1 }).snapshot(),
      'sac: a snapshot of',
    ],
    ['that is none', () => null, 'sac: '],
    [
      'of another buffer',
      () => learnerOf({ bufferSize: 51 }).snapshot(),
      'sac: capacity of the replay buffer of a snapshot: expected 50, got 51',
    ],
    ['without a buffer', (state) => ({ ...state, collected: undefined }), 'sac: expected a snapshot, got undefined'],
    [
      'with a reward of NaN',
      withCollected(({ rewards }) => ({ rewards: rewards.with(1, NaN) })),
      'rewards of the replay buffer',
    ],
    [
      'with rows that lack their end',
      withCollected(() => ({ terminated: new Uint8Array(1) })),
      'terminated of the replay buffer',
    ],
    ['with a clock of 2', (state) => ({ ...state, doubles: state.doubles.with(3, 2) }), "the optimizer's clock"],
    [
      'with half a transition',
      (state) => ({ ...state, doubles: state.doubles.with(6, 0.5) }),
      'the count of transitions',
    ],
    [
      'with more updates than transitions',
      (state) => ({ ...state, doubles: state.doubles.with(7, 99) }),
      'the count of updates',
    ],
    [
      'with a negative second moment',
      (state) => ({ ...state, floats: state.floats.with(stepped, -1) }),
      'the second moment',
    ],
    ['with NaN', (state) => ({ ...state, floats: state.floats.with(0, NaN) }), 'floats'],
    ['with no place in a stream', (state) => ({ ...state, random: 'here' }), 'random of a snapshot'],
  ])('a snapshot %s is refused, and nothing is restored', (_, spoil, message) => {
    const [learner, other] = [learnerOf(), learnerOf()]
    train(other, 20)
    train(learner, 15)
    const before = learner.snapshot()
    expect(() => learner.restore(spoil(other.snapshot()) as ArenaSnapshot)).toThrow(message)
    expect(difference(before, learner.snapshot(), 'state')).toBeNull()
    learner.restore(other.snapshot())
    expect(difference(other.snapshot(), learner.snapshot(), 'state')).toBeNull()
  })
})

test.each<readonly [Partial<SacSettings>, string]>([
  [{ discount: 1.5 }, 'sac: discount must be a number >= 0 and <= 1, got 1.5'],
  [{ batchSize: 51 }, 'sac: batchSize must be 50 or less, the transitions that the buffer holds, got 51'],
  [{ bufferSize: 0 }, 'sac: bufferSize must be'],
  [{ actorDelay: 0 }, 'sac: actorDelay must be'],
  [{ learningStarts: -1 }, 'sac: learningStarts must be'],
  [{ temperatureBetas: [0.5] }, 'sac: temperatureBetas must be 2 numbers >= 0 and < 1, got 0.5'],
  [{ logStdReading: 'none' as never }, 'sac: logStdReading must be one of covariance, deviation, bounded, got none'],
  [{ actorStepSize: 1e-40 }, 'sac: actorStepSize must be 3.72e-37 or more'],
  [{ hidden: [2 ** 20, 2 ** 20] }, 'sac: hidden must be widths of a learner that fits into 4 GiB'],
  [
    { hidden: [256, 256], batchSize: 2 ** 22, bufferSize: 2 ** 22 },
    'sac: batchSize must be a batch that fits into 4 GiB',
  ],
  [{ bufferSize: 2 ** 45 }, 'sac: bufferSize must be a replay buffer that fits into'],
  [{ random: undefined as never }, 'sac: '],
])('the settings %o are refused', (extra, message) => {
  expect(() => learnerOf(extra)).toThrow(message)
})
