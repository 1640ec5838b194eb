/** The format of a state: its version and its codec. */
import { isLeft } from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { decode } from '../edge/decode.js'
import { RestoreError } from './restoreError.js'

/** A format of a state, with the codec that checks what is read. */
export interface StateFormat<State> {
  /** Version of new states: 1 at first, and one more with each change of the state's fields. */
  readonly version: number
  /** Decodes plain data of this version, with typed arrays as such arrays. */
  readonly codec: t.Decoder<unknown, State>
  /**
   * The codecs of earlier versions that can still be read, by version; each returns a state of the present version. The default is {}:
   * there is none.
   */
  readonly earlier?: Readonly<Record<number, t.Decoder<unknown, State>>>
}

/** The codec of a version. Fails: RestoreError that lists the known versions. */
export const codecOf = <State>({ version, codec, earlier = {} }: StateFormat<State>, came: number) => {
  if (came === version) return codec
  if (Object.hasOwn(earlier, came)) return earlier[came]
  const known = [...Object.keys(earlier), `${version}`]
  const expected = known.length === 1 ? `${version}, the one known` : `one of ${known.join(', ')}, the ones known`
  throw new RestoreError({ part: '', field: 'version', expected, got: `${came}` })
}

/** Decodes a state. Fails: RestoreError with the first wrong field, and the number of other wrong fields. */
export const decodeState = <State>(codec: t.Decoder<unknown, State>, data: unknown): State => {
  const result = decode(codec)(data)
  if (!isLeft(result)) return result.right
  const [{ path: field, ...first }, ...others] = result.left
  const got = others.length === 0 ? first.got : `${first.got} (and ${others.length} more)`
  throw new RestoreError({ ...first, got, part: '', field })
}
