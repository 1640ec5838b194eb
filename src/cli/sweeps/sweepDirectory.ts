/** The directory of a sweep: it holds a directory for each run, the experiment, and the log of the sweep. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { type Failure, printable } from '../../edge/decode.js'
import { replaceFile } from '../../edge/disk.js'
import { type LineFile, lineFile } from '../../edge/lineFile.js'
import { causeOf } from '../../failure.js'
import type { ExperimentFile } from '../../runs/sweep/experimentFile.js'
import { type Found, findRun } from '../../runs/sweep/foundRun.js'
import { holdDirectory } from '../../runs/sweep/heldDirectory.js'
import type { PlannedRun } from '../../runs/sweep/plannedRuns.js'
import { readSweepLog, sweepLogName } from '../../runs/sweep/sweepLog.js'
import { directoryOf } from './childRun.js'

/** A planned run, and what is there of it. */
export interface FoundRun {
  readonly run: PlannedRun
  readonly directory: string
  readonly found: Found
}

/** The directory of a sweep, held by this process. */
export interface SweepDirectory {
  readonly runs: readonly FoundRun[]
  readonly log: LineFile
  close(): void
}

const refusal = (expected: string, got: string): E.Either<readonly Failure[], never> =>
  E.left([{ path: '--out', expected, got, nearest: null }])

const findAll = async (
  out: string,
  planned: readonly PlannedRun[],
): Promise<E.Either<readonly Failure[], readonly FoundRun[]>> => {
  const logged = readSweepLog(join(out, sweepLogName))
  const runs: FoundRun[] = []
  for (const run of planned) {
    const directory = directoryOf(out, run)
    const found = await findRun(directory, run, logged.get(run.name))()
    if (E.isLeft(found)) return found
    runs.push({ run, directory, found: found.right })
  }
  return E.right(runs)
}

/**
 * Opens the directory of a sweep, which may be new or that of the same sweep, and looks for its runs.
 *
 * Fails: a failure on `--out` for a directory that cannot be written to or that another sweep uses at this moment, and for runs in it that
 * are not those of the experiment. No run was touched then.
 */
export const openSweepDirectory = async (
  out: string,
  experiment: ExperimentFile,
  planned: readonly PlannedRun[],
): Promise<E.Either<readonly Failure[], SweepDirectory>> => {
  const writable = 'a directory that can be written to'
  let release: (() => void) | null
  try {
    mkdirSync(out, { recursive: true })
    release = await holdDirectory(out)
  } catch (error) {
    return refusal(writable, `${printable(out)} (${causeOf(error)})`)
  }
  if (release === null) return refusal('a directory that no other sweep uses at this moment', printable(out))
  try {
    const runs = await findAll(out, planned)
    if (E.isLeft(runs)) {
      release()
      return runs
    }
    await replaceFile(join(out, 'experiment.json'), `${JSON.stringify(experiment, null, 2)}\n`)
    const log = await lineFile(join(out, sweepLogName), { as: 'append' })
    return E.right({
      runs: runs.right,
      log,
      close: () => {
        log.close()
        release()
      },
    })
  } catch (error) {
    release()
    return refusal(writable, `${printable(out)} (${causeOf(error)})`)
  }
}
