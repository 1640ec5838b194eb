/** Failures of weights that cannot be read or restored. */
import { left } from 'fp-ts/lib/Either.js'
import type { Failure } from '../../edge/decode.js'

/** One failure. */
export const refuse = (path: string, expected: string, got: string, nearest: string | null = null) =>
  left<readonly Failure[]>([{ path, expected, got, nearest }])

/** Failures of one file as one failure: the first, with the number of the others. */
export const summarized = (failures: readonly Failure[]): readonly Failure[] => {
  const [first, ...others] = failures
  return others.length === 0 ? failures : [{ ...first, got: `${first.got} (and ${others.length} more)` }]
}
