/** What IAC on TensorFlow.js shares with AVG's is tested there in every case; here with IAC's own networks, draws and refusals. */
import * as tf from '@tensorflow/tfjs-core'
import * as layers from '@tensorflow/tfjs-layers'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { iac } from '../../../src/learners/iac/iac.js'
import type { BackendName } from '../../../src/learners/tensorflow/backendName.js'
import { iacOnTensorFlow } from '../../../src/learners/tensorflow/iacOnTensorFlow.js'
import type {
  TensorFlowIacLearner,
  TensorFlowIacSettings,
  TensorFlowOptions,
} from '../../../src/learners/tensorflow/tensorLearner.js'
import type { TensorSnapshot } from '../../../src/learners/tensorflow/tensorSnapshot.js'
import { seeded } from '../../../src/random.js'
import type { Random } from '../../../src/types.js'

// The tests make hundreds of updates on TensorFlow.js, which is slow on a slow machine.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 })

/** The backend of the tests; `npm run test:tensorflow` selects TensorFlow's own library. */
const backend = (process.env['RIVULET_BACKEND'] ?? 'cpu') as BackendName

const spec = { observation: { size: 4 }, action: { size: 2 } }

const settingsOf = (extra: Partial<TensorFlowIacSettings> = {}, seed = 1): TensorFlowIacSettings => ({
  hidden: [8, 8],
  actorStepSize: 1e-3,
  criticStepSize: 2e-3,
  entropyCoefficient: 0.1,
  random: seeded(seed)('policy'),
  initialization: seeded(seed)('initialization'),
  ...extra,
})
const learnerOf = (
  extra: Partial<TensorFlowIacSettings> = {},
  options: TensorFlowOptions = {},
  seed = 1,
): Promise<TensorFlowIacLearner> => iacOnTensorFlow(spec, settingsOf(extra, seed), { backend, ...options })

/** Learns, then acts, in a world that depends on the actions and has ends of both kinds. Returns every action and report. */
const train = (learner: TensorFlowIacLearner, steps: number): unknown[] => {
  const random = seeded(2)('world')
  const observe = (): Float32Array => {
    const observation = new Float32Array(4)
    random.normal(observation)
    return observation
  }
  const seen: unknown[] = []
  let observation = observe()
  for (let i = 1; i <= steps; i++) {
    const sampled = learner.sample(observation)
    const nextObservation = observe()
    const reward = sampled.action[0] - sampled.action[1] * sampled.action[1] + random.uniform()
    const [terminated, truncated] = [i % 7 === 0, i % 11 === 0]
    seen.push(sampled, learner.update({ observation, sampled, reward, nextObservation, terminated, truncated }))
    observation = terminated || truncated ? observe() : nextObservation
  }
  return seen
}

const good = {
  observation: [1, 2, 3, 4],
  reward: 1,
  nextObservation: [4, 3, 2, 1],
  terminated: false,
  truncated: false,
}

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

beforeAll(async () => {
  // Any backend that a user has made current: here plain JavaScript, without its advice.
  tf.env().set('PROD', true)
  await tf.setBackend('cpu')
})

test.each([0, 0.9])(
  'the published networks begin as those of iac do, bit for bit, with beta1 %d',
  async (adamBeta1) => {
    const learner = await learnerOf({ adamBeta1 })
    const fused = iac(spec, settingsOf({ adamBeta1 }))
    expect(Object.keys(learner.parameters)).toEqual(Object.keys(fused.parameters))
    for (const [name, values] of Object.entries(fused.parameters)) {
      expect([...learner.parameters[name]], name).toEqual([...values])
    }
    learner.close()
  },
)

describe('tensors', () => {
  const count = (): number => tf.memory().numTensors
  let before = 0
  beforeEach(() => {
    before = count()
  })

  test.each(
    (['distribution', 'sample', 'both', 'none'] as const).map((entropy, i) => ({
      entropy,
      scaleTdError: i % 2 === 0,
      normalizePenultimate: i < 2,
      adamBeta1: i % 2 === 0 ? 0.9 : 0,
    })),
  )('are as many after 100 updates as after one, and are freed by close, with %o', async (extra) => {
    const learner = await learnerOf(extra)
    train(learner, 1)
    const held = count()
    train(learner, 100)
    expect(count()).toBe(held)
    expect(learner.parameters['critic.value.bias']).toHaveLength(1)
    learner.restore(learner.snapshot())
    train(learner, 1)
    expect(count()).toBe(held)
    learner.close()
    learner.close()
    expect(count()).toBe(before)
    expect(() => learner.sample(good.observation)).toThrow('iacOnTensorFlow: the learner is closed')
  })

  test('are all freed when an update throws, and when a network is refused', async () => {
    const learner = await learnerOf()
    const held = count()
    const sampled = learner.sample(good.observation)
    expect(() => learner.update({ ...good, sampled, reward: NaN })).toThrow('reward is NaN')
    expect(() => learner.update({ ...good, sampled, nextObservation: [1, 2, 3, NaN] })).toThrow('nextObservation[3]')
    expect(() => learner.restore({ ...learner.snapshot(), parameters: {} })).toThrow('was expected')
    expect(count()).toBe(held)
    const { weight, network } = linear(6, 1)
    await expect(learnerOf({}, { critic: network })).rejects.toThrow('critic')
    weight.dispose()
    expect(count()).toBe(held)
    learner.close()
    expect(count()).toBe(before)
  })
})

