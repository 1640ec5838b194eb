/** Reads files of weights that may come from other people: regular files alone, each failure with the name of its file. */
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type Failure, renderFailure } from '../../edge/decode.js'
import { withRegularFile, type RegularFile } from '../../edge/regularFile.js'
import { causeOf } from '../../failure.js'
import { summarized } from './refusal.js'
import { parseBody, type SafetensorsContent } from './safetensors.js'
import { COUNT_BYTES, headerBytesOf, parseHeader, type SafetensorsHeader } from './safetensorsHeader.js'

/** Work that the disk or the content of a file may fail. */
export type Attempt<A> = TE.TaskEither<readonly Failure[], A>

/** Failures of a file's content with the file's name, in one line. */
export const inFile =
  (file: string) =>
  (failures: readonly Failure[]): readonly Failure[] =>
    summarized(failures).map((failure) => ({
      ...failure,
      path: failure.path === '' ? file : `${file}: ${failure.path}`,
    }))

/** Work that fails with the cause of an error of the system. */
export const attempt = <A>(path: string, expected: string, work: () => Promise<A>): Attempt<A> =>
  TE.tryCatch(work, (error) => [{ path, expected, got: causeOf(error), nearest: null }])

/** Carries the failures of a file's content through a promise. */
class Refused extends Error {
  constructor(readonly failures: readonly Failure[]) {
    super()
  }
}

/** The value of a result; throws its failures, which `reading` takes back. */
export const taken = <A>(result: E.Either<readonly Failure[], A>): A => {
  if (E.isLeft(result)) throw new Refused(result.left)
  return result.right
}

/** Opens a file and calls `use`, which reads from it; failures have the file's name. */
export const reading = <A>(
  path: string,
  use: (file: RegularFile) => Promise<A>,
  folder: string | null = null,
): Attempt<A> =>
  TE.tryCatch(
    () => withRegularFile(path, use, { folder }),
    (error) =>
      error instanceof Refused
        ? inFile(path)(error.failures)
        : [{ path, expected: 'a file that can be read', got: causeOf(error), nearest: null }],
  )

/**
 * Reads a safetensors file. `check` is called with the header before the tensors are read, so that a bad file of any size is refused at once.
 *
 * Fails: one failure with the name of the file.
 */
export const readContent = (
  path: string,
  check: (header: SafetensorsHeader) => E.Either<readonly Failure[], unknown>,
): Attempt<SafetensorsContent> =>
  reading(path, async ({ size, read }) => {
    const count = await read(0, Math.min(COUNT_BYTES, size))
    const headerBytes = taken(headerBytesOf(count, size))
    const bodyAt = COUNT_BYTES + headerBytes
    const header = taken(parseHeader(await read(COUNT_BYTES, headerBytes), size - bodyAt))
    taken(check(header))
    return taken(parseBody(header, await read(bodyAt, size - bodyAt)))
  })

/** The promise of an attempt; rejects with its failures as one line. */
export const orReject = async <A>(task: Attempt<A>): Promise<A> => {
  const result = await task()
  if (E.isLeft(result)) throw new Error(result.left.map(renderFailure).join('; '))
  return result.right
}
