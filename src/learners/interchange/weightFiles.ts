/** Weights on the disk: one `.safetensors` file, or a directory that holds the layers models `actor` and `critic`. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { files } from '#host'
import { type Failure, printable } from '../../edge/decode.js'
import { fillFolder, replaceFile } from '../../edge/disk.js'
import { MOST_JSON_BYTES } from './bounds.js'
import { parseLayersModel, type LayersModel } from './layersJson.js'
import { fromLayersModel, outlineOf, toLayersModel, WEIGHTS_FILE, type LayersOutline } from './layersModel.js'
import { asPublished, headsOf, type NetworkName } from './networkShape.js'
import { refuse } from './refusal.js'
import { attempt, type Attempt, inFile, readContent, reading, taken } from './readFiles.js'
import { toSafetensors, weightsIn } from './safetensors.js'
import { switchIn } from './safetensorsHeader.js'
import type { Outline, Weights } from './weights.js'

const EXTENSION = '.safetensors'
const MODEL_FILE = 'model.json'
const EITHER_KIND = `a ${EXTENSION} file or a directory of layers models`
const networks = Object.keys(headsOf) as readonly NetworkName[]

/** Checks names and shapes before the bytes of tensors are read. */
export type CheckOutline = (outline: Outline) => E.Either<readonly Failure[], unknown>

const readSafetensors = (path: string, check: CheckOutline): Attempt<Weights> =>
  pipe(
    readContent(path, ({ metadata, outline }) =>
      pipe(
        switchIn(metadata),
        E.flatMap(() => check(outline)),
      ),
    ),
    TE.flatMapEither(weightsIn),
  )

/** A network whose `model.json` was read, before its weights are read. */
interface OpenedNetwork {
  readonly network: NetworkName
  readonly folder: string
  readonly groups: LayersModel['groups']
  readonly layersOutline: LayersOutline
}

const openNetwork =
  (directory: string) =>
  (network: NetworkName): Attempt<OpenedNetwork> => {
    const folder = `${directory}/${network}`
    return reading(
      `${folder}/${MODEL_FILE}`,
      async ({ size, read }) => {
        // One byte more than the limit, so that a file that is too long is refused as too long.
        const model = taken(parseLayersModel(await read(0, Math.min(size, MOST_JSON_BYTES + 1))))
        return { network, folder, groups: model.groups, layersOutline: taken(outlineOf(network, model)) }
      },
      directory,
    )
  }

/** The bytes of one group of weights. No more bytes of its files are read than the group has. */
const readGroup =
  (folder: string, directory: string) =>
  ({ files, bytes }: LayersModel['groups'][number]): Attempt<readonly Uint8Array[]> => {
    const refused = (got: number) => refuse(`${folder}: weights`, `${bytes} bytes, as model.json says`, String(got))
    let sum = 0
    return pipe(
      files,
      TE.traverseSeqArray((name) =>
        pipe(
          reading(
            `${folder}/${name}`,
            ({ size, read }) => {
              sum += size
              return sum > bytes ? Promise.resolve(null) : read(0, size)
            },
            directory,
          ),
          TE.flatMapEither((part) => (part === null ? refused(sum) : E.right(part))),
        ),
      ),
      TE.flatMapEither((parts) => (sum === bytes ? E.right(parts) : refused(sum))),
    )
  }

