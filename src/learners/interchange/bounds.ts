/**
 * Limits of a file of weights, so that no file can take any amount of memory or time. All of them are far above the networks of a
 * learner.
 */
import { isLeft } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { type Codec, positiveInteger } from '../../edge/codecs.js'

/** Bytes of a header or a `model.json`: 4 MiB. */
export const MOST_JSON_BYTES = 4_194_304
/** Bytes of the weights of one file, or of all shards of one model: 2 GiB. */
export const MOST_WEIGHT_BYTES = 2_147_483_648
/** Tensors, layers or shards of one file. */
export const MOST_ENTRIES = 10_000
/** Dimensions of a tensor. */
const MOST_DIMENSIONS = 8
/** Levels of nested objects and lists. */
export const MOST_LEVELS = 100

const lengthTo = (most: number): Codec<number> =>
  new t.Type<number, unknown, unknown>(
    `at most ${most}`,
    (input): input is number => typeof input === 'number' && input <= most,
    t.failure,
    t.identity,
  )

/** A codec of a list that reads no entry of a list that is too long. */
export const boundedList = <A>(item: t.Decoder<unknown, A>, expected: string, most = MOST_ENTRIES) => {
  const bound = lengthTo(most)
  return new t.Type<readonly A[], unknown, unknown>(
    expected,
    (input): input is readonly A[] => Array.isArray(input) && input.length <= most,
    (input, context) => {
      if (!Array.isArray(input)) return t.failure(input, context)
      if (input.length > most) {
        return t.failure(input.length, t.appendContext(context, 'length', bound, input.length))
      }
      const items: A[] = []
      for (const [i, value] of input.entries()) {
        const result = item.validate(value, t.appendContext(context, String(i), item, value))
        // One bad entry is enough to refuse the list.
        if (isLeft(result)) return result
        items.push(result.right)
      }
      return t.success(items)
    },
    t.identity,
  )
}

/** A codec of a tensor's shape: sizes above 0, as many as a tensor may have dimensions. */
export const shapeCodec: Codec<readonly number[]> = boundedList(positiveInteger, 'a list of sizes', MOST_DIMENSIONS)
