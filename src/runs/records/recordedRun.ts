/** Reads the directories of runs. */
import { readdirSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Failure } from '../../edge/decode.js'
import { withRegularFile } from '../../edge/regularFile.js'
import { causeOf } from '../../failure.js'
import { parseBounded } from '../../learners/interchange/boundedJson.js'
import { refuse } from '../../learners/interchange/refusal.js'
import { inFile } from '../../learners/interchange/readFiles.js'
import type { EpisodeRow } from '../episodeRows.js'
import { runFiles } from '../runFiles.js'
import { readEpisodes } from '../episodeRows.js'
import { readConfig, type RecordedConfig } from './recordedConfig.js'

/** A run as its directory records it. */
export interface RecordedRun {
  readonly path: string
  readonly config: RecordedConfig
  /** In their order; there may be none. */
  readonly episodes: readonly EpisodeRow[]
}

const { config: CONFIG, episodes: EPISODES } = runFiles

type Attempt<A> = TE.TaskEither<readonly Failure[], A>

const bytesOf = (path: string, growing: boolean): Attempt<Uint8Array> =>
  TE.tryCatch(
    () => withRegularFile(path, ({ size, read }) => read(0, size), { growing }),
    (error) => [{ path, expected: 'a file that can be read', got: causeOf(error), nearest: null }],
  )

/**
 * Reads the run of one directory; the run may still be going on.
 *
 * Fails: one failure, which begins with the file, if its `config.json` or `episodes.csv` cannot be read or is damaged.
 */
export const readRun = (path: string): Attempt<RecordedRun> => {
  const [config, episodes] = [join(path, CONFIG), join(path, EPISODES)]
  return pipe(
    bytesOf(config, false),
    TE.flatMapEither((bytes) => pipe(parseBounded('', bytes), E.flatMap(readConfig), E.mapLeft(inFile(config)))),
    TE.bindTo('config'),
    TE.bind('episodes', () =>
      pipe(
        bytesOf(episodes, true),
        TE.flatMapEither((bytes) => pipe(readEpisodes(new TextDecoder().decode(bytes)), E.mapLeft(inFile(episodes)))),
      ),
    ),
    TE.map((read) => ({ path, ...read })),
  )
}

const isRun = (path: string): boolean => statSync(join(path, CONFIG), { throwIfNoEntry: false }) !== undefined

/** The directories of runs at a path: itself, or those directly below it, sorted by name. */
const directoriesAt = (path: string): E.Either<readonly Failure[], readonly string[]> => {
  const expected = `the directory of a run, which has a ${CONFIG}, or a folder of such directories`
  try {
    if (isRun(path)) return E.right([path])
    const below = readdirSync(path)
      .toSorted()
      .map((name) => join(path, name))
      .filter((each) => statSync(each, { throwIfNoEntry: false })?.isDirectory() === true && isRun(each))
    return below.length > 0 ? E.right(below) : refuse(path, expected, 'a directory without any')
  } catch (error) {
    return refuse(path, expected, causeOf(error))
  }
}

/**
 * Reads the runs at some paths, each of which is the directory of a run or a folder of such directories. A directory that two paths lead to
 * is read once.
 *
 * Fails: a failure for each path where there is no run, and for the first run whose files cannot be read.
 */
export const readRuns = (paths: readonly string[]): Attempt<readonly RecordedRun[]> => {
  const found = paths.map(directoriesAt)
  const failures = found.flatMap((each) => (E.isLeft(each) ? each.left : []))
  if (failures.length > 0) return TE.left(failures)
  const byPlace = new Map<string, string>()
  for (const path of found.flatMap((each) => (E.isRight(each) ? each.right : []))) {
    const place = realpathSync(path)
    if (!byPlace.has(place)) byPlace.set(place, path)
  }
  return pipe([...byPlace.values()], TE.traverseSeqArray(readRun))
}
