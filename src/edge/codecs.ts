/** The io-ts codecs that settings are built of. A failure prints the codec's name as what was expected. */
import { isLeft } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { Names } from './decode.js'

/** A codec from anything to `A`. */
export type Codec<A> = t.Type<A, unknown, unknown>

/** The decoding half of a codec. Unlike a whole codec, it can be used where one of a wider type is expected. */
export interface Field<A> extends t.Decoder<unknown, A> {
  readonly is: t.Is<A>
  readonly _A: A
}

/** Codecs by field name. */
export type Fields = Readonly<Record<string, Field<unknown>>>

/** The type that a set of fields decodes to. */
export type TypeOfFields<F extends Fields> = { readonly [Key in keyof F]: F[Key]['_A'] }

/** Takes the values for which a condition holds, as they are. */
export const guarded = <A>(expected: string, is: (input: unknown) => input is A): Codec<A> =>
  new t.Type<A, unknown, unknown>(
    expected,
    is,
    (input, context) => (is(input) ? t.success(input) : t.failure(input, context)),
    t.identity,
  )

const numeric = (expected: string, accepts: (value: number) => boolean): Codec<number> =>
  guarded(expected, (input): input is number => typeof input === 'number' && Number.isFinite(input) && accepts(input))

/** Any number but NaN and the infinities. */
export const finiteNumber = numeric('a finite number', () => true)

/** A vector of finite numbers, of this size; by default of any size. */
export const finiteNumbers = (size?: number): Codec<readonly number[]> => {
  const items = t.array(finiteNumber, `${size === undefined ? 'a list of' : size} finite numbers`)
  const fits = (input: { readonly length: number }): boolean => size === undefined || input.length === size
  /** Accepts the typed arrays of binary messages too; their numbers are copied, since the bytes of a message may be used again. */
  const asList = (input: unknown): unknown =>
    input instanceof Float32Array || input instanceof Float64Array ? Array.from(input) : input
  return new t.Type<readonly number[], unknown, unknown>(
    items.name,
    (input): input is readonly number[] => items.is(input) && fits(input),
    (input, context) => {
      const list = asList(input)
      return Array.isArray(list) && !fits(list) ? t.failure(list, context) : items.validate(list, context)
    },
    t.identity,
  )
}

/** A finite number above 0. */
export const positiveNumber = numeric('a positive number', (value) => value > 0)

/** The bounds of a range: `from` and `to` belong to it, `above` and `below` do not. A bound that is left out does not exist. */
export interface Range {
  readonly from?: number
  readonly above?: number
  readonly to?: number
  readonly below?: number
}

/** A finite number within a range. */
export const numberIn = ({ from, above, to, below }: Range): Codec<number> => {
  const ends = [
    from === undefined ? [] : [`>= ${from}`],
    above === undefined ? [] : [`> ${above}`],
    to === undefined ? [] : [`<= ${to}`],
    below === undefined ? [] : [`< ${below}`],
  ].flat()
  return numeric(
    `a number ${ends.join(' and ')}`,
    (value) =>
      value >= (from ?? -Infinity) &&
      value > (above ?? -Infinity) &&
      value <= (to ?? Infinity) &&
      value < (below ?? Infinity),
  )
}

/** Of a codec of numbers that takes a word in the place of one as well. */
export interface OrWord {
  readonly orWord: string
}

/** A number, or a word in the place of one, such as `auto`; the command line and `config.json` write both alike. */
export const orWord = <A extends number, const Word extends string>(
  codec: Codec<A>,
  word: Word,
): Codec<A | Word> & OrWord =>
  Object.assign(
    guarded(`${codec.name}, or ${word}`, (input): input is A | Word => input === word || codec.is(input)),
    { orWord: word },
  )

/** A number, or `none` where there is to be no such number. */
export const orNone = <A extends number>(codec: Codec<A>): Codec<A | 'none'> & OrWord => orWord(codec, 'none')

/** The lower and the upper bound of a quantity; `none` where there is no such bound. */
export type Bounds = readonly [low: number | 'none', high: number | 'none']

/** Two bounds, the lower one first. */
export const bounds: Codec<Bounds> = guarded(
  'two bounds, the lower one first, each a number or none',
  (input): input is Bounds => {
    if (!Array.isArray(input) || input.length !== 2) return false
    const isBound = (value: unknown): boolean => value === 'none' || Number.isFinite(value)
    const [low, high] = input as readonly unknown[]
    return isBound(low) && isBound(high) && (low === 'none' || high === 'none' || (low as number) < (high as number))
  },
)

/** An integer from 1 to 2^53 - 1. */
export const positiveInteger = numeric('a positive integer', (value) => Number.isSafeInteger(value) && value > 0)

/** An integer from 0 to 2^53 - 1, such as a seed. */
export const nonNegativeInteger = numeric(
  'an integer from 0 to 2^53 - 1',
  (value) => Number.isSafeInteger(value) && value >= 0,
)

