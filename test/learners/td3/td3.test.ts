import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { fromSafetensors, toSafetensors } from '../../../src/learners/interchange/safetensors.js'
import { putWeights, weightsOf } from '../../../src/learners/interchange/weights.js'
import { replayLearnerFormat } from '../../../src/learners/parts/arenaFormat.js'
import type { ArenaSnapshot } from '../../../src/learners/parts/arenaSnapshot.js'
import type { ReplaySnapshot } from '../../../src/learners/parts/replay.js'
import { iac } from '../../../src/learners/iac/iac.js'
import { td3, type Td3Learner, type Td3Report } from '../../../src/learners/td3/td3.js'
import { td3One, type Td3Settings } from '../../../src/learners/td3/td3Settings.js'
import { seeded } from '../../../src/random.js'
import { decodeState } from '../../../src/state/format.js'
import type { Random } from '../../../src/types.js'

const spec = { observation: { size: 4 }, action: { size: 2 } }
const sources = (seed = 1) => ({ random: seeded(seed)('policy'), initialization: seeded(seed)('initialization') })

const learnerOf = (extra: Partial<Td3Settings> = {}, seed = 1): Td3Learner =>
  td3(spec, {
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
  readonly reports: readonly Td3Report[]
}

const train = (learner: Td3Learner, steps: number, between?: (learner: Td3Learner) => void): Lived => {
  const world = life(2)
  const [actions, reports]: [number[], Td3Report[]] = [[], []]
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
const cases = [
  { kernels: 'webassembly' },
  { kernels: 'typescript' },
  { kernels: 'webassembly', ...td3One },
  { kernels: 'typescript', ...td3One },
] as const

describe.each(cases)('td3 with %o', (settings) => {
  test('is not changed by a sample in between, a loan and a restore', () => {
    const [plain, disturbed] = [learnerOf(settings), learnerOf(settings)]
    const lived = train(disturbed, 120, (learner) => {
      learner.sample([3, 1, -2, 5], { deterministic: true })
      expect(learner.parameters['target.Q2.head.bias']).toHaveLength(1)
      learner.restore(learner.snapshot())
    })
    expect(lived).toEqual(train(plain, 120))
    expect(disturbed.snapshot()).toEqual(plain.snapshot())
  })

  test('weights written between two updates are learnt on from, the slow copies as well', () => {
    const learner = learnerOf({ ...settings, discount: 1, learningStarts: 0 })
    train(learner, 3)
    const { parameters } = learner
    for (const name of Object.keys(parameters)) parameters[name].fill(0)
    parameters['target.Q1.head.bias'].fill(5)
    parameters['target.Q2.head.bias'].fill(4)
    const { target, value } = learner.update({ ...step, ...goesOn, reward: 0, sampled: learner.sample([0, 0, 0, 0]) })
    expect(value).toBe(0)
    if ('batchSize' in settings) expect(target).toBe(4)
    else expect(target).toBeGreaterThan(0)
  })
})

describe('random numbers', () => {
  const counted = (extra: Partial<Td3Settings>) => {
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
      expect(learner.sample(step.observation, { deterministic: true }).noise).toBeNull()
      expect(calls).toEqual([])
      const sampled = learner.sample(step.observation)
      expect(calls).toEqual(t < 2 ? uniforms(2) : [2])
      expect(sampled.noise === null).toBe(t < 2)
      calls.length = 0
      learner.update({ ...step, ...goesOn, sampled })
      expect(calls).toEqual([])
    }
  })

  test('update draws a uniform number and then a vector for each row, also where every row is terminated', () => {
    const { learner, calls } = counted({ learningStarts: 1, uniformActionSteps: 0 })
    for (let t = 0; t < 4; t++) {
      const sampled = learner.sample(step.observation)
      calls.length = 0
      learner.update({ ...step, sampled, terminated: true, truncated: false })
      expect(calls).toEqual(t === 0 ? [] : [...uniforms(8), ...new Array<number>(8).fill(2)])
    }
  })

  test('uniform actions are spread over the whole range; noise is added to those of the actor', () => {
    const learner = learnerOf({ uniformActionSteps: 1000, learningStarts: 1000 })
    const drawn = Array.from({ length: 500 }, () => [...learner.sample(step.observation).action]).flat()
    expect(Math.min(...drawn)).toBeLessThan(-0.98)
    expect(Math.max(...drawn)).toBeGreaterThan(0.98)
    expect(drawn.every((value) => value >= -1 && value <= 1)).toBe(true)

    const noisy = learnerOf({ uniformActionSteps: 0, explorationNoise: 0.1 })
    const mean = noisy.sample(step.observation, { deterministic: true }).action
    const { action, noise } = noisy.sample(step.observation)
    action.forEach((value, i) => expect(value).toBeCloseTo(mean[i] + 0.1 * (noise?.[i] ?? NaN), 6))
    const clipped = learnerOf({ uniformActionSteps: 0, explorationNoise: 100 })
    for (let i = 0; i < 20; i++) {
      expect(clipped.sample(step.observation).action.every((value) => Math.abs(value) <= 1)).toBe(true)
    }
  })
})