describe('networks of one’s own', () => {
  test('a function of tensors learns, with the names of its caller, and stays the caller’s', async () => {
    const [actor, critic] = [linear(4, 4), linear(4, 1)]
    const learner = await learnerOf({}, { actor: actor.network, critic: critic.network })
    expect(Object.keys(learner.parameters)).toEqual(['actor.weight', 'critic.weight'])
    train(learner, 5)
    for (const { weight } of [actor, critic]) expect([...weight.dataSync()]).not.toContain(Math.fround(0.1))
    expect([...learner.parameters['critic.weight']]).toEqual([...critic.weight.dataSync()])
    learner.close()
    expect([actor.weight.isDisposed, critic.weight.isDisposed]).toEqual([false, false])
  })

  test('the gradients of linear maps are those that are derived by hand', async () => {
    const [actor, critic] = [linear(4, 4), linear(4, 1)]
    const networks = { actor: actor.network, critic: critic.network }
    const epsilon = 1e3
    const learner = await learnerOf({ adamBeta1: 0, adamEpsilon: epsilon, logStdReading: 'deviation' }, networks)
    const observation = [0.5, -1, 2, 1]
    const sampled = learner.sample(observation)
    const { tdError } = learner.update({ ...good, observation, sampled })
    // With an epsilon this large a step is the gradient times the step size over epsilon.
    const gradientOf = (weight: tf.Variable, stepSize: number): number[] =>
      [...weight.dataSync()].map((value) => ((Math.fround(0.1) - value) * epsilon) / stepSize)
    // μ and c are 0.1 times the sum of the observation, 0.25: the score is ε / s by μ and ε² - 1 by c, and η is 0.1.
    const slopes = [0, 1].flatMap((i) => (tdError * sampled.noise[i]) / Math.exp(0.25))
    slopes.push(...[0, 1].map((i) => tdError * (sampled.noise[i] ** 2 - 1) + 0.1))
    const wanted = observation.flatMap((x) => slopes.map((slope) => -x * slope))
    const got = gradientOf(actor.weight, 1e-3)
    wanted.forEach((want, i) =>
      expect(Math.abs(got[i] - want), `actor ${i}`).toBeLessThan(0.05 + 0.05 * Math.abs(want)),
    )
    const byCritic = gradientOf(critic.weight, 2e-3)
    observation.forEach((x, i) => {
      const want = -2 * tdError * x
      expect(Math.abs(byCritic[i] - want), `critic ${i}`).toBeLessThan(0.05 + 0.05 * Math.abs(want))
    })
    learner.close()
  })

  test('layers models learn; a snapshot goes on bit for bit in others', async () => {
    const networks = () => ({ actor: model(4, 4), critic: model(4, 1) })
    const learner = await learnerOf({}, networks())
    expect(Object.keys(learner.parameters).slice(-2)).toEqual(['critic.2.kernel', 'critic.3.bias'])
    train(learner, 20)
    const other = await learnerOf({}, networks(), 77)
    other.restore(structuredClone(learner.snapshot()))
    expect(train(other, 20)).toEqual(train(learner, 20))
    expect(other.snapshot()).toEqual(learner.snapshot())
    learner.close()
    other.close()
  })

  test.each<[string, () => TensorFlowOptions, string | RegExp]>([
    [
      'a critic of observations and actions',
      () => ({ critic: linear(6, 1).network }),
      /^iacOnTensorFlow: critic: expected a network for an input of shape \[1, 4\], got an error \([^\n]+\)$/,
    ],
    [
      'a model that is one',
      () => ({ critic: model(6, 1) }),
      /^iacOnTensorFlow: critic: expected a network for an input of shape \[1, 4\], got an error \([^\n]+\)$/,
    ],
    [
      'an actor without deviations',
      () => ({ actor: model(4, 2) }),
      'iacOnTensorFlow: actor: expected an output of shape [1, 4] for an input of shape [1, 4], got [1, 2]',
    ],
  ])('%s is refused', async (_, options, message) => {
    await expect(learnerOf({}, options())).rejects.toThrow(message)
  })
})

