/** The error for a state that cannot be restored. */
import { type Failure, renderFailure } from '../edge/decode.js'
import { escaped } from '../edge/escaped.js'

/** What was refused, and in which part. */
export interface Refusal extends Pick<Failure, 'expected' | 'got'> {
  /** The part's name; empty for the only part of a state, or the first. */
  readonly part: string
  /** The field within it. The default is '', for the whole part. */
  readonly field?: string
  /** The known name that comes nearest to the one that came. The default is null: none is near enough. */
  readonly nearest?: string | null
  /** The reason, in place of `expected` and `got`. */
  readonly line?: string
}

/** The name of a part within the state that holds it under `key`. */
export const within = (key: string, name: string): string => (name === '' ? key : `${key}/${name}`)

/** The refusal of parts, in one line: the part, the field, the expected value, the one that came, and the nearest known name. */
export class RestoreError extends Error {
  override readonly name = 'RestoreError'
  constructor(
    /** What was refused. */
    readonly refusal: Refusal,
    options?: ErrorOptions,
  ) {
    const { part, field = '', nearest = null, ...failure } = refusal
    super(`${part === '' ? 'state' : escaped(part)}: ${renderFailure({ ...failure, path: field, nearest })}`, options)
  }

  /** The same refusal, of a part of a state that stands under `key` in a larger one. */
  within(key: string): RestoreError {
    return new RestoreError({ ...this.refusal, part: within(key, this.refusal.part) }, { cause: this.cause })
  }
}
