/** Weights on the disk: one `.safetensors` file, or a directory that holds the layers models `actor` and `critic`. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type Failure, printable } from '../../decode.js'
import { fillFolder, replaceFile } from '../../disk.js'
import { causeOf } from '../../failure.js'
import { fromLayersModel, parseLayersModel, toLayersModel, weightFilesOf, WEIGHTS_FILE } from './layersModel.js'
import { headsOf, type NetworkName } from './networkShape.js'
import { fromSafetensors, toSafetensors } from './safetensors.js'
import { refuse, summarized, type Weights } from './weights.js'

/** Something that the disk or a file's content may refuse. */
export type Attempt<A> = TE.TaskEither<readonly Failure[], A>

const EXTENSION = '.safetensors'
const MODEL_FILE = 'model.json'
const networks = Object.keys(headsOf) as readonly NetworkName[]

/** Loaded when a file is asked for, and not by whoever imports a learner: a browser has no files. */
const files = () => import('node:fs/promises')

/** Failures of a file's content, by the file's name, on one line. */
export const inFile =
  (file: string) =>
  (failures: readonly Failure[]): readonly Failure[] =>
    summarized(failures).map((failure) => ({
      ...failure,
      path: failure.path === '' ? file : `${file}: ${failure.path}`,
    }))

const attempt = <A>(path: string, expected: string, work: () => Promise<A>): Attempt<A> =>
  TE.tryCatch(work, (error) => [{ path, expected, got: causeOf(error), nearest: null }])

const bytesOf = (path: string): Attempt<Uint8Array> =>
  attempt(path, 'a file that can be read', async () => (await files()).readFile(path))

const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((size, { length }) => size + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

const readNetwork = (directory: string, network: NetworkName): Attempt<Weights> => {
  const folder = `${directory}/${network}`
  const file = `${folder}/${MODEL_FILE}`
  return pipe(
    bytesOf(file),
    TE.flatMapEither((text) => pipe(parseLayersModel(new TextDecoder().decode(text)), E.mapLeft(inFile(file)))),
    TE.flatMap((model) =>
      pipe(
        weightFilesOf(model),
        TE.traverseSeqArray((name) => bytesOf(`${folder}/${name}`)),
        TE.flatMapEither((parts) => pipe(fromLayersModel(network, model, joined(parts)), E.mapLeft(inFile(folder)))),
      ),
    ),
  )
}

const readNetworks = (directory: string): Attempt<Weights> =>
  pipe(
    networks,
    TE.traverseSeqArray((network) => readNetwork(directory, network)),
    TE.flatMapEither(([actor, critic]) =>
      actor.normalizePenultimate === critic.normalizePenultimate
        ? E.right({ ...actor, tensors: new Map([...actor.tensors, ...critic.tensors]) })
        : refuse(directory, 'an actor and a critic that are both normalized, or neither', 'one of each'),
    ),
  )

/**
 * Reads weights from a `.safetensors` file, or from a directory that holds `actor/model.json` and `critic/model.json`.
 *
 * Fails: one failure, by the name of the file.
 */
export const readWeights = (path: string): Attempt<Weights> =>
  pipe(
    attempt(path, `a ${EXTENSION} file or a directory of layers models`, async () =>
      (await (await files()).stat(path)).isDirectory(),
    ),
    TE.flatMap((isDirectory) =>
      isDirectory
        ? readNetworks(path)
        : pipe(
            bytesOf(path),
            TE.flatMapEither((bytes) => pipe(fromSafetensors(bytes), E.mapLeft(inFile(path)))),
          ),
    ),
  )

const writeNetworks = (path: string, weights: Weights): Attempt<void> =>
  pipe(
    networks,
    E.traverseArray((network) => toLayersModel(weights, network)),
    E.mapLeft(inFile(path)),
    TE.fromEither,
    TE.flatMap((models) =>
      attempt(path, 'a directory that is new or empty', () =>
        fillFolder(
          path,
          Object.fromEntries(
            models.flatMap((files, i) => [
              [`${networks[i]}/${WEIGHTS_FILE}`, files.weights],
              [`${networks[i]}/${MODEL_FILE}`, files.model],
            ]),
          ),
        ),
      ),
    ),
  )

/**
 * Writes weights to a path that ends in `.safetensors`, or, as two layers models, to a directory that is new or empty. Either is there
 * as a whole or not at all; a safetensors file takes the place of one that was there.
 *
 * Fails: one failure: the system's, or that of a name that looks like another kind of file.
 */
export const writeWeights = (path: string, weights: Weights): Attempt<void> => {
  if (path.endsWith(EXTENSION)) {
    return attempt(path, 'a place that can be written to', () => replaceFile(path, toSafetensors(weights)))
  }
  const other = /\.[a-z]\w*$/i.exec(path)?.[0]
  return other === undefined
    ? writeNetworks(path, weights)
    : TE.fromEither(refuse(path, `a name that ends in ${EXTENSION}, or a directory's`, printable(other), EXTENSION))
}
