/** The weights of a run: those that it begins with, and those that it leaves behind. */
import { join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Failure } from '../decode.js'
import { reason } from '../failure.js'
import { restoreWeights } from '../learners/interchange/learnerFiles.js'
import { writeWeights } from '../learners/interchange/weightFiles.js'
import { weightsOf } from '../learners/interchange/weights.js'
import type { Learner } from '../types.js'
import type { RunSettings } from './config.js'

/** Where in a run's directory weights stand: `initial` those that the run was told to begin with, `final` those of its end. */
export const weightFiles = { initial: 'initial.safetensors', final: 'weights.safetensors' } as const

type Attempt = TE.TaskEither<readonly Failure[], void>

/** Puts the weights that a run is to begin with into its learner; without any, those that it drew stay. */
export const beginWeights = ({ weights, settings }: RunSettings, learner: Pick<Learner, 'parameters'>): Attempt =>
  weights === undefined ? TE.right(undefined) : restoreWeights(weights, learner, settings)

/**
 * Writes a learner's weights into a run's directory.
 *
 * Fails: a failure for a disk that does not take them, and for a weight that is not finite.
 */
export const keepWeights = (
  directory: string,
  name: keyof typeof weightFiles,
  { settings }: RunSettings,
  learner: Pick<Learner, 'parameters'>,
): Attempt => {
  const path = join(directory, weightFiles[name])
  return pipe(
    TE.tryCatch(
      async () => weightsOf(learner.parameters, settings.normalizePenultimate),
      (error) => [{ path, expected: 'finite weights', got: reason(error), nearest: null }],
    ),
    TE.flatMap((weights) => writeWeights(path, weights)),
  )
}
