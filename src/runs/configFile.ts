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

/**
 * Reads the config of a run in a directory.
 *
 * Fails: a failure for a directory without `config.json`, and for each of its fields that is refused.
 */
export const readRunConfig = (path: string): TE.TaskEither<readonly Failure[], RunConfig> => {
  const place = join(path, runFiles.config)
  return pipe(
    TE.tryCatch(
      async () => JSON.parse(readFileSync(place, 'utf8')) as unknown,
      (error): readonly Failure[] => {
        const expected = `the directory of a run, with its ${runFiles.config}`
        return [{ path: 'directory', expected, got: `${printable(path)} (${causeOf(error)})`, nearest: null }]
      },
    ),
    TE.flatMapEither((value) =>
      pipe(
        decode(runConfig)(value),
        E.mapLeft((failures) => failures.map((failure) => ({ ...failure, path: `${place}: ${failure.path}` }))),
      ),
    ),
  )
}