describe('when it learns', () => {
  test('the first update follows the transition after learningStarts; the actor moves in every second one', () => {
    const learner = learnerOf()
    const before = learner.snapshot().floats
    const { reports } = train(learner, 10)
    expect(reports).toEqual(
      new Array(10).fill({ value: null, target: null, tdError: null, criticLoss: null, actorLoss: null }),
    )
    expect(learner.snapshot().floats).toEqual(before)
    expect(learner.version).toBe(0)

    const names = [
      'actor.head.bias',
      'critic.Q1.head.bias',
      'critic.Q2.head.bias',
      'target.actor.head.bias',
      'target.Q1.head.bias',
    ]
    const other = learnerOf()
    train(other, 10)
    const world = life(3)
    for (let t = 1; t <= 6; t++) {
      const was = names.map((name) => [...other.parameters[name]])
      const sampled = other.sample(world.observe())
      const report = other.update({ observation: world.observe(), sampled, ...world.act(sampled.action) })
      const moved = names.map((name, i) => other.parameters[name].some((value, k) => value !== was[i][k]))
      const acts = t % 2 === 0
      expect(moved).toEqual([acts, true, true, acts, acts])
      expect(report.criticLoss).toBeGreaterThan(0)
      expect(report.actorLoss === null).toBe(!acts)
    }
  })

  test('the target networks are equal to the others at first, and follow them', () => {
    const learner = learnerOf({ polyak: 1, learningStarts: 0 })
    const pairs = Object.keys(learner.parameters)
      .filter((name) => name.startsWith('target'))
      .map((name) => [name, name.replace(/^target\.(?=Q)/, 'critic.').replace(/^target\./, '')])
    expect(pairs).toHaveLength(18)
    const expectEqual = () => {
      const { parameters } = learner
      for (const [target, source] of pairs) expect(parameters[target], target).toEqual(parameters[source])
    }
    expectEqual()
    train(learner, 4)
    // With τ = 1 they are the others again after each step of the actor, to the rounding of q + (p - q).
    const { parameters } = learner
    for (const [target, source] of pairs) {
      parameters[target].forEach((value, i) => expect(value).toBeCloseTo(parameters[source][i], 6))
    }
  })

  test('the first weights and biases are uniform in ±1/√inputs', () => {
    const { parameters } = learnerOf({ hidden: [64, 32] })
    for (const [name, inputs] of [
      ['actor.phi.0', 4],
      ['actor.phi.2', 64],
      ['actor.head', 32],
      ['critic.Q1.phi.0', 6],
      ['critic.Q2.head', 32],
    ] as const) {
      for (const kind of ['weight', 'bias']) {
        const sizes = parameters[`${name}.${kind}`].map(Math.abs)
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
      const learner = learnerOf({ learningStarts: 0, ...td3One })
      return learner.update({ ...step, ...end, sampled: learner.sample(step.observation) }).target
    })
    expect(targets[0]).toBe(1)
    expect(Math.abs((targets[1] ?? NaN) - 1)).toBeGreaterThan(1e-3)
  })

  test('TD3-1 learns from the latest transition alone', () => {
    const [one, other] = [1, 2].map(() => learnerOf({ ...td3One, learningStarts: 3 }))
    for (const learner of [one, other]) {
      const sampled = learner.sample(step.observation)
      for (let t = 0; t < 3; t++) {
        // What came before differs, and is gone.
        learner.update({ ...step, ...goesOn, sampled, reward: learner === one ? 100 : -100 })
      }
    }
    const sampled = one.sample(step.observation)
    expect(one.update({ ...step, ...goesOn, sampled })).toEqual(other.update({ ...step, ...goesOn, sampled }))
  })

  test.each([td3One, {}])('it learns: the reward a₀ - a₁² rises, with %o', (size) => {
    const settings = { actorStepSize: 3e-4, criticStepSize: 1e-3, learningStarts: 100, uniformActionSteps: 100 }
    const { actions } = train(learnerOf({ ...settings, bufferSize: 1000, batchSize: 16, ...size }), 3000)
    const rewards = Array.from({ length: 3000 }, (_, i) => actions[2 * i] - actions[2 * i + 1] ** 2)
    const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length
    expect(mean(rewards.slice(-500)) - mean(rewards.slice(0, 100))).toBeGreaterThan(0.5)
  })
})

