/**
 * Reads the `model.json` of a layers model, saved by TensorFlow.js or converted by tensorflowjs_converter from Keras 2 or 3: its layers
 * in one form, and its weights with their files.
 */
import { type Either, flatMap, isLeft, map, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { absent, only } from '../../edge/codecs.js'
import { decode, type Failure, printable } from '../../edge/decode.js'
import { parseBounded } from './boundedJson.js'
import { boundedList, MOST_WEIGHT_BYTES, shapeCodec } from './bounds.js'
import { kerasGraph, type LayersGraph } from './kerasGraph.js'
import { refuse } from './refusal.js'
import { sizeOf } from './weights.js'

const weightCodec = t.type({
  name: t.string,
  shape: shapeCodec,
  dtype: only('float32'),
  quantization: absent('no quantization: weights are what was saved'),
})

/** One weight in the manifest; a kernel is `[inputs, outputs]`. */
export type ManifestWeight = Pick<t.TypeOf<typeof weightCodec>, 'name' | 'shape'>

const manifestCodec = boundedList(
  t.type({ paths: boundedList(t.string, 'names of files'), weights: boundedList(weightCodec, 'a list of weights') }),
  'a list of files of weights',
)
const modelCodec = t.type({ modelTopology: t.UnknownRecord, weightsManifest: manifestCodec })

/** The content of a `model.json`. */
export interface LayersModel {
  readonly graph: LayersGraph
  /** Groups of weights; the bytes of a group are those of its files, one after the other. */
  readonly groups: readonly {
    readonly files: readonly string[]
    readonly weights: readonly ManifestWeight[]
    readonly bytes: number
  }[]
}

/** The name of a file beside `model.json`: it cannot leave the folder on any system, and no system gives it a special meaning. */
const isFileName = (name: string): boolean =>
  /^[^\\/:*?"<>|%\p{C}\p{Zl}\p{Zp}]{1,255}$/u.test(name) && name.trim() === name && !/^\.*$/.test(name)

const groupsOf = (manifest: t.TypeOf<typeof manifestCodec>): Either<readonly Failure[], LayersModel['groups']> => {
  const files = new Set<string>()
  const groups: LayersModel['groups'][number][] = []
  let total = 0
  for (const [i, { paths, weights }] of manifest.entries()) {
    for (const [j, file] of paths.entries()) {
      const path = `weightsManifest[${i}].paths[${j}]`
      if (!isFileName(file)) return refuse(path, 'the name of a file beside model.json', printable(file))
      if (files.has(file)) return refuse(path, 'every file once', `${printable(file)} twice`)
      files.add(file)
    }
    const bytes = weights.reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0)
    total += bytes
    if (!(total <= MOST_WEIGHT_BYTES)) {
      return refuse(`weightsManifest[${i}]`, `at most ${MOST_WEIGHT_BYTES} bytes of weights`, String(total))
    }
    groups.push({ files: paths, weights, bytes })
  }
  return right(groups)
}

/** A frozen model has no layers any more, and other names of weights. */
const checkFormat = (value: unknown): Either<readonly Failure[], unknown> =>
  t.UnknownRecord.is(value) && value['format'] === 'graph-model'
    ? refuse(
        'format',
        'layers-model, as tensorflowjs_converter --output_format=tfjs_layers_model writes it',
        '"graph-model"',
      )
    : right(value)

/**
 * Reads the bytes of a `model.json`.
 *
 * Fails: one failure for bytes that are not JSON, not a layers model, or too large; for a file of weights in another folder; and for
 * weights that are quantized or of another type than 32-bit floats.
 */
export const parseLayersModel = (bytes: Uint8Array): Either<readonly Failure[], LayersModel> =>
  pipe(
    parseBounded('', bytes),
    flatMap(checkFormat),
    flatMap(decode(modelCodec)),
    flatMap(({ modelTopology, weightsManifest }) => {
      const graph = kerasGraph(modelTopology)
      if (isLeft(graph)) return graph
      return pipe(
        groupsOf(weightsManifest),
        map((groups) => ({ graph: graph.right, groups })),
      )
    }),
  )
