/** Saves the weights of a learner to files and loads them. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type Attempt, inFile, orReject } from './readFiles.js'
import { readWeights, writeWeights } from './weightFiles.js'
import { refuse } from './refusal.js'
import { fillParameters, fitWeights, weightsOf, type LearnerParameters } from './weights.js'

/** An object with weights: a learner. */
interface Holder {
  readonly parameters: LearnerParameters
}

/** How the networks of a learner compute. */
export interface NetworkOptions {
  /** The learner's setting of this name, which its weights do not contain. The default is true, as published. */
  readonly normalizePenultimate?: boolean
}

const kind = (normalizePenultimate: boolean): string => (normalizePenultimate ? 'normalized' : 'plain')

/**
 * Reads weights and restores them into a learner.
 *
 * Fails: one failure with the name of the file, also for weights of networks that compute in another way; then no weight has changed.
 */
export const restoreWeights = (
  path: string,
  learner: Holder,
  { normalizePenultimate = true }: NetworkOptions = {},
): Attempt<void> =>
  pipe(
    readWeights(path, (outline) => fitWeights(learner.parameters, outline)),
    TE.flatMapEither((weights) => {
      const stored = weights.normalizePenultimate ?? normalizePenultimate
      return stored === normalizePenultimate
        ? // Read only now: views from before the reading of the file may be stale.
          pipe(fillParameters(learner.parameters, weights), E.mapLeft(inFile(path)))
        : refuse(
            path,
            `weights of ${kind(normalizePenultimate)} networks, as the learner's are`,
            `those of ${kind(stored)} ones`,
          )
    }),
  )

/**
 * Saves the weights of a learner's actor and critic: to a path that ends in `.safetensors`, with the names of the published PyTorch
 * code, or, as two TensorFlow.js layers models, to a directory that is new or empty.
 *
 * Fails: rejects with an error of one line; NotFiniteError for a weight that is not finite.
 */
export const saveWeights = async (
  path: string,
  { parameters }: Holder,
  { normalizePenultimate = true }: NetworkOptions = {},
): Promise<void> => orReject(writeWeights(path, weightsOf(parameters, normalizePenultimate)))

/**
 * Loads the weights of a learner's actor and critic, bit for bit, from files of `saveWeights`, PyTorch or TensorFlow.js. The
 * optimizer's moments and all statistics do not change.
 *
 * Fails: rejects with an error of one line that names the file and the tensor; then no weight has changed.
 */
export const loadWeights = (path: string, learner: Holder, options?: NetworkOptions): Promise<void> =>
  orReject(restoreWeights(path, learner, options))