describe('memory', () => {
  test.each([
    { adamBeta1: 0, scaleTdError: true, entropy: 'both' as const },
    { adamBeta1: 0.9, normalizePenultimate: true },
  ])('a snapshot is plain data and goes on bit for bit in another learner, with %o', async (changed) => {
    const learner = await learnerOf(changed)
    train(learner, 50)
    const saved = structuredClone(learner.snapshot())
    const other = await learnerOf(changed, {}, 77)
    other.restore(saved)
    expect(train(other, 30)).toEqual(train(learner, 30))
    expect(other.snapshot()).toEqual(learner.snapshot())
    learner.close()
    other.close()
  })

  test('the next call takes over what was written to the parameters', async () => {
    const learner = await learnerOf()
    learner.parameters['actor.mu.weight'].fill(0)
    learner.parameters['actor.mu.bias'].set([0.5, -0.5])
    learner.parameters['critic.value.weight'].fill(0)
    learner.parameters['critic.value.bias'].fill(0.25)
    const sampled = learner.sample(good.observation, { deterministic: true })
    expect([...sampled.action].map((x) => x.toFixed(5))).toEqual([0.5, -0.5].map((x) => Math.tanh(x).toFixed(5)))
    expect(learner.update({ ...good, sampled }).value).toBe(0.25)
    learner.close()
  })

  test.each<readonly [string, (state: TensorSnapshot) => unknown, string]>([
    ['nothing', () => undefined, 'iacOnTensorFlow: expected a snapshot, got undefined'],
    [
      'other networks',
      (state) => ({ ...state, parameters: { 'actor.weight': new Float32Array(4) } }),
      'iacOnTensorFlow: a snapshot with parameters ',
    ],
    [
      'a NaN among the weights',
      (state) => ({ ...state, parameters: { ...state.parameters, 'critic.value.bias': [NaN] } }),
      'iacOnTensorFlow: parameters critic.value.bias[0] of a snapshot: expected a finite number, got NaN',
    ],
    [
      'a negative second moment',
      (state) => ({ ...state, second: { ...state.second, 'critic.value.bias': [-1] } }),
      'iacOnTensorFlow: second moments critic.value.bias[0] of a snapshot: expected a finite number from 0 up, got -1',
    ],
    [
      'a negative count',
      (state) => ({ ...state, doubles: state.doubles.with(2, -1) }),
      "iacOnTensorFlow: the scaler's count of steps of a snapshot: expected an integer from 0 up, got -1",
    ],
  ])('a snapshot with %s is refused in one line, and nothing is taken from it', async (_, spoil, message) => {
    const [learner, other] = [await learnerOf(), await learnerOf({}, {}, 5)]
    train(other, 3)
    const before = learner.snapshot()
    expect(() => learner.restore(spoil(other.snapshot()) as TensorSnapshot)).toThrow(message)
    expect(learner.snapshot()).toEqual(before)
    learner.close()
    other.close()
  })
})

test('sample draws one action-sized vector, a deterministic one and update none', async () => {
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
  const learner = await learnerOf({ random })
  learner.sample(good.observation, { deterministic: true })
  expect(sizes).toEqual([])
  const sampled = learner.sample(good.observation)
  for (const terminated of [false, true]) learner.update({ ...good, sampled, terminated })
  expect(sizes).toEqual([2])
  learner.close()
})

test('a gradient that is not finite is named by its variable, and nothing moves', async () => {
  // The root's value at 0 is 0, and its slope there is infinite.
  const weight = tf.variable(tf.tensor2d([[1], [0], [0], [0]]))
  const critic = {
    variables: { weight },
    apply: (x: tf.Tensor2D) => tf.sqrt<tf.Tensor2D>(tf.abs(tf.matMul<tf.Tensor2D>(x, weight))),
  }
  const learner = await learnerOf({}, { critic })
  const before = learner.snapshot()
  const sampled = learner.sample([0, 1, 1, 1], { deterministic: true })
  expect(() => learner.update({ ...good, observation: [0, 1, 1, 1], sampled })).toThrow(
    /^criticGradient\[\d+\] \(critic\.weight\) is (NaN|-?Infinity), expected a finite number$/,
  )
  expect(learner.snapshot()).toEqual(before)
  learner.close()
})

test.each<readonly [Partial<TensorFlowIacSettings>, string]>([
  [{ discount: 1.5 }, 'iac: discount must be a number >= 0 and <= 1, got 1.5'],
  [{ entropy: 'all' as never }, 'iac: entropy must be one of distribution, sample, both, none, got all'],
  [{ hidden: [2 ** 20, 2 ** 20] }, 'iacOnTensorFlow: hidden must be widths of a learner that fits into 4 GiB'],
])('the settings %o are refused before TensorFlow.js is loaded', async (extra, message) => {
  await expect(learnerOf(extra, { backend: 'none' as never })).rejects.toThrow(message)
})
