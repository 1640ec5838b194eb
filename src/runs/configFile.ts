/** `config.json` in the directory of a run: its text, and how it is read. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { decode, printable, type Failure } from '../edge/decode.js'
import { causeOf } from '../failure.js'
import { runConfig, type RunConfig } from './config.js'
import { runFiles } from './runFiles.js'

/** The text of a config. */
export const configText = (config: RunConfig): string => `${JSON.stringify(config, null, 2)}\n`

type Reading = TE.TaskEither<readonly Failure[], RunConfig>

const readConfigAt = (place: string, unreadable: Pick<Failure, 'path' | 'expected'>, got: string): Reading =>
  pipe(
    TE.tryCatch(
      async () => JSON.parse(readFileSync(place, 'utf8')) as unknown,
      (error): readonly Failure[] => [{ ...unreadable, got: `${printable(got)} (${causeOf(error)})`, nearest: null }],
    ),
    TE.flatMapEither((value) =>
      pipe(
        decode(runConfig)(value),
        E.mapLeft((failures) => failures.map((failure) => ({ ...failure, path: `${place}: ${failure.path}` }))),
      ),
    ),
  )

/**
 * Reads the config of a run in a directory.
 *
 * Fails: a failure for a directory without `config.json`, and for each of its fields that is refused.
 */
export const readRunConfig = (path: string): Reading => {
  const expected = `the directory of a run, with its ${runFiles.config}`
  return readConfigAt(join(path, runFiles.config), { path: 'directory', expected }, path)
}

/**
 * Reads the config of a run from its file.
 *
 * Fails: a failure on `config` for a file that cannot be read, and a failure for each of its fields that is refused.
 */
export const readConfigFile = (place: string): Reading =>
  readConfigAt(place, { path: 'config', expected: `the ${runFiles.config} of a run` }, place)
