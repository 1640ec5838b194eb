/** Reads numbers from text as devices write it. */
import { printable } from '../edge/decode.js'
import { textOf } from './message.js'

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/

/** A field without blanks, and without the NUL characters with which some devices pad it. */
const trimmed = (field: string): string => field.replace(/\0+$/, '').trim()

const numberOf = (field: string, what: string): number => {
  const text = trimmed(field)
  const value = Number(text)
  if (text === '' || !decimal.test(text) || !Number.isFinite(value)) {
    throw new RangeError(`a finite number${what}${text === field ? '' : ` in ${printable(text)}`}`)
  }
  return value
}

/**
 * A `parse` for messages that are one decimal number: `+3.1`, `021.5`, `-.5`, `1e-3`, with or without blanks around it and NULs after
 * it.
 *
 * Fails: throws on anything else: an empty text, `nan`, `inf`, `0x10`, `1,5`, `1e999`.
 */
export const parseNumber = (message: string | Uint8Array): number => numberOf(textOf(message), '')

/**
 * A `parse` for messages that are decimal numbers with a separator between them, by default a comma: `23.60,-0.5`. A separator of
 * blanks stands for any number of blanks.
 *
 * Fails: throws on a field that is not a number, and names the field by its number. An empty field does not count as 0.
 */
export const parseNumbers =
  (separator = ',') =>
  (message: string | Uint8Array): readonly number[] => {
    const text = trimmed(textOf(message))
    const fields = separator.trim() === '' ? text.split(/\s+/) : text.split(separator)
    return fields.map((field, i) => numberOf(field, ` in field ${i + 1}`))
  }
