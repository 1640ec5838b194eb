import * as tf from '@tensorflow/tfjs-core'
import * as layers from '@tensorflow/tfjs-layers'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, test } from 'vitest'
import { defaultHyperparameters } from '../../../src/learners/avg/publishedSettings.js'
import { avgOnTensorFlow } from '../../../src/learners/tensorflow/avgOnTensorFlow.js'
import type { TensorFlowOptions } from '../../../src/learners/tensorflow/tensorLearner.js'
import type { BackendName } from '../../../src/learners/tensorflow/backendName.js'
import { seeded } from '../../../src/random.js'

/** The backend of the tests; `npm run test:tensorflow` selects TensorFlow's own library. */
const backend = (process.env['RIVULET_BACKEND'] ?? 'cpu') as BackendName

beforeAll(async () => {
  tf.env().set('PROD', true)
  await tf.setBackend('cpu')
})

const learnerWith = (actor: NonNullable<TensorFlowOptions['actor']>) =>
  avgOnTensorFlow(
    { observation: { size: 4 }, action: { size: 1 } },
    {
      ...defaultHyperparameters,
      hidden: [8],
      random: seeded(1)('policy'),
      initialization: seeded(1)('initialization'),
    },
    { actor, backend },
  )

const l = layers.layers
type Layer = ReturnType<typeof l.dense>
type AnyLayer = layers.Sequential['layers'][number]

const input = { inputShape: [4] }
/** The layers between four observations and the two numbers of an actor. */
const model = (...between: readonly AnyLayer[]): layers.Sequential =>
  layers.sequential({ layers: [l.dense({ units: 4, ...input }), ...between, l.dense({ units: 2 })] })
/** The same for layers that take steps of two numbers each. */
const stepped = (...between: readonly AnyLayer[]): layers.Sequential =>
  layers.sequential({ layers: [l.reshape({ targetShape: [2, 2], ...input }), ...between, l.dense({ units: 2 })] })
/** Orthogonal weights, the default, take minutes to draw. */
const recurrent = { units: 3, recurrentInitializer: 'glorotNormal' as const }

/** A layer of the caller. */
class Own extends (l.dense({ units: 1 }).constructor as unknown as { prototype: Layer; new (config: object): Layer }) {
  static className = 'Own'
  constructor(private readonly computes: (inputs: tf.Tensor, kwargs: Record<string, unknown>) => tf.Tensor) {
    super({ units: 4 })
  }
  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>): tf.Tensor {
    return this.computes(super.call(inputs, kwargs) as tf.Tensor, kwargs)
  }
}
const own = (computes: (inputs: tf.Tensor, kwargs: Record<string, unknown>) => tf.Tensor): AnyLayer => new Own(computes)
/** A layer that hides another layer, and passes its input on. */
const hiding = (hidden: AnyLayer): AnyLayer => own((x, kwargs) => hidden.call(x, kwargs) as tf.Tensor)

const SAME = 'expected layers that compute the same in training as in use, got '
const NO_DEMAND = 'expected layers without regularizers, constraints and losses of their own, got '
const STATELESS = 'expected layers without memory from call to call, got '

