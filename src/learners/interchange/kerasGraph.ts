/**
 * The graph of layers in a `model.json`, in the form in which TensorFlow.js saves it. tensorflowjs_converter writes the same graph with
 * other keys:
 *
 * | TensorFlow.js and Keras 2 | Keras 3 |
 * | --- | --- |
 * | `modelTopology` itself (TensorFlow.js), or `modelTopology.model_config` | `modelTopology.model_config` |
 * | `batch_input_shape` | `batch_shape` |
 * | `dtype: 'float32'` | `dtype: { class_name: 'DTypePolicy', config: { name: 'float32' } }` |
 * | LeakyReLU's `alpha` | `negative_slope` |
 * | `inbound_nodes: [[['phi.0', 0, 0, {}]]]` | `[{ args: [{ config: { keras_history: ['phi.0', 0, 0] } }], kwargs: {} }]` |
 * | `input_layers: [['observation', 0, 0]]` | the same, or `['observation', 0, 0]` |
 */
import { bimap, type Either } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { decode, type Failure } from '../../edge/decode.js'
import { boundedList } from './bounds.js'
import type { Layer } from './layersTopology.js'
import { refuse } from './refusal.js'

/** Layers, with those at the inputs and outputs of the graph. */
export interface LayersGraph {
  readonly layers: readonly Layer[]
  readonly input_layers: readonly unknown[]
  readonly output_layers: readonly unknown[]
}

const layerCodec = t.type({
  class_name: t.string,
  name: t.string,
  config: t.UnknownRecord,
  inbound_nodes: boundedList(t.unknown, 'a list of inbound nodes'),
})
const graphCodec = t.type({
  layers: boundedList(layerCodec, 'a list of layers'),
  input_layers: boundedList(t.unknown, 'a list of layers'),
  output_layers: boundedList(t.unknown, 'a list of layers'),
})

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  t.UnknownRecord.is(value) && !Array.isArray(value)

/** The class and the config of a value that Keras 3 writes as an object; null for any other value. */
const serialized = (value: unknown): Readonly<Record<string, unknown>> | null =>
  isRecord(value) && isRecord(value['config']) ? value['config'] : null

/** The source of a tensor: `[layer, node, tensor]`, without the arguments of the layer's call. */
const originOf = (tensor: unknown): unknown => {
  const history = serialized(tensor)?.['keras_history']
  return Array.isArray(history) ? [...history, {}] : tensor
}

/** One call of a layer, as a list of the sources of its tensors. */
const nodeOf = (node: unknown): unknown => {
  if (!isRecord(node) || !Array.isArray(node['args'])) return node
  const { args, kwargs } = node
  // A call with other arguments than tensors is not changed, so that it differs from every published layer.
  const mask = isRecord(kwargs) ? Object.values(kwargs).some((value) => value !== null && value !== false) : false
  return mask ? node : args.flat().map(originOf)
}

const renamed: readonly (readonly [theirs: string, ours: string])[] = [
  ['batch_shape', 'batch_input_shape'],
  ['negative_slope', 'alpha'],
]

const layerOf = ({ class_name, name, config, inbound_nodes }: t.TypeOf<typeof layerCodec>): Layer => {
  const ours: Record<string, unknown> = { ...config }
  for (const [theirs, word] of renamed) if (!(word in ours) && theirs in ours) ours[word] = ours[theirs]
  const policy = serialized(ours['dtype'])?.['name']
  if (policy !== undefined) ours['dtype'] = policy
  // -1 is the last axis; that of a vector is 1, and Keras may write a single axis without a list.
  if (class_name === 'LayerNormalization' && [1, -1].some((axis) => [ours['axis']].flat()[0] === axis)) {
    ours['axis'] = [1]
  }
  return { class_name, name, config: ours, inbound_nodes: inbound_nodes.map(nodeOf) }
}

/** A single input or output of a graph may stand without a list. */
const endsOf = (ends: readonly unknown[]): readonly unknown[] => (typeof ends[0] === 'string' ? [ends] : ends)

/**
 * The graph that a `modelTopology` holds.
 *
 * Fails: one failure for a value that is not a graph of layers with names, such as a Sequential model.
 */
export const kerasGraph = (
  modelTopology: Readonly<Record<string, unknown>>,
): Either<readonly Failure[], LayersGraph> => {
  const inner = modelTopology['model_config']
  const place = inner === undefined ? 'modelTopology' : 'modelTopology.model_config'
  const model = inner ?? modelTopology
  if (!isRecord(model)) return refuse(place, 'a model of Keras', 'another value')
  if (model['class_name'] === 'Sequential') {
    return refuse(place, 'a functional model (keras.Model with inputs and outputs)', '"Sequential"')
  }
  return pipe(
    model['config'] ?? {},
    decode(graphCodec),
    bimap(
      (failures) => failures.map((failure) => ({ ...failure, path: `${place}.config.${failure.path}` })),
      ({ layers, input_layers, output_layers }) => ({
        layers: layers.map(layerOf),
        input_layers: endsOf(input_layers),
        output_layers: endsOf(output_layers),
      }),
    ),
  )
}
