/** Models as tensorflowjs_converter writes them: a published graph with the keys of Keras 2 and of Keras 3. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadWeights } from '../../../src/learners/interchange/learnerFiles.js'
import { toLayersModel } from '../../../src/learners/interchange/layersModel.js'
import { weightsOf } from '../../../src/learners/interchange/weights.js'
import { bitsOf, learnerOf, movedLearner, rightOf } from './learners.js'

const place = mkdtempSync(join(tmpdir(), 'rivulet-keras-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

interface Layer {
  class_name: string
  name: string
  config: Record<string, unknown>
  inbound_nodes: [string, number, number, object][][]
}
interface Topology {
  class_name: string
  config: { name: string; layers: Layer[]; input_layers: unknown[]; output_layers: unknown[] }
}
type Json = Record<string, unknown>

const serialized = (module: string, name: string, config: Json): Json => ({
  module,
  class_name: name,
  config,
  registered_name: null,
})
const initializers = (wrap: (name: string, config: Json) => Json): Json => ({
  kernel_initializer: wrap('GlorotUniform', { seed: null }),
  bias_initializer: wrap('Zeros', {}),
  kernel_regularizer: null,
  bias_regularizer: null,
  activity_regularizer: null,
  kernel_constraint: null,
  bias_constraint: null,
})

/** As `model.save` of tf.keras writes a functional model, in `model_config` of an HDF5 file. */
const kerasTwo = ({ config }: Topology): Json => ({
  keras_version: '2.15.0',
  backend: 'tensorflow',
  model_config: {
    class_name: 'Functional',
    config: {
      ...config,
      trainable: true,
      layers: config.layers.map((layer) => ({
        ...layer,
        config: {
          trainable: true,
          dtype: 'float32',
          ...(layer.class_name === 'InputLayer' ? { ragged: false } : {}),
          ...(layer.class_name === 'Dense' ? initializers((class_name, inner) => ({ class_name, config: inner })) : {}),
          ...layer.config,
          ...(layer.class_name === 'LeakyReLU' ? { alpha: 0.009999999776482582 } : {}),
        },
      })),
    },
  },
  training_config: { loss: 'mse', metrics: null, optimizer_config: { class_name: 'Adam', config: {} } },
})

const policy = serialized('keras', 'DTypePolicy', { name: 'float32' })
const kerasTensor = ([name, node, tensor]: readonly unknown[]): Json => ({
  class_name: '__keras_tensor__',
  config: { shape: [null, 4], dtype: 'float32', keras_history: [name, node, tensor] },
})
const threeConfig = ({ class_name: kind, config }: Layer): Json => {
  if (kind === 'InputLayer') {
    return {
      batch_shape: config['batch_input_shape'],
      dtype: 'float32',
      sparse: false,
      ragged: false,
      name: config['name'],
    }
  }
  const { alpha, ...others } = config
  return {
    trainable: true,
    dtype: policy,
    ...(kind === 'Dense' ? initializers((name, inner) => serialized('keras.initializers', name, inner)) : {}),
    ...others,
    ...(kind === 'LeakyReLU' ? { negative_slope: alpha } : {}),
    ...(kind === 'LayerNormalization' ? { axis: -1, rms_scaling: false } : {}),
  }
}
/** As Keras 3 serializes it; newer versions write a single input and a single output without a list. */
const kerasThree =
  (flat: boolean) =>
  ({ config }: Topology): Json => ({
    keras_version: '3.10.0',
    backend: 'tensorflow',
    model_config: {
      class_name: 'Functional',
      config: {
        name: config.name,
        trainable: true,
        dtype: policy,
        layers: config.layers.map((layer) => ({
          module: 'keras.layers',
          class_name: layer.class_name,
          config: threeConfig(layer),
          registered_name: null,
          build_config: { input_shape: [null, 4] },
          name: layer.name,
          inbound_nodes: layer.inbound_nodes.map((tensors) => {
            const args = tensors.map(kerasTensor)
            return { args: layer.class_name === 'Concatenate' ? [args] : args, kwargs: {} }
          }),
        })),
        input_layers: flat ? config.input_layers[0] : config.input_layers,
        output_layers: flat ? config.output_layers[0] : config.output_layers,
      },
    },
  })