const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((size, { length }) => size + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

const readNetwork =
  (directory: string) =>
  ({ network, folder, groups, layersOutline }: OpenedNetwork): Attempt<Weights> =>
    pipe(
      groups,
      TE.traverseSeqArray(readGroup(folder, directory)),
      TE.flatMapEither((parts) =>
        pipe(fromLayersModel(network, layersOutline, joined(parts.flat())), E.mapLeft(inFile(folder))),
      ),
    )

const readNetworks = (directory: string, check: CheckOutline): Attempt<Weights> =>
  pipe(
    networks,
    TE.traverseSeqArray(openNetwork(directory)),
    TE.flatMapEither((opened) => {
      const [actor, critic] = opened.map(({ layersOutline }) => layersOutline)
      return actor.normalizePenultimate === critic.normalizePenultimate
        ? E.right(opened)
        : refuse(directory, 'an actor and a critic that are both normalized, or neither', 'one of each')
    }),
    TE.tapEither((opened) =>
      pipe(
        check(new Map(opened.flatMap(({ layersOutline }) => [...layersOutline.outline]))),
        E.mapLeft(inFile(directory)),
      ),
    ),
    TE.flatMap(TE.traverseSeqArray(readNetwork(directory))),
    TE.map(([actor, critic]) => ({ ...actor, tensors: new Map([...actor.tensors, ...critic.tensors]) })),
  )

/** Reads layers models; the failure of a directory with a `.safetensors` file in their place, such as a run's, names that file. */
const readDirectory = (directory: string, check: CheckOutline): Attempt<Weights> =>
  pipe(
    attempt(directory, EITHER_KIND, async () => (await files()).readdir(directory)),
    TE.flatMap((entries) => {
      const nearest = entries.toSorted().findLast((name) => name.endsWith(EXTENSION))
      return nearest === undefined || entries.includes(networks[0])
        ? readNetworks(directory, check)
        : TE.fromEither(refuse(directory, EITHER_KIND, 'another directory', `${directory}/${nearest}`))
    }),
  )

/**
 * Reads weights from a `.safetensors` file, or from a directory that holds `actor/model.json` and `critic/model.json`. `check` is
 * called with the names and shapes before the tensors are read, so that a bad file of any size is refused at once.
 *
 * Fails: one failure with the name of the file. Only regular files are read, and only files directly in a directory.
 */
export const readWeights = (path: string, check: CheckOutline): Attempt<Weights> =>
  pipe(
    attempt(path, EITHER_KIND, async () => (await (await files()).stat(path)).isDirectory()),
    TE.flatMap((isDirectory) =>
      isDirectory ? readDirectory(path.replace(/(?<=.)\/+$/, ''), check) : readSafetensors(path, check),
    ),
  )

const writeNetworks = (path: string, weights: Weights): Attempt<void> =>
  pipe(
    asPublished(weights),
    E.flatMap((published) =>
      pipe(
        networks,
        E.traverseArray((network) => toLayersModel(published.weights, network)),
      ),
    ),
    E.mapLeft(inFile(path)),
    TE.fromEither,
    TE.flatMap((models) =>
      attempt(path, 'a directory that is new or empty', () =>
        fillFolder(
          path,
          Object.fromEntries(
            models.flatMap((content, i) => [
              [`${networks[i]}/${WEIGHTS_FILE}`, content.weights],
              [`${networks[i]}/${MODEL_FILE}`, content.model],
            ]),
          ),
        ),
      ),
    ),
  )

/** Whether a path is a directory although its name may look like a file's: it ends with a slash, or it exists as a directory. */
const meansDirectory = async (path: string): Promise<boolean> => {
  if (/[\\/]$/.test(path)) return true
  return (await files()).stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  )
}

/**
 * Writes weights to a path that ends in `.safetensors`, or, as two layers models, to a directory that is new or empty. Either is
 * written completely or not at all; a safetensors file replaces an existing one.
 *
 * Fails: one failure, for an error of the system, for a name of another kind of file, and for a tensor that layers models do not have.
 */
export const writeWeights = (path: string, weights: Weights): Attempt<void> => {
  // The system resolves it to the working directory.
  if (path === '') return TE.fromEither(refuse('path', 'a text', '""'))
  return pipe(
    TE.fromTask(() => meansDirectory(path)),
    TE.flatMap((isDirectory) => {
      if (path.endsWith(EXTENSION)) {
        return attempt(path, 'a place that can be written to', () => replaceFile(path, toSafetensors(weights)))
      }
      const other = isDirectory ? undefined : /\.[a-z]\w*$/i.exec(path)?.[0]
      return other === undefined
        ? writeNetworks(path, weights)
        : TE.fromEither(refuse(path, `a name that ends in ${EXTENSION}, or a directory's`, printable(other), EXTENSION))
    }),
  )
}
