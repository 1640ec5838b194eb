import * as tf from '@tensorflow/tfjs-core'
import * as layers from '@tensorflow/tfjs-layers'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { avg } from '../../../src/learners/avg/avg.js'
import { avgOnTensorFlow } from '../../../src/learners/tensorflow/avgOnTensorFlow.js'
import type {
  TensorFlowAvgLearner,
  TensorFlowAvgSettings,
  TensorFlowOptions,
} from '../../../src/learners/tensorflow/tensorLearner.js'
import type { TensorFlowAvgSnapshot } from '../../../src/learners/tensorflow/tensorSnapshot.js'
import type { BackendName } from '../../../src/learners/tensorflow/backendName.js'
import { seeded } from '../../../src/random.js'
import type { Random } from '../../../src/types.js'

// The tests make thousands of updates on TensorFlow.js, which is slow on a slow machine.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 })

/** The backend of the tests; `npm run test:tensorflow` selects TensorFlow's own library. */
const backend = (process.env['RIVULET_BACKEND'] ?? 'cpu') as BackendName

const spec = { observation: { size: 4 }, action: { size: 2 } }

const settingsOf = (extra: Partial<TensorFlowAvgSettings> = {}, seed = 1): TensorFlowAvgSettings => ({
  hidden: [16, 16],
  actorStepSize: 1e-3,
  criticStepSize: 2e-3,
  entropyCoefficient: 0.1,
  discount: 0.99,
  adamBeta1: 0,
  random: seeded(seed)('policy'),
  initialization: seeded(seed)('initialization'),
  ...extra,
})
const learnerOf = (
  extra: Partial<TensorFlowAvgSettings> = {},
  options: TensorFlowOptions = {},
  seed = 1,
): Promise<TensorFlowAvgLearner> => avgOnTensorFlow(spec, settingsOf(extra, seed), { backend, ...options })

/** Learns, then acts, in a world that depends on the actions and has ends of both kinds. Returns every action taken. */
const train = (learner: TensorFlowAvgLearner, steps: number): number[] => {
  const random = seeded(2)('world')
  const observe = (): Float32Array => {
    const observation = new Float32Array(4)
    random.normal(observation)
    return observation
  }
  const actions: number[] = []
  let observation = observe()
  for (let i = 1; i <= steps; i++) {
    const sampled = learner.sample(observation)
    actions.push(...sampled.action)
    const nextObservation = observe()
    const reward = sampled.action[0] - sampled.action[1] * sampled.action[1] + random.uniform()
    const [terminated, truncated] = [i % 23 === 0, i % 31 === 0]
    learner.update({ observation, sampled, reward, nextObservation, terminated, truncated })
    observation = terminated || truncated ? observe() : nextObservation
  }
  return actions
}

const good = {
  observation: [1, 2, 3, 4],
  reward: 1,
  nextObservation: [4, 3, 2, 1],
  terminated: false,
  truncated: false,
}

beforeAll(async () => {
  // Any backend that a user has made current: here plain JavaScript, without its advice.
  tf.env().set('PROD', true)
  await tf.setBackend('cpu')
})

describe('the published networks', () => {
  test.each([0, 0.9])('begin as those of avg do, bit for bit, with beta1 %d', async (adamBeta1) => {
    const learner = await learnerOf({ adamBeta1 })
    const fused = avg(spec, settingsOf({ adamBeta1 }))
    expect(Object.keys(learner.parameters)).toEqual(Object.keys(fused.parameters))
    for (const [name, values] of Object.entries(fused.parameters)) {
      expect([...learner.parameters[name]], name).toEqual([...values])
    }
    learner.close()
  })

  test('the critic is the same with any actor', async () => {
    const [with_, without] = [await learnerOf({}, { actor: linear(4, 4).network }), await learnerOf()]
    expect(with_.parameters['critic.q.weight']).toEqual(without.parameters['critic.q.weight'])
    with_.close()
    without.close()
  })

  test('an update with an all-zero observation and zero biases makes no NaN', async () => {
    const learner = await learnerOf()
    const zeros = [0, 0, 0, 0]
    const sampled = learner.sample(zeros)
    const report = learner.update({ ...good, observation: zeros, nextObservation: zeros, sampled })
    expect(Object.values(report).every(Number.isFinite)).toBe(true)
    expect(Object.values(learner.parameters).every((values) => values.every(Number.isFinite))).toBe(true)
    learner.close()
  })
})

