/** The weights of a run: those that it begins with, and those that it leaves behind. */
import { mkdtempSync, rmSync } from 'node:fs'
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

/** Where in a run's directory weights stand: `initial` those that the run was told to begin with, `final` those of its end. */
export const weightFiles = { initial: 'initial.safetensors', final: 'weights.safetensors' } as const

type Attempt = TE.TaskEither<readonly Failure[], void>
type Weighted = Pick<Learner, 'parameters'>

const networksOf = ({ algorithm, settings }: RunSettings): NetworkOptions =>
  algorithmNamed(algorithm).networks?.(settings) ?? {}

/** Puts the weights that a run is to begin with into its learner; without any, those that it drew stay. */
export const beginWeights = (run: RunSettings, learner: Weighted): Attempt =>
  run.weights === undefined ? TE.right(undefined) : restoreWeights(run.weights, learner, networksOf(run))

const finiteWeights = (path: string, run: RunSettings, learner: Weighted): TE.TaskEither<readonly Failure[], Weights> =>
  TE.tryCatch(
    async () => weightsOf(learner.parameters, networksOf(run).normalizePenultimate),
    (error) => [{ path, expected: 'finite weights', got: reason(error), nearest: null }],
  )

/**
 * Writes a learner's weights into a run's directory.
 *
 * Fails: a failure for a disk that does not take them, and for a weight that is not finite.
 */
export const keepWeights = (
  directory: string,
  name: keyof typeof weightFiles,
  run: RunSettings,
  learner: Weighted,
): Attempt => {
  const path = join(directory, weightFiles[name])
  return pipe(
    finiteWeights(path, run, learner),
    TE.flatMap((weights) => writeWeights(path, weights)),
  )
}

/** Writes weights into a new folder among the system's temporary files, and gives the path; null where they are not taken there either. */
const keepElsewhere = async (weights: Weights): Promise<string | null> => {
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
 * Keeps what a run has learnt, at its end: in its directory or, where that does not take it (it was deleted, the disk is full), among
 * the system's temporary files. Gives a line for each thing that went wrong, the last of which names the other place; none where the
 * weights are in the run's directory.
 */
export const keepLearnt =
  (directory: string, run: RunSettings, learner: Weighted): Task<readonly string[]> =>
  async () => {
    const path = join(directory, weightFiles.final)
    const weights = await finiteWeights(path, run, learner)()
    if (isLeft(weights)) return weights.left.map(renderFailure)
    const written = await writeWeights(path, weights.right)()
    if (isRight(written)) return []
    const lines = written.left.map(renderFailure)
    const other = await keepElsewhere(weights.right)
    return other === null ? lines : [...lines, `the weights of the run are in ${other} instead`]
  }
