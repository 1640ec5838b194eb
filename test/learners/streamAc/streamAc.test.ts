import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { iac } from '../../../src/learners/iac/iac.js'
import { loadWeights, saveWeights } from '../../../src/learners/interchange/learnerFiles.js'
import { fromSafetensors, toSafetensors } from '../../../src/learners/interchange/safetensors.js'
import { putWeights, weightsOf } from '../../../src/learners/interchange/weights.js'
import type { ArenaSnapshot } from '../../../src/learners/parts/arenaSnapshot.js'
import { streamAc, type StreamAcLearner, type StreamAcReport } from '../../../src/learners/streamAc/streamAc.js'
import type { StreamAcSettings } from '../../../src/learners/streamAc/streamAcSettings.js'
import { seeded } from '../../../src/random.js'
import type { Random } from '../../../src/types.js'

const spec = { observation: { size: 4 }, action: { size: 2 } }

const learnerOf = (extra: Partial<StreamAcSettings> = {}, seed = 1): StreamAcLearner =>
  streamAc(spec, {
    hidden: [16, 16],
    random: seeded(seed)('policy'),
    initialization: seeded(seed)('initialization'),
    ...extra,
  })
const adaptive = { optimizer: 'adaptive-obgd' } as const

/** What an action brings, cut off at the bounds of the world. */
const worth = (first: number, second: number): number => {
  const [a, b] = [first, second].map((component) => Math.min(1, Math.max(-1, component)))
  return a - a * a - b * b
}

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
      const reward = worth(action[0], action[1]) + random.uniform()
      return { reward, nextObservation: observe(), terminated: step % 23 === 0, truncated: step % 31 === 0 }
    },
  }
}

interface Lived {
  readonly actions: readonly number[]
  readonly reports: readonly StreamAcReport[]
}

