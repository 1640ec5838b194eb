/** TensorFlow.js layers models: a `model.json` with the graph and the names of the weights, and the weights' bytes beside it. */
import { type Either, flatMap, map, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Failure } from '../../edge/decode.js'
import type { LayersModel, ManifestWeight } from './layersJson.js'
import { checkGraph } from './layersGraph.js'
import { topology, UNIT_NORM, unitNormWeights } from './layersTopology.js'
import { readFloats, writeFloats } from './littleEndian.js'
import { networkShape, prefixOf, type DenseWeights, type NetworkName } from './networkShape.js'
import { refuse } from './refusal.js'
import { firstNotFinite, shapeText, sizeOf, type Outline, type Weights, type WeightTensor } from './weights.js'

/** The file of weights that Rivulet writes beside a `model.json`. */
export const WEIGHTS_FILE = 'weights.bin'

/** The content of the files of one network. */
export interface LayersFiles {
  /** The text of `model.json`. */
  readonly model: string
  /** The bytes of `weights.bin`. */
  readonly weights: Uint8Array
}

/** The transposed matrix: a kernel of TensorFlow.js is `[inputs, outputs]`, a weight of Rivulet `[outputs, inputs]`. */
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
 * Weights whose `normalizePenultimate` is null count as normalized, as published.
 *
 * Fails: one failure for tensors that are not those of a published network.
 */
export const toLayersModel = (weights: Weights, network: NetworkName): Either<readonly Failure[], LayersFiles> =>
  pipe(
    networkShape(weights.tensors, network),
    flatMap((shape) => {
      const normalizes = weights.normalizePenultimate ?? true
      const fixed = normalizes ? unitNormWeights(shape.heads[0].inputs) : []
      const tensors = [...[...shape.hidden, ...shape.heads].flatMap(asTheirs), ...fixed]
      const bytes = new Uint8Array(4 * tensors.reduce((size, { values }) => size + values.length, 0))
      let at = 0
      for (const { values } of tensors) at = writeFloats(bytes, at, values)
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

/** The meaning of a weight of a model: a tensor of the learner, or one of the fixed weights of the unit norm. */
interface Placed extends ManifestWeight {
  /** Its name among the tensors of a learner; null for a weight of the unit norm. */
  readonly tensor: string | null
  /** Its shape in a learner: `[outputs, inputs]` of a matrix. */
  readonly turned: readonly number[]
}

/** The description of the weights in a `model.json`, before their bytes are read. */
export interface LayersOutline {
  readonly outline: Outline
  readonly normalizePenultimate: boolean
  readonly placed: readonly Placed[]
}

/** The name of a weight within its layer; Keras puts the name of the model before that of the layer. */
const withinLayer = (name: string): string => name.replace(/:0$/, '').split('/').slice(-2).join('/')

/**
 * The tensors in a `model.json`, with a learner's names and shapes.
 *
 * Fails: one failure for a name that comes twice, and for a graph that is not the published network's.
 */
export const outlineOf = (network: NetworkName, model: LayersModel): Either<readonly Failure[], LayersOutline> => {
  const outline = new Map<string, { readonly shape: readonly number[] }>()
  const placed: Placed[] = []
  const seen = new Set<string>()
  for (const weight of model.groups.flatMap(({ weights }) => weights)) {
    const name = withinLayer(weight.name)
    if (seen.has(name)) return refuse(weight.name, 'every weight once', 'a second one')
    seen.add(name)
    const fixed = name.startsWith(`${UNIT_NORM}/`)
    const tensor = fixed ? null : prefixOf(network) + name.replace(/\/kernel$/, '.weight').replace(/\/bias$/, '.bias')
    const turned = [...weight.shape].reverse()
    placed.push({ ...weight, name, tensor, turned })
    if (tensor !== null) outline.set(tensor, { shape: turned })
  }
  const normalizePenultimate = model.graph.layers.some(({ name }) => name === UNIT_NORM)
  return pipe(
    checkGraph(network, model.graph, outline, normalizePenultimate),
    map(() => ({ outline, normalizePenultimate, placed })),
  )
}

/** Refuses a unit norm that was trained: it does not compute a unit norm any more. */
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
  const others = [...found.keys()].filter((name) => !wanted.some((weight) => weight.name === name))
  return others.length === 0 ? right(undefined) : refuse('', 'a weight of a unit norm', others[0])
}

/**
 * The weights of one network, from the description in its `model.json` and the bytes of its files of weights, one after the other.
 *
 * Fails: one failure for a weight that is not finite, and for a unit norm that was trained.
 */
export const fromLayersModel = (
  network: NetworkName,
  { placed, normalizePenultimate }: LayersOutline,
  bytes: Uint8Array,
): Either<readonly Failure[], Weights> => {
  const tensors = new Map<string, WeightTensor>()
  const fixed = new Map<string, Float32Array>()
  let at = 0
  for (const { name, shape, tensor, turned } of placed) {
    const size = sizeOf(shape)
    const values = readFloats(bytes, at, size)
    at += 4 * size
    const wrong = firstNotFinite(values)
    if (wrong >= 0) return refuse(`${name}[${wrong}]`, 'a finite number', String(values[wrong]))
    if (tensor === null) fixed.set(name, values)
    else {
      const ours = shape.length === 2 ? transposed(values, shape[0], shape[1]) : values
      tensors.set(tensor, { shape: turned, values: ours })
    }
  }
  const weights = { tensors, normalizePenultimate }
  return pipe(
    networkShape(tensors, network),
    flatMap(({ heads }) => checkUnitNorm(normalizePenultimate ? unitNormWeights(heads[0].inputs) : [], fixed)),
    map(() => weights),
  )
}