let cases = 0
/** Both models of a learner as a converter writes them: the weights in two files, split at any byte. */
const converted = (
  learner: ReturnType<typeof learnerOf>,
  normalizePenultimate: boolean,
  change: (topology: Topology) => Json,
  weightName: (name: string) => string = (name) => name,
): string => {
  const directory = join(place, String(cases++))
  for (const network of ['actor', 'critic'] as const) {
    const { model, weights } = rightOf(toLayersModel(weightsOf(learner.parameters, normalizePenultimate), network))
    const ours = JSON.parse(model) as { modelTopology: Topology; weightsManifest: { weights: { name: string }[] }[] }
    const listed = ours.weightsManifest[0].weights.map((weight) => ({ ...weight, name: weightName(weight.name) }))
    mkdirSync(join(directory, network), { recursive: true })
    writeFileSync(
      join(directory, network, 'model.json'),
      JSON.stringify({
        format: 'layers-model',
        generatedBy: 'keras v3.10.0',
        convertedBy: 'TensorFlow.js Converter v4.22.0',
        modelTopology: change(ours.modelTopology),
        weightsManifest: [{ paths: ['group1-shard1of2.bin', 'group1-shard2of2.bin'], weights: listed }],
      }),
    )
    writeFileSync(join(directory, network, 'group1-shard1of2.bin'), weights.subarray(0, 101))
    writeFileSync(join(directory, network, 'group1-shard2of2.bin'), weights.subarray(101))
  }
  return directory
}

describe.each([true, false])('a converted model, normalized %s, gives every bit', (normalizePenultimate) => {
  it.each<[string, (topology: Topology) => Json, (name: string) => string]>([
    ['of Keras 2', kerasTwo, (name) => name],
    ['of Keras 3', kerasThree(false), (name) => name],
    ['of Keras 3 with one input', kerasThree(true), (name) => name],
    ['of Keras with the name of the model before those of layers', kerasThree(true), (name) => `functional/${name}`],
    [
      'of to_json, without a model_config',
      (topology) => kerasTwo(topology)['model_config'] as Json,
      (name) => `${name}:0`,
    ],
  ])('%s', async (_, change, weightName) => {
    const [from, to] = [movedLearner({ normalizePenultimate }, 2), learnerOf({ normalizePenultimate })]
    await loadWeights(converted(from, normalizePenultimate, change, weightName), to, { normalizePenultimate })
    expect(bitsOf(to)).toEqual(bitsOf(from))
  })
})

describe('a converted model of another graph is refused with the name of the layer', () => {
  const withLayer = (name: string, change: (layer: Json & { config: Json }) => unknown) => (topology: Topology) => {
    const model = kerasThree(true)(topology)
    const { config } = model['model_config'] as { config: { layers: (Json & { config: Json })[] } }
    const layer = config.layers.find((other) => other['name'] === name)
    if (layer !== undefined) change(layer)
    return model
  }
  it.each<[string, (topology: Topology) => Json, string]>([
    [
      'another slope',
      withLayer('phi.0.rectified', ({ config }) => (config['negative_slope'] = 0.3)),
      'layer phi.0.rectified: alpha: expected 0.01; got 0.3',
    ],
    [
      'an activation',
      withLayer('phi.0', ({ config }) => (config['activation'] = 'relu')),
      'layer phi.0: activation: expected "linear"; got "relu"',
    ],
    [
      'another axis',
      withLayer('penultimate.unit', ({ config }) => (config['axis'] = -2)),
      'layer penultimate.unit: axis: expected [1]; got -2',
    ],
    [
      'other inputs',
      withLayer('phi.2', (layer) => (layer['inbound_nodes'] = [{ args: [kerasTensor(['phi.0', 0, 0])], kwargs: {} }])),
      'layer phi.2: inbound_nodes: expected [[["phi.0.rectified",0,0,{}]]]; got [[["phi.0",0,0,{}]]]',
    ],
    [
      'an argument',
      withLayer('phi.2', (layer) => ((layer['inbound_nodes'] as Json[])[0]['kwargs'] = { mask: 1 })),
      'layer phi.2: inbound_nodes: expected',
    ],
    [
      'a dropout between',
      withLayer('phi.2', (layer) => (layer['class_name'] = 'Dropout')),
      'layer phi.2: class_name: expected "Dense"; got "Dropout"',
    ],
  ])('%s', async (_, change, line) => {
    const learner = learnerOf()
    const before = bitsOf(learner)
    const directory = converted(movedLearner({}, 2), true, change)
    await expect(loadWeights(directory, learner)).rejects.toThrow(`${directory}/actor/model.json: ${line}`)
    expect(bitsOf(learner)).toEqual(before)
  })
})