const train = (learner: StreamAcLearner, steps: number, between?: (learner: StreamAcLearner) => void): Lived => {
  const world = life(2)
  const [actions, reports]: [number[], StreamAcReport[]] = [[], []]
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

describe.each(
  (['webassembly', 'typescript'] as const).flatMap((kernels) =>
    (['obgd', 'adaptive-obgd'] as const).map((optimizer) => ({ kernels, optimizer })),
  ),
)('streamAc with %o is a function of the transition’s values', (settings) => {
  test('with the forward cache on or off the bits are the same over 500 steps', () => {
    const [on, off] = [learnerOf(settings), learnerOf({ ...settings, forwardCache: false })]
    expect(train(on, 500)).toEqual(train(off, 500))
    expect(on.snapshot()).toEqual(off.snapshot())
  })

  test('a sample in between, a loan and a restore change no update', () => {
    const [plain, disturbed] = [learnerOf(settings), learnerOf(settings)]
    const lived = train(disturbed, 200, (learner) => {
      learner.sample([3, 1, -2, 5], { deterministic: true })
      expect(learner.parameters['critic.value.bias']).toHaveLength(1)
      learner.restore(learner.snapshot())
    })
    expect(lived).toEqual(train(plain, 200))
    expect(disturbed.snapshot()).toEqual(plain.snapshot())
  })

  test('weights written between sample and update are seen by the update', () => {
    const [a, b] = [learnerOf(settings), learnerOf({ ...settings, forwardCache: false })]
    for (const learner of [a, b]) {
      const sampled = learner.sample(step.observation)
      learner.parameters['actor.mu.bias'].set([0.3, -0.2])
      learner.update({ ...step, ...goesOn, sampled })
    }
    expect(a.snapshot()).toEqual(b.snapshot())
  })
})

describe('the policy', () => {
  test('draws one action-sized vector, a deterministic decision and an update none', () => {
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

  test('has no bounds: μ is far beyond 1 where the weights say so, and so is the action', () => {
    const learner = learnerOf()
    learner.parameters['actor.mu.bias'].set([30, -40])
    const { action } = learner.sample(step.observation, { deterministic: true })
    expect(action[0]).toBeGreaterThan(25)
    expect(action[1]).toBeLessThan(-35)
    expect(learner.actionBounds).toBeUndefined()
  })
})

describe('first weights', () => {
  test.each([0.9, 0.5, 0])('have a share of %d zeros in the inputs of each output, and no biases', (sparsity) => {
    const { parameters } = learnerOf({ sparsity })
    for (const [name, values] of Object.entries(parameters)) {
      if (name.endsWith('bias')) {
        expect(values.every((value) => value === 0)).toBe(true)
        continue
      }
      const columns = name.endsWith('phi.0.weight') ? 4 : 16
      for (let row = 0; row < values.length; row += columns) {
        const weights = [...values.subarray(row, row + columns)]
        expect(weights.filter((value) => value === 0)).toHaveLength(Math.ceil(sparsity * columns))
        expect(Math.max(...weights.map(Math.abs))).toBeLessThanOrEqual(1 / Math.sqrt(columns))
      }
    }
  })
})

describe('what the cases change', () => {
  const ends = [goesOn, { terminated: true, truncated: false }, { terminated: false, truncated: true }]
  /** The target of a first transition with each kind of end, and the traces of a second one. */
  const after = (extra: Partial<StreamAcSettings>) =>
    ends.map((end) => {
      // Without zeros, so that values are not 0.
      const learner = learnerOf({ sparsity: 0, ...extra })
      const { target } = learner.update({ ...step, ...end, sampled: learner.sample(step.observation) })
      const { floats } = learner.snapshot()
      const traces = floats.subarray(floats.length / 2)
      return { target, traces: traces.reduce((sum, value) => sum + Math.abs(value), 0) }
    })

  test('each end cuts the target and clears the traces', () => {
    const [within, terminated, truncated] = after({})
    expect([terminated.target, truncated.target]).toEqual([1, 1])
    expect(Math.abs(within.target - 1)).toBeGreaterThan(1e-3)
    expect(within.traces).toBeGreaterThan(1)
    expect([terminated.traces, truncated.traces]).toEqual([0, 0])
  })

  test('with bootstrapOnTruncation a truncated step bootstraps, and clears the traces all the same', () => {
    const [within, terminated, truncated] = after({ bootstrapOnTruncation: true })
    expect([terminated.target, truncated.target]).toEqual([1, within.target])
    expect([terminated.traces, truncated.traces]).toEqual([0, 0])
  })

  test('a step is α, or what does not overshoot', () => {
    const { reports } = train(learnerOf({ stepSize: 1e-4 }), 50)
    expect(new Set(reports.map(({ actorStep }) => actorStep))).toEqual(new Set([1e-4]))
    const bounded = train(learnerOf(), 50).reports
    expect(Math.max(...bounded.map(({ criticStep }) => criticStep))).toBeLessThan(1)
    expect(Math.min(...bounded.map(({ criticStep }) => criticStep))).toBeGreaterThan(0)
  })

  test.each<Partial<StreamAcSettings>>([
    adaptive,
    { stepSize: 1e-4 },
    { actorKappa: 5 },
    { criticKappa: 5 },
    { discount: 0.5 },
    { traceDecay: 0 },
    { entropyCoefficient: 0.5 },
    { sparsity: 0.5 },
    { bootstrapOnTruncation: true },
  ])('%o learns otherwise', (extra) => {
    const [a, b] = [learnerOf(), learnerOf(extra)]
    train(a, 40)
    train(b, 40)
    const both = (learner: StreamAcLearner) => [
      learner.parameters['actor.mu.weight'],
      learner.parameters['critic.value.weight'],
    ]
    expect(both(a)).not.toEqual(both(b))
  })

  test.each([{ beta2: 0.9 }, { epsilon: 1e-3 }])('%o is a setting of the adaptive form alone', (extra) => {
    expect(train(learnerOf(extra), 40)).toEqual(train(learnerOf(), 40))
    expect(train(learnerOf({ ...adaptive, ...extra }), 40)).not.toEqual(train(learnerOf(adaptive), 40))
  })

  test.each(['obgd', 'adaptive-obgd'] as const)('it learns with %s: the reward a₀ - a₀² - a₁² rises', (optimizer) => {
    const { actions } = train(learnerOf({ optimizer, discount: 0.5 }), 10_000)
    const rewards = Array.from({ length: 10_000 }, (_, i) => worth(actions[2 * i], actions[2 * i + 1]))
    const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length
    // The best is 0.25.
    expect(mean(rewards.slice(0, 200))).toBeLessThan(0)
    expect(mean(rewards.slice(-500))).toBeGreaterThan(0.1)
  })
})

describe.each([{}, adaptive])('a second thread, with %o,', (extra) => {
  test('changes no bit, whatever is looked at in between', () => {
    const [one, two] = [learnerOf(extra), learnerOf({ ...extra, threads: 2 })]
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
    const [one, two] = [learnerOf(extra), learnerOf({ ...extra, threads: 2 })]
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
})

test('a second thread is refused for kernels that it cannot run', () => {
  expect(() => learnerOf({ threads: 2, kernels: 'typescript' })).toThrow(
    'streamAc: threads must be 1 with the kernels in TypeScript, got 2',
  )
})

describe('what is saved', () => {
  test.each([{}, adaptive])('goes on as if there had been no break, with %o', (extra) => {
    const [whole, first] = [learnerOf(extra), learnerOf(extra)]
    train(whole, 60)
    train(first, 60)
    const second = learnerOf(extra, 2)
    second.restore(first.snapshot())
    expect(train(second, 60)).toEqual(train(whole, 60))
    expect(second.snapshot()).toEqual(whole.snapshot())
  })

  test('as safetensors gives another learner the same weights, by their names, and it goes on', () => {
    const [teacher, student] = [learnerOf(), learnerOf({}, 2)]
    train(teacher, 10)
    putWeights(student.parameters, fromSafetensors(toSafetensors(weightsOf(teacher.parameters, false))))
    expect(student.parameters).toEqual(teacher.parameters)
    const choose = (learner: StreamAcLearner) => learner.sample(step.observation, { deterministic: true })
    expect(choose(student)).toEqual(choose(teacher))
    train(student, 10)
    expect(student.parameters).not.toEqual(teacher.parameters)
  })

  test('as a file of weights is loaded bit for bit; a file of another algorithm is refused in one line', async () => {
    const place = mkdtempSync(join(tmpdir(), 'rivulet-weights-'))
    try {
      const [file, other] = [join(place, 'own.safetensors'), join(place, 'other.safetensors')]
      const [teacher, student] = [learnerOf(), learnerOf({}, 2)]
      train(teacher, 10)
      const options = { normalizePenultimate: false }
      await saveWeights(file, teacher, options)
      await loadWeights(file, student, options)
      expect(student.parameters).toEqual(teacher.parameters)
      await saveWeights(other, iac(spec, { hidden: [16, 16], ...sources() }), options)
      await expect(loadWeights(other, student, options)).rejects.toThrow(
        /^\S+other\.safetensors: expected a tensor that the learner has; got "actor\.log_std\.bias"[^\n]*$/,
      )
      expect(student.parameters).toEqual(teacher.parameters)
    } finally {
      rmSync(place, { recursive: true })
    }
  })

  test.each<readonly [string, (state: ArenaSnapshot) => unknown, string]>([
    ['of other shapes', () => streamAc({ ...spec, action: { size: 1 } }, sources()).snapshot(), 'streamAc: a snapshot'],
    ['of another optimizer', () => learnerOf().snapshot(), 'streamAc: a snapshot'],
    ['that is none', () => null, 'streamAc: '],
    ['with a clock of 2', (state) => ({ ...state, doubles: state.doubles.with(0, 2) }), "the optimizer's clock"],
    [
      'with traces beyond their bound',
      (state) => ({ ...state, doubles: state.doubles.with(3, 1e-9) }),
      'streamAc: the trace floats[',
    ],
    [
      'with a bound below 0',
      (state) => ({ ...state, doubles: state.doubles.with(1, -1) }),
      'streamAc: the bound of traces, doubles[1], of a snapshot: expected a number from 0 up, got -1',
    ],
    [
      'with a negative mean square',
      (state) => ({ ...state, floats: state.floats.with(state.floats.length - 1, -1) }),
      'the second moment',
    ],
    ['with NaN', (state) => ({ ...state, floats: state.floats.with(0, NaN) }), 'floats'],
    ['with no place in a stream', (state) => ({ ...state, random: 'here' }), 'random of a snapshot'],
  ])('a snapshot %s is refused, and nothing is restored', (_, spoil, message) => {
    const [learner, other] = [learnerOf(adaptive), learnerOf(adaptive)]
    train(other, 5)
    const before = learner.snapshot()
    expect(() => learner.restore(spoil(other.snapshot()) as ArenaSnapshot)).toThrow(message)
    expect(learner.snapshot()).toEqual(before)
  })
})

const sources = () => ({ random: seeded(1)('policy'), initialization: seeded(1)('initialization') })

test.each<readonly [Partial<StreamAcSettings>, string]>([
  [{ discount: 1.5 }, 'streamAc: discount must be a number >= 0 and <= 1, got 1.5'],
  [{ traceDecay: -0.1 }, 'streamAc: traceDecay must be a number >= 0 and <= 1, got -0.1'],
  [{ optimizer: 'adam' as never }, 'streamAc: optimizer must be one of obgd, adaptive-obgd, got adam'],
  [{ sparsity: 1 }, 'streamAc: sparsity must be a number >= 0 and < 1, got 1'],
  [{ stepSize: 1e-40 }, 'streamAc: stepSize must be from 1.18e-38 to 1e18'],
  [{ actorKappa: 1e-20 }, 'streamAc: actorKappa must be from 1.00e-18 to 1e18'],
  [{ epsilon: 1e-40 }, 'streamAc: epsilon must be from 1.18e-38 to 1e18'],
  [{ hidden: [2 ** 20, 2 ** 20] }, 'streamAc: hidden must be widths of a learner that fits into 4 GiB'],
  [{ random: undefined as never }, 'streamAc: '],
])('the settings %o are refused', (extra, message) => {
  expect(() => learnerOf(extra)).toThrow(message)
})
