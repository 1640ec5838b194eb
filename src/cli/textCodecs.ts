/** What stands before a codec when its input comes as text, as every word of a command line does. */
import { isLeft } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { Field, Fields } from '../edge/codecs.js'
import type { SettingField, SettingFields } from '../edge/settings.js'

const DECIMAL = /^[+-]?(?=\.?\d)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i

/** Puts a reading of text before a codec; what came is told as it was written. */
const read = <A>(codec: Field<A>, expected: string, parse: (written: string) => unknown): Field<A> =>
  new t.Type<A, unknown, unknown>(
    expected,
    codec.is,
    (input, context) => {
      const result = typeof input === 'string' ? codec.validate(parse(input), context) : t.failure<A>(input, context)
      return isLeft(result) ? t.failure(input, context) : result
    },
    t.identity,
  )

/** A number where the text is one; text of a fraction that a double rounds to an integer, as 1e-400 to 0, stays text. */
const numberOf = (written: string): unknown => {
  const parts = DECIMAL.exec(written.trim())
  if (parts === null) return written
  const value = Number(written)
  const [, whole, fraction, exponent = '0'] = parts
  const afterPoint = (whole + fraction).slice(Math.max(0, whole.length + Number(exponent)))
  return Number.isInteger(value) && /[1-9]/.test(afterPoint) ? written : value
}

/** A number as the command line gives it: in decimal digits. */
export const fromText = <A>(codec: Field<A>): Field<A> => read(codec, codec.name, numberOf)

/** Numbers as the command line gives them: joined by commas. */
export const listFromText = <A>(codec: Field<A>): Field<A> =>
  read(codec, `${codec.name}, joined by commas`, (written) => written.split(',').map(numberOf))

const textCodecOf = ({ codec, default: value }: SettingField<unknown>): Field<unknown> => {
  if (Array.isArray(value)) return listFromText(codec)
  return typeof value === 'number' ? fromText(codec) : codec
}

/** The codecs of settings as the command line writes them, by name. */
export const textCodecsOf = (fields: SettingFields): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, each]) => [name, textCodecOf(each)]))

/** The name of an option as it is written: `--actor-step-size`. */
export const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** What an option or argument expects, by its flag or name; null for one that has no codec. */
export const expectedOf =
  (fields: Fields) =>
  (written: string): string | null =>
    Object.entries(fields).find(([name]) => name === written || flagOf(name) === written)?.[1].name ?? null