describe('a layer that an update would compute differently is refused by its name', () => {
  const refused: Readonly<Record<string, [() => layers.LayersModel, string]>> = {
    dropout: [() => model(l.dropout({ rate: 0.5, name: 'fickle' })), `${SAME}fickle (Dropout)`],
    'gaussian noise': [() => model(l.gaussianNoise({ stddev: 0.1, name: 'fickle' })), `${SAME}fickle (GaussianNoise)`],
    'gaussian dropout': [
      () => model(l.gaussianDropout({ rate: 0.1, name: 'fickle' })),
      `${SAME}fickle (GaussianDropout)`,
    ],
    'alpha dropout': [() => model(l.alphaDropout({ rate: 0.1, name: 'fickle' })), `${SAME}fickle (AlphaDropout)`],
    'spatial dropout': [
      () => stepped(l.spatialDropout1d({ rate: 0.1, name: 'fickle' }), l.flatten()),
      `${SAME}fickle (SpatialDropout1D)`,
    ],
    'batch normalization': [
      () => model(l.batchNormalization({ name: 'fickle' })),
      `${SAME}fickle (BatchNormalization)`,
    ],
    'dropout of a recurrent layer': [
      () => stepped(l.lstm({ ...recurrent, dropout: 0.1, name: 'fickle' })),
      `${SAME}fickle > `,
    ],
    'recurrent dropout': [
      () => stepped(l.gru({ ...recurrent, recurrentDropout: 0.1, name: 'fickle' })),
      `${SAME}fickle > `,
    ],
    'dropout of a simple recurrent layer': [
      () => stepped(l.simpleRNN({ ...recurrent, dropout: 0.1, name: 'fickle' })),
      `${SAME}fickle > `,
    ],
    'dropout of a cell among others': [
      () =>
        stepped(
          l.rnn({
            cell: [l.gruCell(recurrent), l.lstmCell({ ...recurrent, dropout: 0.1, name: 'fickle' })],
            name: 'r',
          }),
        ),
      'fickle (LSTMCell)',
    ],
    'dropout of a convolutional recurrent layer': [
      () =>
        layers.sequential({
          layers: [
            l.reshape({ targetShape: [1, 2, 2, 1], ...input }),
            l.convLstm2d({
              filters: 1,
              kernelSize: 1,
              dropout: 0.1,
              recurrentInitializer: 'glorotNormal',
              name: 'fickle',
            }),
            l.flatten(),
            l.dense({ units: 2 }),
          ],
        }),
      `${SAME}fickle > `,
    ],
    'dropout in a model in the model': [
      () =>
        model(
          layers.sequential({
            layers: [l.dense({ units: 4, ...input }), l.dropout({ rate: 0.5, name: 'fickle' })],
            name: 'within',
          }),
        ),
      `${SAME}within > fickle (Dropout)`,
    ],
    'dropout in a functional model': [
      () => {
        const inputs = layers.input({ shape: [4] })
        const dropped = l.dropout({ rate: 0.5, name: 'fickle' }).apply(l.dense({ units: 3 }).apply(inputs))
        const outputs = l.dense({ units: 2 }).apply(dropped) as layers.SymbolicTensor
        return layers.model({ inputs, outputs })
      },
      `${SAME}fickle (Dropout)`,
    ],
    'dropout in each step': [
      () => stepped(l.timeDistributed({ layer: l.dropout({ rate: 0.5, name: 'fickle' }), name: 'steps' }), l.flatten()),
      `${SAME}steps > fickle (Dropout)`,
    ],
    'dropout both ways': [
      () =>
        stepped(
          l.bidirectional({
            layer: l.simpleRNN({ ...recurrent, dropout: 0.5 }) as never,
            mergeMode: 'concat',
            name: 'both',
          }),
        ),
      `${SAME}both > `,
    ],
    'a layer of the caller’s own that asks whether it is trained': [
      () => model(own((x, kwargs) => (kwargs['training'] === true ? tf.mul(x, 2) : x))),
      `${SAME}`,
    ],
    'one that reads whether it is in training': [
      () => model(own((x, kwargs) => ('training' in kwargs ? tf.mul(x, 2) : x))),
      `${SAME}`,
    ],
    'one that hides a dropout': [() => model(hiding(l.dropout({ rate: 0.5 }))), `${SAME}`],
    'a recurrent layer with a memory': [
      () =>
        layers.sequential({
          layers: [
            l.reshape({ targetShape: [2, 2], batchInputShape: [1, 4] }),
            l.simpleRNN({ ...recurrent, stateful: true, name: 'elephant' }),
            l.dense({ units: 2 }),
          ],
        }),
      `${STATELESS}elephant (SimpleRNN), stateful`,
    ],
    'a regularized kernel': [
      () => model(l.dense({ units: 4, kernelRegularizer: 'l1l2', name: 'modest' })),
      `${NO_DEMAND}modest (Dense) with a kernelRegularizer`,
    ],
    'a regularized bias': [
      () => model(l.dense({ units: 4, biasRegularizer: layers.regularizers.l2({ l2: 0.1 }), name: 'modest' })),
      `${NO_DEMAND}modest (Dense) with a biasRegularizer`,
    ],
    'a regularized cell': [
      () => stepped(l.lstm({ ...recurrent, recurrentRegularizer: 'l1l2', name: 'modest' })),
      'with a recurrentRegularizer',
    ],
    'a constraint': [
      () => model(l.dense({ units: 4, kernelConstraint: 'unitNorm', name: 'modest' })),
      `${NO_DEMAND}modest (Dense) with a kernelConstraint`,
    ],
    'a loss of its own': [
      () => {
        const layer = l.dense({ units: 4, name: 'modest' })
        ;(layer as unknown as { addLoss(loss: () => tf.Scalar): void }).addLoss(() => tf.scalar(1))
        return model(layer)
      },
      `${NO_DEMAND}modest (Dense) with a loss of its own`,
    ],
  }
  test.each(Object.entries(refused))('%s', async (_, [made, message]) => {
    await expect(learnerWith(made())).rejects.toThrow(message)
    await expect(learnerWith(made())).rejects.toThrow(/^avgOnTensorFlow: actor: expected [^\n]*, got [^\n]*$/)
  })

  test('an activity regularizer', async () => {
    const layer = l.dense({ units: 4, name: 'modest' })
    const made = model(layer)
    // Layers of TensorFlow.js 4.22 with one cannot be put into a model; what is loaded may have it.
    Object.assign(layer, { activityRegularizer: layers.regularizers.l2({ l2: 0.1 }) })
    await expect(learnerWith(made)).rejects.toThrow(`${NO_DEMAND}modest (Dense) with an activityRegularizer`)
  })
})

