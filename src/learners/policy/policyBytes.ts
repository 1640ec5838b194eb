/**
 * A saved policy as bytes: a safetensors file with the actor's tensors, whose metadata have a description of everything else in JSON
 * (`rivulet.policy`) and checksums of description and tensors (`rivulet.checksum`). Nothing here needs Node.
 */
import { bimap, type Either, flatMap, map, right, tap } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { crc32c } from '../../edge/crc32c.js'
import { decode, type Failure } from '../../edge/decode.js'
import { parseBounded } from '../interchange/boundedJson.js'
import { refuse, summarized } from '../interchange/refusal.js'
import { checkWritable, contentBytes, parseContent, type SafetensorsContent } from '../interchange/safetensors.js'
import type { Metadata, SafetensorsHeader } from '../interchange/safetensorsHeader.js'
import { orThrow } from '../interchange/weights.js'
import { checkPolicy } from './checkPolicy.js'
import { describedPolicy, descriptionText, policyDescription } from './policyCodec.js'
import type { SavedPolicy } from './savedPolicy.js'

const DESCRIPTION = 'rivulet.policy'
const CHECKSUM = 'rivulet.checksum'

const encoder = new TextEncoder()

const checksumOf = (description: string, body: Uint8Array): string =>
  [encoder.encode(description), body].map((bytes) => crc32c(bytes).toString(16).padStart(8, '0')).join('')

const textIn = (metadata: Metadata, name: string): string | null =>
  Object.hasOwn(metadata, name) ? metadata[name] : null

/** Everything of a policy but its weights, from the metadata of a file. */
const described = (metadata: Metadata): Either<readonly Failure[], Omit<SavedPolicy, 'tensors'>> => {
  const written = textIn(metadata, DESCRIPTION)
  if (written === null) {
    return refuse('', 'a policy of Rivulet', `a safetensors file without ${DESCRIPTION}, which describes the policy`)
  }
  return pipe(
    parseBounded(DESCRIPTION, encoder.encode(written)),
    flatMap(decode(policyDescription)),
    bimap(
      (failures) =>
        summarized(failures).map((each) => ({
          ...each,
          path: each.path.startsWith(DESCRIPTION) ? each.path : `${DESCRIPTION}.${each.path}`,
        })),
      describedPolicy,
    ),
  )
}

/**
 * Checks a header before the tensors are read.
 *
 * Fails: one failure, for another file than a policy, and for parts that do not fit together.
 */
export const checkHeader = ({ metadata, outline }: SafetensorsHeader): Either<readonly Failure[], void> =>
  pipe(
    described(metadata),
    flatMap((policy) => checkPolicy(policy, outline)),
  )

/** The policy of a file whose header was checked; refuses content of which a bit was changed. */
export const policyIn = ({ metadata, tensors, body }: SafetensorsContent): Either<readonly Failure[], SavedPolicy> =>
  pipe(
    described(metadata),
    tap(() => {
      const written = textIn(metadata, CHECKSUM) ?? 'nothing'
      const found = checksumOf(textIn(metadata, DESCRIPTION) ?? '', body)
      return written === found
        ? right(undefined)
        : refuse(CHECKSUM, found, `${written}: the file was changed or damaged`)
    }),
    map((policy) => ({ ...policy, tensors })),
  )

/**
 * Reads the bytes of a saved policy, such as a page fetches them.
 *
 * Fails: throws an error of one line for bytes that were cut short or changed, for another kind of file, for a later version, and for parts that
 * do not fit together.
 */
export const policyFromBytes = (bytes: Uint8Array): SavedPolicy =>
  orThrow('policyFromBytes', pipe(parseContent(bytes, checkHeader), flatMap(policyIn)))

/** `policyToBytes` with failures as values. */
export const bytesOfPolicy = (policy: SavedPolicy): Either<readonly Failure[], Uint8Array<ArrayBuffer>> =>
  pipe(
    checkPolicy(policy, policy.tensors),
    flatMap(() => checkWritable(policy.tensors)),
    map(() => {
      const description = descriptionText(policy)
      return contentBytes(policy.tensors, (body) => ({
        [DESCRIPTION]: description,
        [CHECKSUM]: checksumOf(description, body),
      }))
    }),
  )

/**
 * A policy as the bytes of a safetensors file; for the same policy they are the same bytes.
 *
 * Fails: throws an error of one line for parts that do not fit together, and for a weight that is not finite.
 */
export const policyToBytes = (policy: SavedPolicy): Uint8Array<ArrayBuffer> =>
  orThrow('policyToBytes', bytesOfPolicy(policy))