describe('a second thread', () => {
  test.each([{}, td3One])('changes no bit, whatever is looked at in between, with %o', (size) => {
    const [one, two] = [learnerOf(size), learnerOf({ ...size, threads: 2 })]
    expect([one.threads, two.threads]).toEqual([1, 2])
    const looked: unknown[][] = [[], []]
    for (const [i, learner] of [one, two].entries()) {
      let calls = 0
      const lived = train(learner, 200, (between) => {
        calls++
        if (calls % 3 === 0) between.sample([1, 2, 3, 4], { deterministic: true })
        if (calls % 7 === 0) looked[i].push(between.parameters['target.Q2.head.weight'].slice())
        if (calls % 11 === 0) between.restore(between.snapshot())
      })
      looked[i].push(lived, learner.snapshot())
    }
    expect(looked[1]).toEqual(looked[0])
    two.close()
    expect(() => train(two, 2)).toThrow('it was closed')
  })

  test('goes on after a refusal in the middle of its work, and after the critics have moved', () => {
    const [one, two] = [learnerOf(), learnerOf({ threads: 2 })]
    for (const learner of [one, two]) {
      train(learner, 11)
      const sampled = learner.sample(step.observation)
      for (const [name, quantity] of [
        ['target.Q2.head.bias', 'nextValue'],
        ['critic.Q2.head.bias', 'value'],
        ['actor.phi.0.bias', 'actionValue'],
      ]) {
        const was = learner.parameters[name].slice()
        learner.parameters[name].fill(NaN)
        const before = learner.snapshot()
        expect(() => learner.update({ ...step, ...goesOn, sampled })).toThrow(`${quantity} is NaN`)
        expect(learner.snapshot()).toEqual(before)
        learner.parameters[name].set(was)
      }
      train(learner, 20)
    }
    expect(two.snapshot()).toEqual(one.snapshot())
    two.close()
  })

  test('is refused for kernels that it cannot run', () => {
    expect(() => learnerOf({ threads: 2, kernels: 'typescript' })).toThrow(
      'td3: threads must be 1 with the kernels in TypeScript, got 2',
    )
  })
})