describe('a function that does not return the same output each time is refused', () => {
  const weight = () => tf.variable(tf.ones<tf.Rank.R2>([4, 2]))
  const changing: Readonly<Record<string, () => NonNullable<TensorFlowOptions['actor']>>> = {
    'by dropout': () => {
      const w = weight()
      return { variables: { w }, apply: (x: tf.Tensor2D) => tf.matMul(tf.dropout(x, 0.5), w) }
    },
    'by noise': () => {
      const w = weight()
      return { variables: { w }, apply: (x: tf.Tensor2D) => tf.add(tf.matMul(x, w), tf.randomNormal([1, 2], 0, 0.01)) }
    },
    'by what it remembers': () => {
      const w = weight()
      let calls = 0
      return { variables: { w }, apply: (x: tf.Tensor2D) => tf.mul(tf.matMul(x, w), ++calls) }
    },
    'by a model that it trains': () => {
      const inner = model(l.gaussianNoise({ stddev: 1 }))
      const variables = Object.fromEntries(inner.weights.map((w, i) => [`w${i}`, w.read() as tf.Variable]))
      return { variables, apply: (x: tf.Tensor2D) => inner.apply(x, { training: true }) as tf.Tensor2D }
    },
  }
  test.each(Object.entries(changing))('%s', async (_, made) => {
    await expect(learnerWith(made())).rejects.toThrow(
      'avgOnTensorFlow: actor: expected the same output each time for the same input, got another one',
    )
  })
})

/** The weights of a model that three updates move. */
const movedIn = async (made: layers.LayersModel): Promise<number[]> => {
  const learner = await learnerWith(made)
  const before = structuredClone(learner.parameters)
  let observation = [1, -2, 3, 0.5]
  for (let i = 0; i < 3; i++) {
    const sampled = learner.sample(observation)
    const nextObservation = observation.map((value) => value - 0.3)
    learner.update({ observation, sampled, reward: i, nextObservation, terminated: false, truncated: false })
    observation = nextObservation
  }
  const after = learner.parameters
  learner.close()
  return Object.keys(before)
    .filter((name) => name.startsWith('actor.'))
    .flatMap((name, i) => (before[name].every((value, j) => value === after[name][j]) ? [] : [i]))
}

