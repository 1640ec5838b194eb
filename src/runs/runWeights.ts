/** The weights of a run: its initial weights and its final ones. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Failure } from '../edge/decode.js'
import { reason } from '../failure.js'
import { type NetworkOptions, restoreWeights } from '../learners/interchange/learnerFiles.js'
import { writeWeights } from '../learners/interchange/weightFiles.js'
import { type Weights, weightsOf } from '../learners/interchange/weights.js'
import type { Learner } from '../types.js'
import { algorithmNamed } from './algorithms.js'
import type { RunSettings } from './config.js'
import { weightFiles } from './runFiles.js'

type Attempt = TE.TaskEither<readonly Failure[], void>
type WithParameters = Pick<Learner, 'parameters'>

const networksOf = ({ algorithm, settings }: RunSettings): NetworkOptions =>
  algorithmNamed(algorithm).networks?.(settings) ?? {}

/** Restores the run's `weights` into its learner; without them the learner keeps the weights that it drew. */
export const restoreInitialWeights = (run: RunSettings, learner: WithParameters): Attempt =>
  run.weights === undefined ? TE.right(undefined) : restoreWeights(run.weights, learner, networksOf(run))

/**
 * Restores the weights that a run began with, from the copy in its directory. Without the copy, since the run was stopped before that was
 * written, from the run's `weights`.
 */
export const restoreOwnWeights = (directory: string, run: RunSettings, learner: WithParameters): Attempt => {
  const copy = join(directory, weightFiles.initial)
  const isCopied = run.weights !== undefined && existsSync(copy)
  return restoreInitialWeights(isCopied ? { ...run, weights: copy } : run, learner)
}

const finiteWeights = (
  path: string,
  run: RunSettings,
  learner: WithParameters,
): TE.TaskEither<readonly Failure[], Weights> =>
  TE.tryCatch(
    async () => weightsOf(learner.parameters, networksOf(run).normalizePenultimate),
    (error) => [{ path, expected: 'finite weights', got: reason(error), nearest: null }],
  )

/**
 * Writes a learner's weights into a run's directory.
 *
 * Fails: a failure if the disk refuses them, and for a weight that is not finite.
 */
export const saveWeights = (
  directory: string,
  name: keyof typeof weightFiles,
  run: RunSettings,
  learner: WithParameters,
): Attempt => {
  const path = join(directory, weightFiles[name])
  return pipe(
    finiteWeights(path, run, learner),
    TE.flatMap((weights) => writeWeights(path, weights)),
  )
}