describe('what is saved', () => {
  test.each([
    ['before learning starts', 5, {}],
    ['in the middle of learning', 41, {}],
    ['once the buffer has gone round', 75, {}],
    ['of TD3-1', 41, td3One],
  ])('%s goes on as if there had been no break', (_, steps, size) => {
    const [whole, first] = [learnerOf(size), learnerOf(size)]
    train(whole, steps)
    train(first, steps)
    const second = learnerOf(size, 2)
    train(second, 30)
    second.restore(decodeState(replayLearnerFormat.codec, structuredClone(first.snapshot())))
    expect(train(second, 60)).toEqual(train(whole, 60))
    expect(second.snapshot()).toEqual(whole.snapshot())
  })

  test('as safetensors gives another learner the same weights of all six networks, and it goes on alike', () => {
    const [teacher, student] = [learnerOf(), learnerOf({}, 2)]
    train(teacher, 40)
    putWeights(student.parameters, fromSafetensors(toSafetensors(weightsOf(teacher.parameters, false))))
    expect(student.parameters).toEqual(teacher.parameters)
    expect(Object.keys(student.parameters)).toHaveLength(36)
    const choose = (learner: Td3Learner) => learner.sample(step.observation, { deterministic: true })
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
      () => td3({ ...spec, action: { size: 1 } }, { ...sources(), bufferSize: 9, batchSize: 1 }).snapshot(),
      'td3: a snapshot of',
    ],
    ['that is none', () => null, 'td3: '],
    [
      'of another buffer',
      () => learnerOf({ bufferSize: 51 }).snapshot(),
      'td3: capacity of the replay buffer of a snapshot: expected 50, got 51',
    ],
    ['without a buffer', (state) => ({ ...state, collected: undefined }), 'td3: expected a snapshot, got undefined'],
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
      (state) => ({ ...state, doubles: state.doubles.with(4, 0.5) }),
      'the count of transitions',
    ],
    [
      'with more updates than transitions',
      (state) => ({ ...state, doubles: state.doubles.with(5, 99) }),
      'the count of updates',
    ],
    [
      'with a negative second moment',
      (state) => ({ ...state, floats: state.floats.with(state.floats.length / 4, -1) }),
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
    expect(learner.snapshot()).toEqual(before)
    learner.restore(other.snapshot())
    expect(learner.snapshot()).toEqual(other.snapshot())
  })
})

test.each<readonly [Partial<Td3Settings>, string]>([
  [{ discount: 1.5 }, 'td3: discount must be a number >= 0 and <= 1, got 1.5'],
  [{ batchSize: 51 }, 'td3: batchSize must be 50 or less, the transitions that the buffer holds, got 51'],
  [{ bufferSize: 0 }, 'td3: bufferSize must be'],
  [{ actorDelay: 0 }, 'td3: actorDelay must be'],
  [{ learningStarts: -1 }, 'td3: learningStarts must be'],
  [{ actorStepSize: 1e-40 }, 'td3: actorStepSize must be 3.72e-37 or more'],
  [{ hidden: [2 ** 20, 2 ** 20] }, 'td3: hidden must be widths of a learner that fits into 4 GiB'],
  [
    { hidden: [256, 256], batchSize: 2 ** 22, bufferSize: 2 ** 22 },
    'td3: batchSize must be a batch that fits into 3.99 GiB, got 4194304, which takes 72.7 GiB',
  ],
  [{ bufferSize: 2 ** 45 }, 'td3: bufferSize must be a replay buffer that fits into'],
  [{ random: undefined as never }, 'td3: '],
])('the settings %o are refused', (extra, message) => {
  expect(() => learnerOf(extra)).toThrow(message)
})

describe('what a step allocates', () => {
  const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
  const bytesOf = (rows: number): readonly [number, number] => {
    const words = [pathOf('allocation.mjs'), pathOf('../../../dist'), String(rows)]
    const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' })
    expect(stderr).toBe('')
    const [step, records] = stdout.split(' ').map(Number)
    return [step, records]
  }

  test('is its two records with TD3-1, and no array beside them', { timeout: 120_000 }, () => {
    const [step, records] = bytesOf(1)
    // The least array takes some 200 bytes, a number on the heap 16; the engine chooses anew which numbers it puts there.
    expect(step - records).toBeLessThan(150)
  })

  test('does not grow with the batch', { timeout: 120_000 }, () => {
    const [few, many] = [4, 68].map((rows) => bytesOf(rows)[0])
    // One number on the heap for each row would be 1,024 bytes more.
    expect(many - few).toBeLessThan(400)
  })
})
