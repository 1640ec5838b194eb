/** Codecs for input that is text, as every word of a command line is. */
import { isLeft } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { Codec, Field, Fields } from '../edge/codecs.js'
import { isNumeric, type SettingField, type SettingFields } from '../edge/settings.js'

const DECIMAL = /^[+-]?(?=\.?\d)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i

/** A codec that parses text and then decodes it; its failures show the text as it was written. */
export const codecOfText = <A>(codec: Field<A>, expected: string, parse: (written: string) => unknown): Field<A> =>
  new t.Type<A, unknown, unknown>(
    expected,
    codec.is,
    (input, context) => {
      const result = typeof input === 'string' ? codec.validate(parse(input), context) : t.failure<A>(input, context)
      return isLeft(result) ? t.failure(input, context) : result
    },
    t.identity,
  )

/** The number that a text writes, else the text itself. A fraction that a double rounds to an integer, as 1e-400 to 0, stays text. */
const numberOf = (written: string): unknown => {
  const parts = DECIMAL.exec(written.trim())
  if (parts === null) return written
  const value = Number(written)
  const [, whole, fraction, exponent = '0'] = parts
  const afterPoint = (whole + fraction).slice(Math.max(0, whole.length + Number(exponent)))
  return Number.isInteger(value) && /[1-9]/.test(afterPoint) ? written : value
}

/** A number in decimal digits, as on the command line. */
export const fromText = <A>(codec: Field<A>): Field<A> => codecOfText(codec, codec.name, numberOf)

/** Numbers joined by commas, as on the command line. */
export const listFromText = <A>(codec: Field<A>): Field<A> =>
  codecOfText(codec, `${codec.name}, joined by commas`, (written) => written.split(',').map(numberOf))

/** Names joined by commas, as on the command line; a name that is refused is shown alone, with the nearest one. */
export const namesFromText = <A>(codec: Field<A>): Codec<A> =>
  new t.Type<A, unknown, unknown>(
    `${codec.name}, joined by commas`,
    codec.is,
    (input, context) =>
      typeof input === 'string' ? codec.validate(input.split(','), context) : t.failure(input, context),
    t.identity,
  )

/** The codec of a setting as the command line writes it; a boolean is not text, but has flags. */
export const textCodecOf = (field: SettingField<unknown>): Field<unknown> => {
  if (Array.isArray(field.default)) {
    const hasNumbers = field.default.some((each) => typeof each === 'number')
    return hasNumbers ? listFromText(field.codec) : namesFromText(field.codec)
  }
  return isNumeric(field) ? fromText(field.codec) : field.codec
}

/** The codecs of settings as the command line writes them, by name. */
export const textCodecsOf = (fields: SettingFields): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, each]) => [name, textCodecOf(each)]))

/** The name of an option as it is written: `--actor-step-size`. */
export const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** The values that an option or argument expects, by its flag or name; null if it has no codec. */
export const expectedOf =
  (fields: Fields) =>
  (written: string): string | null =>
    Object.entries(fields).find(([name]) => name === written || flagOf(name) === written)?.[1].name ?? null