describe('layers that compute the same in training are accepted, and learn', () => {
  const taken: Readonly<Record<string, () => layers.LayersModel>> = {
    'a dropout of nothing': () => model(l.dropout({ rate: 0 }), l.gaussianNoise({ stddev: 0 })),
    'layer normalization': () => model(l.layerNormalization()),
    'recurrent layers': () => stepped(l.lstm({ ...recurrent, returnSequences: true }), l.gru(recurrent)),
    wrappers: () =>
      stepped(
        l.timeDistributed({ layer: l.dense({ units: 3 }) }),
        l.bidirectional({ layer: l.simpleRNN(recurrent) as never, mergeMode: 'concat' }),
      ),
    'a layer of the caller’s own': () => model(own((x, kwargs) => (kwargs['mask'] === undefined ? tf.tanh(x) : x))),
    'a regularizer and a constraint of what is frozen': () =>
      model(l.dense({ units: 4, trainable: false, kernelRegularizer: 'l1l2', kernelConstraint: 'unitNorm' })),
  }
  test.each(Object.entries(taken))('%s', async (_, made) => {
    expect((await movedIn(made())).length).toBeGreaterThan(0)
  })

  test('a layer of the caller gets its method back', async () => {
    const layer = own((x) => x)
    await movedIn(model(layer))
    expect(Object.hasOwn(layer, 'call')).toBe(false)
  })
})

describe('frozen layers do not change', () => {
  const pair = (first: object = {}) =>
    layers.sequential({ layers: [l.dense({ units: 4, ...input, ...first }), l.dense({ units: 4 })] })
  const wrapped = (wrapper: object = {}, within: object = {}) =>
    stepped(l.timeDistributed({ layer: l.dense({ units: 3, activation: 'tanh', ...within }), ...wrapper }), l.flatten())
  const both = (wrapper: object = {}, within: object = {}) =>
    stepped(
      l.bidirectional({
        layer: l.simpleRNN({ ...recurrent, ...within }) as never,
        mergeMode: 'concat',
        ...wrapper,
      }),
    )
  const changed = <M extends layers.LayersModel>(made: M, change: (made: M) => void): M => {
    change(made)
    return made
  }
  const frozen = { trainable: false }
  /** Weights by their place: trainable ones come first in a model's list, frozen ones last. */
  const cases: Readonly<Record<string, [() => layers.LayersModel, number]>> = {
    'nothing is frozen': [() => model(), 4],
    'a layer made so': [() => model(l.dense({ units: 4, ...frozen })), 4],
    'a layer frozen later': [() => changed(model(l.dense({ units: 4 })), (m) => (m.layers[1].trainable = false)), 4],
    'single weights': [
      () => changed(model(), (m) => m.layers[0].trainableWeights.slice(0, 1).forEach((w) => Object.assign(w, frozen))),
      3,
    ],
    'a model in the model': [() => changed(model(pair()), (m) => (m.layers[1].trainable = false)), 4],
    'a layer of a model in the model': [() => model(pair(frozen)), 6],
    'a wrapper made so': [() => wrapped(frozen), 2],
    'a wrapper frozen later': [() => changed(wrapped(), (m) => (m.layers[1].trainable = false)), 2],
    'what a wrapper wraps': [() => wrapped({}, frozen), 2],
    'both ways, made so': [() => both(frozen), 2],
    'both ways, frozen later': [() => changed(both(), (m) => (m.layers[1].trainable = false)), 2],
    'what goes both ways': [() => both({}, frozen), 2],
    'one way of two': [
      () =>
        changed(both(), (m) => {
          ;(m.layers[1] as unknown as { forwardLayer: AnyLayer }).forwardLayer.trainable = false
        }),
      5,
    ],
    'a cell among others': [
      () => stepped(l.rnn({ cell: [l.simpleRNNCell({ ...recurrent, ...frozen }), l.simpleRNNCell(recurrent)] })),
      5,
    ],
  }
  test.each(Object.entries(cases))('%s', async (_, [made, moving]) => {
    expect(await movedIn(made())).toHaveLength(moving)
  })

  test('a model that is frozen as a whole is refused', async () => {
    const made = changed(model(), (m) => (m.trainable = false))
    await expect(learnerWith(made)).rejects.toThrow('actor: expected at least one trainable variable, got none')
  })
})