/** A boolean. */
export const yesOrNo = guarded('true or false', (input): input is boolean => typeof input === 'boolean')

/** A string that is not empty. */
export const text = guarded('a text', (input): input is string => typeof input === 'string' && input !== '')

/** One or more of an item, or exactly `count` of them; `expected` is its name in the plural. */
export const listOf = <A>(item: Codec<A>, expected: string, count?: number): Codec<readonly A[]> => {
  const items = t.array(item, `${count ?? 'one or more'} ${expected}`)
  const fits = ({ length }: { readonly length: number }): boolean =>
    count === undefined ? length > 0 : length === count
  return new t.Type<readonly A[], unknown, unknown>(
    items.name,
    (input): input is readonly A[] => items.is(input) && fits(input),
    (input, context) =>
      Array.isArray(input) && !fits(input) ? t.failure(input, context) : items.validate(input, context),
    t.identity,
  )
}

/** One of some names; a failure gives the nearest name. */
export const oneOf = <const Name extends string>(known: readonly Name[]): Codec<Name> & Names =>
  Object.assign(
    guarded(known.length === 0 ? 'no field' : `one of ${known.join(', ')}`, (input): input is Name =>
      known.some((name) => name === input),
    ),
    { known },
  )

/** Exactly this text. */
export const only = <V extends string>(value: V): Codec<V> => guarded(value, (input): input is V => input === value)

/** A field that must be absent; `expected` says why. */
export const absent = (expected: string): Codec<undefined> =>
  guarded(expected, (input): input is undefined => input === undefined)

/** One of some numbers. */
export const oneOfNumbers = <const N extends number>(known: readonly N[]): Codec<N> =>
  guarded(known.join(' or '), (input): input is N => known.some((number) => number === input))

const isRecord = (input: unknown): input is Readonly<Record<string, unknown>> =>
  typeof input === 'object' && input !== null && !Array.isArray(input)

/** The value of a record's own field; inherited fields are not part of the input. */
const ownField = (input: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(input, name) ? input[name] : undefined

/** Any record. */
export const anyRecord: Codec<Readonly<Record<string, unknown>>> = guarded('an object', isRecord)

/** One of several kinds of record; the field `tag` holds the name of its kind. */
export const oneBy = <Kinds extends Fields>(tag: string, kinds: Kinds): Codec<Kinds[keyof Kinds]['_A']> => {
  const name = oneOf(Object.keys(kinds))
  const kindOf = (input: unknown): Field<unknown> | null => {
    const kind = isRecord(input) ? ownField(input, tag) : undefined
    return name.is(kind) ? kinds[kind] : null
  }
  return new t.Type<Kinds[keyof Kinds]['_A'], unknown, unknown>(
    `an object whose ${tag} is ${name.name}`,
    (input): input is Kinds[keyof Kinds]['_A'] => kindOf(input)?.is(input) === true,
    (input, context) => {
      if (!isRecord(input)) return t.failure(input, context)
      const kind = ownField(input, tag)
      return kindOf(input)?.validate(input, context) ?? t.failure(kind, t.appendContext(context, tag, name, kind))
    },
    t.identity,
  )
}

/**
 * A record with all `required` fields, any of the `optional` fields, and no others. An unknown name is refused, since a misspelled
 * setting would otherwise keep its default without a message.
 */
export const closed = <R extends Fields, O extends Fields = Record<never, never>>(
  required: R,
  optional?: O,
): Codec<TypeOfFields<R> & Partial<TypeOfFields<O>>> => {
  type A = TypeOfFields<R> & Partial<TypeOfFields<O>>
  const fields: Fields = { ...required, ...optional }
  const key = oneOf(Object.keys(fields))
  const present = (input: Readonly<Record<string, unknown>>, name: string) =>
    name in required || ownField(input, name) !== undefined
  return new t.Type<A, unknown, unknown>(
    `an object with ${key.known.join(', ')}`,
    (input): input is A =>
      isRecord(input) &&
      Object.keys(input).every(key.is) &&
      key.known.every((name) => !present(input, name) || fields[name].is(ownField(input, name))),
    (input, context) => {
      if (!isRecord(input)) return t.failure(input, context)
      const errors: t.ValidationError[] = []
      const decoded: Record<string, unknown> = {}
      for (const name of Object.keys(input)) {
        if (!key.is(name)) errors.push({ value: name, context: t.appendContext(context, name, key, input[name]) })
      }
      for (const name of key.known) {
        if (!present(input, name)) continue
        const value = ownField(input, name)
        const result = fields[name].validate(value, t.appendContext(context, name, fields[name], value))
        if (isLeft(result)) errors.push(...result.left)
        else decoded[name] = result.right
      }
      // The loop above has set every field of A to a value that its codec decoded.
      return errors.length > 0 ? t.failures(errors) : t.success(decoded as A)
    },
    t.identity,
  )
}
