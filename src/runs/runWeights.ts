/** The weights of a run: its initial weights and its final ones. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Task } from 'fp-ts/lib/Task.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type Failure, renderFailure } from '../edge/decode.js'
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

/** Writes weights into a new folder among the system's temporary files, and returns the path; null if that fails too. */
const saveInTemporaryFolder = async (weights: Weights): Promise<string | null> => {
  let folder: string
  try {
    folder = mkdtempSync(join(tmpdir(), 'rivulet-'))
  } catch {
    return null
  }
  const path = join(folder, weightFiles.final)
  if (isRight(await writeWeights(path, weights)())) return path
  rmSync(folder, { recursive: true, force: true })
  return null
}

/**
 * Saves the weights of a run at its end: in its directory or, if that fails (it was deleted, the disk is full), among the system's
 * temporary files. Returns a line for each failure, of which the last one names the other file; no lines if the weights are in the
 * run's directory.
 */
export const saveFinalWeights =
  (directory: string, run: RunSettings, learner: WithParameters): Task<readonly string[]> =>
  async () => {
    const path = join(directory, weightFiles.final)
    const weights = await finiteWeights(path, run, learner)()
    if (isLeft(weights)) return weights.left.map(renderFailure)
    const written = await writeWeights(path, weights.right)()
    if (isRight(written)) return []
    const lines = written.left.map(renderFailure)
    const other = await saveInTemporaryFolder(weights.right)
    return other === null ? lines : [...lines, `the weights of the run are in ${other} instead`]
  }
