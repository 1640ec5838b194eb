/** TensorFlow.js layers models: a `model.json` with the graph and the names of the weights, and the weights' bytes beside it. */
import { type Either, flatMap, map, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { absent, nonNegativeInteger, only } from '../../codecs.js'
import { decode, type Failure } from '../../decode.js'
import { checkGraph } from './layersGraph.js'
import { topology, UNIT_NORM, unitNormWeights } from './layersTopology.js'
import { readFloats, viewOf, writeFloats } from './littleEndian.js'
import { networkShape, prefixOf, type DenseWeights, type NetworkName } from './networkShape.js'
import { firstNotFinite, refuse, shapeText, sizeOf, type Weights, type WeightTensor } from './weights.js'

/** The one file of weights beside a `model.json` of ours. */
export const WEIGHTS_FILE = 'weights.bin'

/** What the files of one network hold. */
export interface LayersFiles {
  /** The text of `model.json`. */
  readonly model: string
  /** The bytes of `weights.bin`. */
  readonly weights: Uint8Array
}

/** Rows become columns: a kernel of theirs is `[inputs, outputs]`, a weight of ours `[outputs, inputs]`. */
const transposed = (values: Float32Array, rows: number, columns: number): Float32Array => {
  const turned = new Float32Array(values.length)
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) turned[j * rows + i] = values[i * columns + j]
  return turned
}

const asTheirs = ({ name, inputs, outputs, weight, bias }: DenseWeights) => [
  { name: `${name}/kernel`, shape: [inputs, outputs], values: transposed(weight.values, outputs, inputs) },
  { name: `${name}/bias`, shape: [outputs], values: bias.values },
]

/**
 * One network as the files of a layers model, which `tf.loadLayersModel` reads.
 *
 * Weights that do not say whether they are normalized are taken for what was published: normalized.
 *
 * Fails: one failure for tensors that are not those of a published network.
 */
export const toLayersModel = (weights: Weights, network: NetworkName): Either<readonly Failure[], LayersFiles> =>
  pipe(
    networkShape(weights, network),
    flatMap((shape) => {
      const normalizes = weights.normalizePenultimate ?? true
      const fixed = normalizes ? unitNormWeights(shape.heads[0].inputs) : []
      const tensors = [...[...shape.hidden, ...shape.heads].flatMap(asTheirs), ...fixed]
      const bytes = new Uint8Array(4 * tensors.reduce((size, { values }) => size + values.length, 0))
      let at = 0
      for (const { values } of tensors) at = writeFloats(viewOf(bytes), at, values)
      const manifest = tensors.map(({ name, shape: size }) => ({ name, shape: size, dtype: 'float32' }))
      const model = {
        format: 'layers-model',
        generatedBy: 'rivulet',
        convertedBy: null,
        modelTopology: topology(network, shape, normalizes),
        weightsManifest: [{ paths: [WEIGHTS_FILE], weights: manifest }],
      }
      return right({ model: `${JSON.stringify(model)}\n`, weights: bytes })
    }),
  )

const layerCodec = t.type({
  class_name: t.string,
  name: t.string,
  config: t.UnknownRecord,
  inbound_nodes: t.UnknownArray,
})
const modelCodec = t.type({
  modelTopology: t.type({
    config: t.type(
      { layers: t.array(layerCodec, 'a list of layers'), input_layers: t.UnknownArray, output_layers: t.UnknownArray },
      'a graph of layers',
    ),
  }),
  weightsManifest: t.array(
    t.type({
      paths: t.array(t.string, 'names of files'),
      weights: t.array(
        t.type({
          name: t.string,
          shape: t.array(nonNegativeInteger, 'a list of sizes'),
          dtype: only('float32'),
          quantization: absent('no quantization: weights are what was saved'),
        }),
        'a list of weights',
      ),
    }),
    'a list of files of weights',
  ),
})

/** What a `model.json` says. */
export type LayersModel = t.TypeOf<typeof modelCodec>

/** Reads the text of a `model.json`. */
export const parseLayersModel = (text: string): Either<readonly Failure[], LayersModel> => {
  try {
    return decode(modelCodec)(JSON.parse(text))
  } catch {
    return refuse('', 'JSON', 'something else')
  }
}

/** The files of weights that a model tells of, in the order in which their bytes follow one another. */
export const weightFilesOf = ({ weightsManifest }: LayersModel): readonly string[] =>
  weightsManifest.flatMap(({ paths }) => paths)

/** Refuses a unit norm that was trained: what it computes is no unit norm any more. */
const checkUnitNorm = (
  wanted: ReturnType<typeof unitNormWeights>,
  found: ReadonlyMap<string, Float32Array>,
): Either<readonly Failure[], void> => {
  for (const { name, values } of wanted) {
    const got = found.get(name)
    if (got === undefined) return refuse(name, 'a tensor', 'nothing')
    if (got.length !== values.length) return refuse(name, shapeText([values.length]), shapeText([got.length]))
    const at = got.findIndex((value, i) => value !== values[i])
    if (at >= 0) return refuse(`${name}[${at}]`, `${values[at]}, for a unit norm`, String(got[at]))
  }
  return right(undefined)
}

/**
 * The weights of one network, from its `model.json` and the bytes of its files of weights, one after the other.
 *
 * Fails: one failure for bytes that are too few or too many, for a weight that is not finite, and for a graph that is not the
 * published network's.
 */
export const fromLayersModel = (
  network: NetworkName,
  model: LayersModel,
  bytes: Uint8Array,
): Either<readonly Failure[], Weights> => {
  const tensors = new Map<string, WeightTensor>()
  const fixed = new Map<string, Float32Array>()
  const specs = model.weightsManifest.flatMap(({ weights }) => weights)
  const wanted = specs.reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0)
  if (bytes.length !== wanted) return refuse('weights', `${wanted} bytes, as model.json says`, `${bytes.length}`)
  let at = 0
  for (const { name, shape } of specs) {
    const size = sizeOf(shape)
    const values = readFloats(viewOf(bytes), at, size)
    at += 4 * size
    const wrong = firstNotFinite(values)
    if (wrong >= 0) return refuse(`${name}[${wrong}]`, 'a finite number', String(values[wrong]))
    if (name.startsWith(`${UNIT_NORM}/`)) {
      fixed.set(name, values)
      continue
    }
    const path = prefixOf(network) + name.replace(/\/kernel$/, '.weight').replace(/\/bias$/, '.bias')
    const turned = shape.length === 2 ? transposed(values, shape[0], shape[1]) : values
    tensors.set(path, { shape: [...shape].reverse(), values: turned })
  }
  const normalizePenultimate = model.modelTopology.config.layers.some(({ name }) => name === UNIT_NORM)
  const weights = { tensors, normalizePenultimate }
  return pipe(
    checkGraph(network, model.modelTopology.config, weights),
    flatMap(({ heads }) => checkUnitNorm(normalizePenultimate ? unitNormWeights(heads[0].inputs) : [], fixed)),
    map(() => weights),
  )
}