/** A linear map as a function of tensors. */
const linear = (inputs: number, outputs: number) => {
  const weight = tf.tidy(() => tf.variable(tf.fill<tf.Rank.R2>([inputs, outputs], 0.1)))
  const network = { variables: { weight }, apply: (x: tf.Tensor2D) => tf.matMul<tf.Tensor2D>(x, weight) }
  return { weight, network }
}

/** A small model of layers. */
const model = (inputs: number, outputs: number): layers.Sequential =>
  layers.sequential({
    layers: [
      layers.layers.dense({ units: 8, activation: 'tanh', inputShape: [inputs] }),
      layers.layers.dense({ units: outputs }),
    ],
  })

describe('tensors', () => {
  const count = (): number => tf.memory().numTensors
  let before: number
  beforeEach(() => {
    before = count()
  })

  const brings = [
    ['the published networks', () => ({})],
    ['functions', () => ({ actor: linear(4, 4).network, critic: linear(6, 1).network })],
    ['layers models', () => ({ actor: model(4, 4), critic: model(6, 1) })],
  ] as const
  const ablated = { gradient: 'likelihood-ratio', targetPolyak: 0.1 } as const
  test.each(brings.flatMap(([name, networks]) => [{}, ablated].map((changed) => [name, changed, networks] as const)))(
    'are as many after 200 updates as before, with %s and %o',
    async (_, changed, networks) => {
      const brought = networks()
      const own = count()
      const learner = await learnerOf({ hidden: [4], adamBeta1: 0.9, ...changed }, brought)
      train(learner, 1)
      const held = count()
      train(learner, 200)
      expect(count()).toBe(held)
      void learner.parameters['x']
      learner.restore(learner.snapshot())
      train(learner, 1)
      expect(count()).toBe(held)
      learner.close()
      learner.close()
      expect(count()).toBe(own)
    },
    60_000,
  )

  test('are all freed when an update throws, and when a network is refused', async () => {
    const learner = await learnerOf()
    const held = count()
    const sampled = learner.sample(good.observation)
    expect(() => learner.update({ ...good, sampled, reward: NaN })).toThrow('reward is NaN')
    expect(() => learner.update({ ...good, sampled, nextObservation: [1, 2, 3, NaN] })).toThrow('nextObservation[3]')
    expect(() => learner.restore({ ...learner.snapshot(), parameters: {} })).toThrow('was expected')
    expect(count()).toBe(held)
    const { weight, network } = linear(4, 3)
    await expect(learnerOf({}, { actor: network })).rejects.toThrow('actor')
    weight.dispose()
    expect(count()).toBe(held)
    learner.close()
    expect(count()).toBe(before)
  })

  test('are not more after a trained model was saved, with or without the optimizer', async () => {
    const [actor, critic] = [model(4, 4), model(6, 1)]
    const learner = await learnerOf({}, { actor, critic })
    train(learner, 3)
    const held = count()
    const saved = { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' as const } }
    for (const includeOptimizer of [false, true, true]) {
      // TensorFlow.js 4.22 leaks a tensor for each save of a model with its optimizer; ours is not part of the model.
      await actor.save(
        tf.io.withSaveHandler(async () => saved),
        { includeOptimizer },
      )
      train(learner, 1)
      expect(count()).toBe(held)
    }
    learner.close()
    actor.dispose()
    critic.dispose()
    expect(count()).toBe(before)
  })

  test('are freed by close, and then the learner throws', async () => {
    const learner = await learnerOf()
    learner.close()
    expect(count()).toBe(before)
    expect(() => learner.sample(good.observation)).toThrow('avgOnTensorFlow: the learner is closed')
    expect(() => learner.parameters).toThrow('avgOnTensorFlow: the learner is closed')
  })
})

describe('networks of one’s own', () => {
  test('a function of tensors learns, with the names of its caller', async () => {
    const [actor, critic] = [linear(4, 4), linear(6, 1)]
    const learner = await learnerOf({}, { actor: actor.network, critic: critic.network })
    expect(Object.keys(learner.parameters)).toEqual(['actor.weight', 'critic.weight'])
    train(learner, 5)
    expect([...actor.weight.dataSync()]).not.toContain(Math.fround(0.1))
    expect([...learner.parameters['actor.weight']]).toEqual([...actor.weight.dataSync()])
    learner.close()
    expect(actor.weight.isDisposed).toBe(false)
  })

  test('a layers model learns; its weights are named by their places, so that a snapshot fits another model', async () => {
    const networks = () => ({ actor: model(4, 4), critic: model(6, 1) })
    const learner = await learnerOf({}, networks())
    expect(Object.keys(learner.parameters).slice(0, 4)).toEqual([
      'actor.0.kernel',
      'actor.1.bias',
      'actor.2.kernel',
      'actor.3.bias',
    ])
    train(learner, 20)
    const other = await learnerOf({}, networks(), 77)
    other.restore(structuredClone(learner.snapshot()))
    expect(train(other, 20)).toEqual(train(learner, 20))
    expect(other.snapshot()).toEqual(learner.snapshot())
    learner.close()
    other.close()
  })

  test('a frozen layer does not change, and is saved too', async () => {
    const actor = model(4, 4)
    actor.layers[0].trainable = false
    const learner = await learnerOf({}, { actor })
    const before = structuredClone(learner.parameters)
    train(learner, 5)
    const names = Object.keys(before).filter((name) => name.startsWith('actor.'))
    const moved = names.filter((name) => !before[name].every((value, i) => value === learner.parameters[name][i]))
    expect(names).toHaveLength(4)
    expect(moved).toEqual(['actor.0.kernel', 'actor.1.bias'])
    expect(Object.keys(learner.snapshot().second).filter((name) => name.startsWith('actor.'))).toEqual(moved)
    learner.close()
  })

  test.each([
    ['a function of tensors', () => linear(6, 1).network, ['target.weight']],
    ['a layers model', () => model(6, 1), ['target.0.kernel', 'target.1.bias', 'target.2.kernel', 'target.3.bias']],
  ] as const)('%s has a target network too, and is itself while that is asked', async (_, made, names) => {
    const critic = made()
    const learner = await learnerOf({ targetPolyak: 0.25 }, { critic })
    const slow = (): Record<string, Float32Array> => {
      const { parameters } = learner
      return Object.fromEntries(names.map((name) => [name, parameters[name].slice()]))
    }
    expect(Object.keys(learner.parameters).slice(-names.length)).toEqual(names)
    const before = slow()
    const update = () => learner.update({ ...good, sampled: learner.sample(good.observation) })
    update()
    for (const name of names) {
      const fast = learner.parameters[name.replace('target', 'critic')]
      learner.parameters[name].forEach((value, i) =>
        expect(value, name).toBeCloseTo(before[name][i] + 0.25 * (fast[i] - before[name][i]), 6),
      )
    }
    // With a target network of zeros the next value is its entropy alone, and the critic's own value is what it was.
    const saved = learner.snapshot()
    const want = update().actionValue
    learner.restore(saved)
    for (const name of names) learner.parameters[name].fill(0)
    const got = update()
    expect(got.actionValue).toBe(want)
    const entropy = (got.target - good.reward) / 0.99 / 0.1
    learner.restore(saved)
    for (const name of names) learner.parameters[name].fill(1)
    expect(update().target).not.toBeCloseTo(got.target, 2)
    expect(Math.abs(entropy)).toBeLessThan(10)
    learner.close()
  })

  const weight = (): tf.Variable<tf.Rank.R2> => tf.variable(tf.zeros<tf.Rank.R2>([4, 4]))
  test.each<[string, () => TensorFlowOptions['actor'], string]>([
    [
      'an output of another size',
      () => linear(4, 3).network,
      'actor: expected an output of shape [1, 4] for an input of shape [1, 4], got [1, 3]',
    ],
    ['a model of another size', () => model(4, 2), 'expected an output of shape [1, 4]'],
    [
      'no variable',
      () => ({ variables: {}, apply: (x: tf.Tensor) => x }),
      'expected at least one trainable variable, got none',
    ],
    [
      'a tensor for a variable',
      () => ({ variables: { w: tf.zeros([4, 4]) as never }, apply: (x: tf.Tensor) => x }),
      'actor: expected a tf.Variable under variables.w, got another tensor',
    ],
    [
      'a variable that the output does not depend on',
      () => ({ variables: { w: weight() }, apply: (x: tf.Tensor) => x }),
      'expected an output with a gradient by every trainable variable, got ',
    ],
    [
      'several outputs',
      () => ({ variables: { w: weight() }, apply: (x: tf.Tensor) => [x, x] as never }),
      'expected one tensor as output, got several',
    ],
  ])('%s is refused', async (_, actor, message) => {
    await expect(learnerOf({}, { actor: actor()! })).rejects.toThrow(message)
    await expect(learnerOf({}, { actor: actor()! })).rejects.toThrow(/^avgOnTensorFlow: actor: [^\n]*$/)
  })
})

describe('parameters', () => {
  test('the next call takes over written numbers', async () => {
    const learner = await learnerOf()
    learner.parameters['actor.mu.weight'].fill(0)
    learner.parameters['actor.mu.bias'].set([0.5, -0.5])
    const { action } = learner.sample(good.observation, { deterministic: true })
    expect([...action].map((value) => value.toFixed(5))).toEqual([0.5, -0.5].map((x) => Math.tanh(x).toFixed(5)))
    expect([...learner.snapshot().parameters['actor.mu.bias']]).toEqual([0.5, -0.5])
    learner.close()
  })

  test('they are the same arrays each time, with the present weights', async () => {
    const learner = await learnerOf()
    const first = learner.parameters['critic.q.weight']
    const before = first.slice()
    train(learner, 3)
    expect(learner.parameters['critic.q.weight']).toBe(first)
    expect(first).not.toEqual(before)
    learner.close()
  })
})

describe('memory', () => {
  test.each([0, 0.9])(
    'a snapshot is plain data and goes on bit for bit in another learner, with beta1 %d',
    async (adamBeta1) => {
      const changed = { adamBeta1, targetPolyak: adamBeta1 / 10 }
      const learner = await learnerOf(changed)
      train(learner, 50)
      const saved = structuredClone(learner.snapshot())
      const other = await learnerOf(changed, {}, 77)
      other.restore(saved)
      expect(train(other, 30)).toEqual(train(learner, 30))
      expect(other.snapshot()).toEqual(learner.snapshot())
      learner.close()
      other.close()
    },
  )

  test('a snapshot of other shapes is refused, and changes nothing', async () => {
    const [learner, other] = [await learnerOf(), await learnerOf({ hidden: [8] })]
    const before = learner.snapshot()
    expect(() => learner.restore(other.snapshot())).toThrow('it was taken of other networks, shapes or settings')
    expect(() => learner.restore({ ...before, doubles: new Float64Array(3) })).toThrow('doubles')
    expect(learner.snapshot()).toEqual(before)
    learner.close()
    other.close()
  })
})

test.each<readonly [string, (state: TensorFlowAvgSnapshot) => unknown, string]>([
  ['nothing', () => undefined, 'avgOnTensorFlow: expected a snapshot, got undefined'],
  [
    'what JSON made of it',
    (state) => JSON.parse(JSON.stringify(state)),
    'avgOnTensorFlow: parameters actor.phi.0.weight of a snapshot: expected a vector of 64 numbers, got an object with indexes as keys',
  ],
  [
    'a NaN among the weights',
    (state) => ({ ...state, parameters: { ...state.parameters, 'critic.q.bias': [NaN] } }),
    'avgOnTensorFlow: parameters critic.q.bias[0] of a snapshot: expected a finite number, got NaN',
  ],
  [
    'a negative second moment',
    (state) => ({ ...state, second: { ...state.second, 'critic.q.bias': [-1] } }),
    'avgOnTensorFlow: second moments critic.q.bias[0] of a snapshot: expected a finite number from 0 up, got -1',
  ],
  [
    'a negative count',
    (state) => ({ ...state, doubles: state.doubles.with(2, -1) }),
    "avgOnTensorFlow: the scaler's count of steps of a snapshot: expected an integer from 0 up, got -1",
  ],
  [
    'no place of chance',
    (state) => ({ ...state, random: undefined }),
    'avgOnTensorFlow: random of a snapshot: expected a place',
  ],
])('a snapshot with %s is refused in one line, and nothing is taken from it', async (_, spoil, message) => {
  const [learner, other] = [await learnerOf(), await learnerOf({}, {}, 5)]
  train(other, 3)
  const before = learner.snapshot()
  expect(() => learner.restore(spoil(other.snapshot()) as TensorFlowAvgSnapshot)).toThrow(message)
  expect(learner.snapshot()).toEqual(before)
  learner.close()
  other.close()
})

describe('random numbers', () => {
  const counting = () => {
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
    return { sizes, random }
  }
  test.each([true, false])('sample and update draw an action-sized vector each, terminated %s', async (terminated) => {
    const { sizes, random } = counting()
    const learner = await learnerOf({ random })
    const sampled = learner.sample(good.observation)
    expect(sizes).toEqual([2])
    learner.update({ ...good, sampled, terminated })
    expect(sizes).toEqual([2, 2])
    learner.sample(good.observation, { deterministic: true })
    expect(sizes).toEqual([2, 2])
    learner.close()
  })
})

describe('two backends in one process', () => {
  test('each learner computes on its own backend, and other code keeps its own', async () => {
    const alone = await learnerOf({}, { backend: 'cpu' })
    const want = train(alone, 20)
    alone.close()
    await tf.setBackend('cpu')
    // Made at the same time, so that both backends start at once.
    const [cpu, wasm] = await Promise.all([learnerOf({}, { backend: 'cpu' }), learnerOf({}, { backend: 'wasm' })])
    expect([cpu.backend, wasm.backend, tf.getBackend()]).toEqual(['cpu', 'wasm', 'cpu'])
    const seen = new Set<string>()
    const watching = {
      variables: linear(4, 4).network.variables,
      apply: (x: tf.Tensor2D): tf.Tensor2D => {
        seen.add(tf.getBackend())
        return tf.matMul(x, watching.variables.weight)
      },
    }
    const watched = await learnerOf({}, { backend: 'wasm', actor: watching })
    train(watched, 2)
    expect([...seen]).toEqual(['wasm'])
    watched.close()
    const got: number[] = []
    const other: number[] = []
    got.push(...train(cpu, 20))
    other.push(...train(wasm, 20))
    expect(got).toEqual(want)
    other.forEach((value, i) => expect(value).toBeCloseTo(want[i], 3))
    expect(tf.getBackend()).toBe('cpu')
    cpu.close()
    wasm.close()
  })
})

describe('failing', () => {
  const cases: readonly [string, object, string][] = [
    ['reward', { reward: NaN }, 'reward is NaN'],
    ['next observation', { nextObservation: [1, 2, Infinity, 4] }, 'nextObservation[2] is Infinity'],
    ['next observation at the end', { nextObservation: [NaN, 2, 3, 4], terminated: true }, 'nextObservation[0] is NaN'],
    ['observation', { observation: [1, NaN, 3, 4] }, 'observation[1] is NaN'],
  ]
  test.each(cases)('a %s that is not finite throws before anything moves', async (_, spoilt, message) => {
    const learner = await learnerOf()
    train(learner, 5)
    const { random: _drawn, ...before } = learner.snapshot()
    const sampled = learner.sample(good.observation)
    expect(() => learner.update({ ...good, sampled, ...spoilt })).toThrow(message)
    expect(learner.snapshot()).toMatchObject(before)
    learner.close()
  })

  test('a diverged network throws and names what is not finite', async () => {
    const learner = await learnerOf()
    learner.parameters['critic.q.weight'].fill(1e38)
    learner.parameters['critic.q.bias'].fill(3e38)
    const sampled = learner.sample(good.observation)
    expect(() => learner.update({ ...good, sampled })).toThrow(/is (-?Infinity|NaN), expected a finite number/)
    learner.close()
  })

  test('a gradient that is not finite is named by its variable, and nothing moves', async () => {
    // The root's value at 0 is 0, and its slope there is infinite.
    const weight = tf.variable(tf.tensor2d([[1], [0], [0], [0], [0], [0]]))
    const critic = {
      variables: { weight },
      apply: (x: tf.Tensor2D) => tf.sqrt<tf.Tensor2D>(tf.abs(tf.matMul<tf.Tensor2D>(x, weight))),
    }
    // The trial on zeros refuses only a wrong value: a slope may be infinite at one point.
    const learner = await learnerOf({}, { critic })
    const sampled = learner.sample([0, 1, 1, 1])
    expect(() => learner.update({ ...good, observation: [0, 1, 1, 1], sampled })).toThrow(
      /^(actor|critic)Gradient\[\d+\] \((actor|critic)\.[\w.]+\) is (NaN|-?Infinity), expected a finite number$/,
    )
    expect([...weight.dataSync()]).toEqual([1, 0, 0, 0, 0, 0])
    learner.close()
  })

  test('a vector of another size is refused', async () => {
    const learner = await learnerOf()
    expect(() => learner.sample([1, 2, 3])).toThrow('avgOnTensorFlow: expected observation of size 4, got 3')
    learner.close()
  })

  test('a setting out of its range is refused before TensorFlow.js is loaded', async () => {
    await expect(learnerOf({ discount: 2 }, { backend: 'none' as never })).rejects.toThrow(
      'discount must be a number >= 0 and <= 1, got 2',
    )
  })
})
