/** What of a planned run is on the disk already. */
import { existsSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type Failure, printable } from '../../edge/decode.js'
import type { Values } from '../../edge/settings.js'
import { isGymnasiumTask } from '../../environments/runTask.js'
import { conflict } from '../../learners/algorithm.js'
import { type RunSettings, settingsIn } from '../config.js'
import { readRunConfig } from '../configFile.js'
import { runFiles } from '../runFiles.js'
import type { PlannedRun } from './plannedRuns.js'
import type { SweepLogEntry } from './sweepLog.js'

/** `new`: nothing; `begun`: it can be resumed; `lost`: a part of a run whose state cannot be saved; `finished`: all of it. */
export type Found = 'new' | 'begun' | 'lost' | 'finished'

const flat = ({ settings, ...run }: RunSettings): Values => ({ ...run, ...settings })

/** Refuses a run of other settings than the planned one. A run of fewer steps can go on. */
const differences = (place: string, planned: RunSettings, found: RunSettings): readonly Failure[] => {
  const [asked, got] = [flat(planned), flat(found)]
  const because = ', as the experiment has it now: a changed experiment needs a new --out'
  return Object.keys({ ...asked, ...got })
    .filter((name) => {
      if (name === 'steps') return found.steps > planned.steps
      return JSON.stringify(asked[name]) !== JSON.stringify(got[name])
    })
    .map((name) => conflict(`${place}: ${name}`, `${printable(asked[name])}${because}`, printable(got[name])))
}

/**
 * Looks for a planned run in its directory. A config without content, which a process that was killed can leave, is removed.
 *
 * Fails: a failure for a config that cannot be read, and for each setting in which it differs from the planned run.
 */
export const findRun = (
  directory: string,
  { settings }: PlannedRun,
  logged: SweepLogEntry | undefined,
): TE.TaskEither<readonly Failure[], Found> => {
  const place = join(directory, runFiles.config)
  // Also where there is a file in the place of the directory: its run then fails when it begins, and the others do not.
  if (!existsSync(place)) return TE.right('new')
  const stats = statSync(place)
  if (stats.isFile() && stats.size === 0) {
    rmSync(place)
    return TE.right('new')
  }
  return pipe(
    readRunConfig(directory),
    TE.flatMapEither((config): E.Either<readonly Failure[], Found> => {
      const found = settingsIn(config)
      const unfit = differences(place, settings, found)
      if (unfit.length > 0) return E.left(unfit)
      const isDone = logged?.outcome === 'finished' && logged.steps >= settings.steps && found.steps === settings.steps
      if (isDone) return E.right('finished')
      return E.right(isGymnasiumTask(settings.task) ? 'lost' : 'begun')
    }),
  )
}
