/** Runs for tests, as `rivulet train` writes them. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isLeft } from 'fp-ts/lib/Either.js'
import { afterAll } from 'vitest'
import { taskSpec, type TaskId } from '../../../src/environments/tasks.js'
import { algorithmNamed } from '../../../src/runs/algorithms.js'
import { defaultsFor, type RunConfig } from '../../../src/runs/config.js'
import { type Experiment, experimentOf } from '../../../src/runs/records/experiment.js'
import { readRuns, type RecordedRun } from '../../../src/runs/records/recordedRun.js'
import { openRunDirectory } from '../../../src/runs/runDirectory.js'
import { provenance } from '../../../src/runs/versions.js'

/** A run to write: by default one of AVG on Pendulum-v1 with seed 1, 1000 steps, and no episode. */
export interface TestRun {
  readonly task?: TaskId
  readonly algorithm?: string
  readonly seed?: number
  readonly steps?: number
  /** Settings of the algorithm in the place of its defaults. */
  readonly settings?: object
  /** Settings of the run in the place of the defaults. */
  readonly run?: object
  /** The last step and the return of each episode. */
  readonly episodes?: readonly (readonly [step: number, sum: number])[]
}

/** A new folder, which is removed when the tests of the file are over. */
export const folder = (): string => {
  const place = mkdtempSync(join(tmpdir(), 'rivulet-records-'))
  afterAll(() => rmSync(place, { recursive: true, force: true }))
  return place
}

/** Writes a run by the writer of runs; returns its directory. */
export const writeRun = async (
  path: string,
  { settings, run, episodes = [], ...rest }: TestRun = {},
): Promise<string> => {
  const { task = 'Pendulum-v1', algorithm = 'avg', seed = 1, steps = 1000 } = rest
  const defaults = defaultsFor(await taskSpec(task), algorithmNamed(algorithm))
  const config = { ...defaults, seed, steps, ...run, settings: { ...defaults.settings, ...settings }, ...provenance() }
  const opened = await openRunDirectory(path, config as RunConfig)()
  if (isLeft(opened)) throw new Error(JSON.stringify(opened.left))
  let before = 0
  for (const [i, [step, sum]] of episodes.entries()) {
    const row = { episode: i + 1, step, length: step - before, return: sum, terminated: false, seconds: step / 1000 }
    opened.right.writeEpisode(row)
    before = step
  }
  opened.right.close()
  return path
}

/** Episodes of equal length to the end of a run, whose returns rise from `from` to `to` in a straight line. */
export const rising = (
  steps: number,
  length: number,
  from: number,
  to: number,
): readonly (readonly [number, number])[] =>
  Array.from({ length: steps / length }, (_, i) => [
    (i + 1) * length,
    from + ((to - from) * i) / Math.max(1, steps / length - 1),
  ])

/** Writes runs into a folder, named `a`, `b` and so on, and reads them. */
export const recorded = async (place: string, runs: readonly TestRun[]): Promise<readonly RecordedRun[]> => {
  mkdirSync(place, { recursive: true })
  const paths: string[] = []
  for (const [i, run] of runs.entries()) paths.push(await writeRun(join(place, String.fromCharCode(97 + i)), run))
  const read = await readRuns(paths)()
  if (isLeft(read)) throw new Error(JSON.stringify(read.left))
  return read.right
}

/** Writes runs into a folder, reads and groups them. */
export const experiment = async (place: string, runs: readonly TestRun[]): Promise<Experiment> => {
  const grouped = experimentOf(await recorded(place, runs))
  if (isLeft(grouped)) throw new Error(JSON.stringify(grouped.left))
  return grouped.right
}
