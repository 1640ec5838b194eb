/** The options of a task as the command line writes them: `--task-option healthyReward=0.5`. */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { closed, type Field } from '../edge/codecs.js'
import { decode, type Failure, printable } from '../edge/decode.js'
import type { SettingField, SettingFields, Values } from '../edge/settings.js'
import { codecOfText, textCodecOf } from './textCodecs.js'

/** The flag of these options. */
const FLAG = '--task-option'

const booleans: Readonly<Record<string, boolean>> = { true: true, false: false }

/** The codec of an option; unlike a setting of the run, a boolean has no flag of its own, and is written as `true` or `false`. */
const codecOf = (field: SettingField<unknown>): Field<unknown> =>
  typeof field.default === 'boolean'
    ? codecOfText(field.codec, field.codec.name, (written) => booleans[written] ?? written)
    : textCodecOf(field)

/** What is refused, by the flag and the option. */
const byFlag = (failure: Failure): Failure => ({ ...failure, path: [FLAG, failure.path].join(' ').trim() })

const withoutEquals = (words: readonly string[]): readonly Failure[] =>
  words
    .filter((word) => !/^[^=]+=/.test(word))
    .map((word) => ({ path: FLAG, expected: 'name=value', got: printable(word), nearest: null }))

/** The names and values of words of the form `name=value`. */
const pairsOf = (words: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    words.map((word) => {
      const equals = word.indexOf('=')
      return [word.slice(0, equals), word.slice(equals + 1)]
    }),
  )

const jsonOrText = (written: string): unknown => {
  try {
    return JSON.parse(written)
  } catch {
    return written
  }
}

/**
 * Reads the options of an environment in Python, whose names and values Python itself checks: each value is JSON, or a text if it is none.
 *
 * Fails: a failure for each word without an equals sign.
 */
export const readPythonOptions = (words: readonly string[]): Either<readonly Failure[], Values> => {
  const wrong = withoutEquals(words)
  if (wrong.length > 0) return left(wrong)
  return right(Object.fromEntries(Object.entries(pairsOf(words)).map(([name, value]) => [name, jsonOrText(value)])))
}

/**
 * Reads options, each written as `name=value`. An option that is written twice has its last value.
 *
 * Fails: a failure for each word without an equals sign, for each unknown name, with the nearest one, and for each value that is refused.
 */
export const readTaskOptions = (
  fields: SettingFields,
  words: readonly string[],
): Either<readonly Failure[], Values> => {
  const wrong = withoutEquals(words)
  if (wrong.length > 0) return left(wrong)
  const written: Values = pairsOf(words)
  const names = Object.keys(fields)
  if (names.length === 0 && words.length > 0) {
    const got = printable(Object.keys(written)[0])
    return left([{ path: FLAG, expected: 'nothing, since the task has no options', got, nearest: null }])
  }
  const codecs = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, codecOf(field)]))
  const decoded = decode(closed({}, codecs))(written)
  return isLeft(decoded) ? left(decoded.left.map(byFlag)) : right(decoded.right)
}
