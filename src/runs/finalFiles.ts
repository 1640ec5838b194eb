/** What a run leaves at its end, however it ends: its weights and its policy. */
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isLeft, isRight, left, right } from 'fp-ts/lib/Either.js'
import type { Task } from 'fp-ts/lib/Task.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import { type Failure, renderFailure } from '../edge/decode.js'
import { reason } from '../failure.js'
import { writePolicyFile } from '../learners/policy/policyFiles.js'
import { runFiles } from './runFiles.js'
import { runPolicy, type RunSoFar } from './runPolicy.js'
import { saveWeights } from './runWeights.js'

/** A file that is written at the end. */
interface FinalFile {
  /** What it holds, as the last line of a run calls it. */
  readonly noun: string
  readonly writeIn: (directory: string) => TE.TaskEither<readonly Failure[], void>
}

const savePolicyIn =
  (run: RunSoFar) =>
  (directory: string): TE.TaskEither<readonly Failure[], void> =>
  async () => {
    const path = join(directory, runFiles.policy)
    try {
      const policy = runPolicy(run)
      return policy === null ? right(undefined) : await writePolicyFile(path, policy)()
    } catch (error) {
      return left([{ path, expected: 'a policy that can be saved', got: reason(error), nearest: null }])
    }
  }

/** Writes files into a new folder among the system's temporary files, and returns it with those that were written; null if there are none. */
const writeElsewhere = async (files: readonly FinalFile[]) => {
  let folder: string
  try {
    folder = mkdtempSync(join(tmpdir(), 'rivulet-'))
  } catch {
    return null
  }
  const written: FinalFile[] = []
  for (const file of files) if (isRight(await file.writeIn(folder)())) written.push(file)
  if (written.length > 0) return { folder, written }
  rmdirSync(folder)
  return null
}

/**
 * Saves the weights and the policy of a run at its end: in its directory or, if that fails (it was deleted, the disk is full), in a folder among
 * the system's temporary files. Returns a line for each failure, of which the last one names the other folder; no lines if both files are in the
 * run's directory.
 */
export const saveFinalFiles =
  (directory: string, run: RunSoFar): Task<readonly string[]> =>
  async () => {
    const files: readonly FinalFile[] = [
      { noun: 'weights', writeIn: (folder) => saveWeights(folder, 'final', run.settings, run.agent.learner) },
      { noun: 'policy', writeIn: savePolicyIn(run) },
    ]
    const lines: string[] = []
    const failed: FinalFile[] = []
    for (const file of files) {
      const written = await file.writeIn(directory)()
      if (isLeft(written)) {
        lines.push(...written.left.map(renderFailure))
        failed.push(file)
      }
    }
    if (failed.length === 0) return []
    const other = await writeElsewhere(failed)
    if (other === null) return lines
    const nouns = other.written.map(({ noun }) => noun)
    const verb = nouns.includes('weights') ? 'are' : 'is'
    return [...lines, `the ${nouns.join(' and the ')} of the run ${verb} in ${other.folder} instead`]
  }
