/** Saved policies on the disk. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { replaceFile } from '../../edge/disk.js'
import { attempt, type Attempt, inFile, orReject, readContent } from '../interchange/readFiles.js'
import { bytesOfPolicy, checkHeader, policyIn } from './policyBytes.js'
import type { SavedPolicy } from './savedPolicy.js'

/** `readPolicy` with failures as values. */
export const readPolicyFile = (path: string): Attempt<SavedPolicy> =>
  pipe(
    readContent(path, checkHeader),
    TE.flatMapEither((content) => pipe(policyIn(content), E.mapLeft(inFile(path)))),
  )

/** `savePolicy` with failures as values. */
export const writePolicyFile = (path: string, policy: SavedPolicy): Attempt<void> =>
  pipe(
    TE.fromEither(pipe(bytesOfPolicy(policy), E.mapLeft(inFile(path)))),
    TE.flatMap((bytes) => attempt(path, 'a place that can be written to', () => replaceFile(path, bytes))),
  )

/**
 * Reads the policy that a run left in its directory, or that `savePolicy` wrote.
 *
 * Fails: rejects with an error of one line that names the file: for one that cannot be read, was cut short or changed, is of another kind or of a
 * later version, and whose parts do not fit together.
 */
export const readPolicy = (path: string): Promise<SavedPolicy> => orReject(readPolicyFile(path))

/**
 * Writes a policy to a file, completely or not at all; an existing file is replaced. The name should end in `.safetensors`.
 *
 * Fails: rejects with an error of one line, for an error of the system and for parts that do not fit together.
 */
export const savePolicy = (path: string, policy: SavedPolicy): Promise<void> => orReject(writePolicyFile(path, policy))
