/** `rivulet algorithms`: every algorithm with every setting, its range, its default and the source of the default. */
import type { Command } from 'commander'
import { type Either, map } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { closed, oneOf, yesOrNo } from '../edge/codecs.js'
import { type Failure, decode } from '../edge/decode.js'
import type { SettingField, SettingFields } from '../edge/settings.js'
import type { Algorithm } from '../learners/algorithm.js'
import { algorithmNames, algorithms } from '../runs/algorithms.js'
import { pipelineFieldsOf } from '../runs/runFields.js'
import { defaultText, optionText } from './settingText.js'

/** A decoded command line of `rivulet algorithms`. */
export interface AlgorithmsRequest {
  /** The one algorithm to describe; null for all of them. */
  readonly name: string | null
  /** Whether the list is printed as JSON. */
  readonly json: boolean
}

const codec = closed({}, { algorithm: oneOf(algorithmNames), json: yesOrNo })

/** Adds the argument and the options of `algorithms` to a command. */
export const declareAlgorithms = (command: Command): Command =>
  command
    .description('list the algorithms, each with every setting: its option, default, range and source')
    .argument('[algorithm]', `one of ${algorithmNames.join(', ')} (default: all)`)
    .option('--json', 'print the list as JSON')
    .addHelpText('after', '\nExample:\n  rivulet algorithms avg')

/**
 * Reads a name and the options as they were written.
 *
 * Fails: a failure for a name that no algorithm has.
 */
export const readAlgorithms = (
  name: string | undefined,
  options: object,
): Either<readonly Failure[], AlgorithmsRequest> =>
  pipe(
    { ...options, ...(name === undefined ? {} : { algorithm: name }) },
    decode(codec),
    map(({ algorithm = null, json = false }) => ({ name: algorithm, json })),
  )

const settingRecord = ([name, field]: readonly [string, SettingField<unknown>]) => ({
  name,
  option: optionText(name, field),
  about: field.about,
  default: field.default,
  byTask: field.byTask ?? null,
  takes: field.codec.name,
  unit: field.unit ?? null,
  origin: field.origin,
})

const recordOf = (algorithm: Algorithm) => ({
  name: algorithm.name,
  about: algorithm.about,
  settings: Object.entries(algorithm.fields).map(settingRecord),
  run: Object.entries(pipelineFieldsOf(algorithm)).map(settingRecord),
  engines: Object.entries(algorithm.engines).map(([engine, { about: does, options }]) => ({
    name: engine,
    about: does,
    options: Object.entries(options).map(settingRecord),
  })),
})

const settingLines = (fields: SettingFields): readonly string[] => {
  const options = Object.entries(fields).map(([name, field]) => ({ option: optionText(name, field), field }))
  const width = Math.max(...options.map(({ option }) => option.length))
  return options.flatMap(({ option, field: { about, codec, unit, origin, ...field } }) => [
    `  ${option.padEnd(width)}  ${about}`,
    `      ${codec.name}${unit === undefined ? '' : `, in ${unit}`}; default: ${defaultText(field)} (${origin})`,
  ])
}

const textOf = (algorithm: Algorithm): string =>
  [
    algorithm.name,
    `  ${algorithm.about}`,
    '',
    ...settingLines(algorithm.fields),
    '',
    ...settingLines(pipelineFieldsOf(algorithm)),
    ...Object.entries(algorithm.engines).flatMap(([engine, { about: does, options }]) => [
      '',
      `  --engine ${engine}: ${does}`,
      ...settingLines(options),
    ]),
  ].join('\n')

/** What `rivulet algorithms` prints. */
export const describeAlgorithms = async ({ name, json }: AlgorithmsRequest): Promise<string> => {
  const asked = algorithms.filter((algorithm) => algorithm.name === (name ?? algorithm.name))
  return json ? JSON.stringify(asked.map(recordOf), null, 2) : asked.map(textOf).join('\n\n')
}
