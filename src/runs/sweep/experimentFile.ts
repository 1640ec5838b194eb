/** The file of an experiment, which lists runs by their tasks, algorithms, settings and seeds: its codec. */
import { readFileSync } from 'node:fs'
import { isRight } from 'fp-ts/lib/Either.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import {
  type Codec,
  type Field,
  type Fields,
  closed,
  guarded,
  listOf,
  nonNegativeInteger,
  oneBy,
  oneOf,
  only,
  positiveInteger,
  text,
} from '../../edge/codecs.js'
import { decode, type Failure, type Names, printable } from '../../edge/decode.js'
import { codecsOf } from '../../edge/settings.js'
import { listedTask } from '../../environments/runTask.js'
import { causeOf } from '../../failure.js'
import type { Algorithm } from '../../learners/algorithm.js'
import { algorithmNames, algorithms } from '../algorithms.js'
import { optionalRunFields } from '../config.js'
import { pipelineFields } from '../runFields.js'

/** The values that a setting has in an experiment: each of them makes runs of its own. */
export type Grid = Readonly<Record<string, readonly unknown[] | undefined>>

/** One value, or a list of values, which decodes to the list. A value that is a list itself, such as of widths, is one value. */
const gridOf = (codec: Field<unknown> & Partial<Names>): Field<readonly unknown[]> => {
  const expected = `${codec.name}, or a list of such`
  const grid = new t.Type<readonly unknown[], unknown, unknown>(
    expected,
    (input): input is readonly unknown[] => Array.isArray(input) && input.length > 0 && input.every(codec.is),
    (input, context) => {
      const one = codec.validate(input, context)
      if (isRight(one)) return t.success([one.right])
      if (!Array.isArray(input) || input.length === 0) return t.failure(input, context)
      const items = input.map((item, i) => codec.validate(item, t.appendContext(context, String(i), codec, item)))
      const errors = items.flatMap((item) => (isRight(item) ? [] : item.left))
      return errors.length > 0
        ? t.failures(errors)
        : t.success(items.flatMap((item) => (isRight(item) ? [item.right] : [])))
    },
    t.identity,
  )
  return codec.known === undefined ? grid : Object.assign(grid, { known: codec.known })
}

/** What some codecs take: a failure says what the first one expects. */
const anyOf = ([first, ...others]: readonly (Field<unknown> & Partial<Names>)[]): Field<unknown> => {
  const codecs = [first, ...others]
  const any = new t.Type<unknown, unknown, unknown>(
    first.name,
    (input): input is unknown => codecs.some((codec) => codec.is(input)),
    (input, context) => {
      const results = codecs.map((codec) => codec.validate(input, context))
      return results.find(isRight) ?? results[0]
    },
    t.identity,
  )
  return first.known === undefined ? any : Object.assign(any, { known: first.known })
}

/** The codecs of the settings that an experiment can give a run of an algorithm, by name. */
export const settingCodecsOf = ({ fields, engines }: Algorithm): Fields => ({
  engine: oneOf(Object.keys(engines)),
  ...optionalRunFields,
  ...codecsOf(pipelineFields),
  ...Object.assign({}, ...Object.values(engines).map(({ options }) => codecsOf(options))),
  ...codecsOf(fields),
})

const gridsOf = (codecs: Fields): Codec<Grid> =>
  closed({}, Object.fromEntries(Object.entries(codecs).map(([name, codec]) => [name, gridOf(codec)])))

/** Settings of all algorithms: what one of them takes. Those that an algorithm does not have are refused when the runs are listed. */
const sharedCodecs = (): Fields => {
  const all = algorithms.map(settingCodecsOf)
  const names = new Set(all.flatMap(Object.keys))
  return Object.fromEntries(
    [...names].map((name) => [name, anyOf(all.flatMap((each) => (Object.hasOwn(each, name) ? [each[name]] : [])))]),
  )
}

/** A name that can be part of the name of a directory. */
const plainName = guarded(
  'a name of at most 60 letters, digits, hyphens, underscores and points',
  (input): input is string => typeof input === 'string' && /^[A-Za-z0-9][\w.-]{0,59}$/.test(input),
)

const entryOf = (algorithm: Algorithm) =>
  closed({ algorithm: only(algorithm.name) }, { name: plainName, settings: gridsOf(settingCodecsOf(algorithm)) })

/** An algorithm of an experiment. */
export interface AlgorithmEntry {
  readonly algorithm: string
  /** What stands in the names of its runs. The default is `id`, the name of the algorithm. */
  readonly name?: string
  /** Settings of this algorithm, which come before those of all. The default is `{}`. */
  readonly settings?: Grid
}

/** An algorithm: its name alone, or an object with the name and settings of its own. */
const algorithmEntry: Codec<AlgorithmEntry> = (() => {
  const name = oneOf(algorithmNames)
  const whole = oneBy('algorithm', Object.fromEntries(algorithms.map((each) => [each.name, entryOf(each)])))
  const entry = new t.Type<AlgorithmEntry, unknown, unknown>(
    `${name.name}, or an object with such an algorithm`,
    (input): input is AlgorithmEntry => whole.is(input),
    (input, context) => {
      if (typeof input !== 'string')
        return typeof input === 'object' ? whole.validate(input, context) : t.failure(input, context)
      return name.is(input) ? t.success({ algorithm: input }) : t.failure(input, context)
    },
    t.identity,
  )
  return Object.assign(entry, { known: algorithmNames })
})()

/** Seeds: a list of them, or how many there are, from `first`. */
const seedsFrom = (first: number, codec: Codec<number>): Codec<readonly number[]> => {
  const list = listOf(codec, 'seeds')
  return new t.Type<readonly number[], unknown, unknown>(
    'a positive integer at most 100000, or a list of seeds',
    list.is,
    (input, context) => {
      if (Array.isArray(input)) return list.validate(input, context)
      if (!positiveInteger.is(input) || input > 100_000) return t.failure(input, context)
      return t.success(Array.from({ length: input }, (_, i) => first + i))
    },
    t.identity,
  )
}

/** A seed of NumPy's `RandomState`. */
const configurationSeed = guarded(
  'an integer from 0 to 2^32 - 1',
  (input): input is number => nonNegativeInteger.is(input) && input < 2 ** 32,
)

/** The codec of an experiment. */
export const experimentFile = closed(
  {
    tasks: listOf(listedTask, 'tasks'),
    algorithms: listOf(algorithmEntry, 'algorithms'),
    /** Seeds of each run: a list, or how many, from 1. */
    seeds: seedsFrom(1, nonNegativeInteger),
    /** Actions of each run. */
    steps: positiveInteger,
  },
  {
    /** Settings of all algorithms. */
    settings: gridsOf(sharedCodecs()),
    /** The random search of Vasan et al. 2024: hyper-parameter seeds, or how many, from 0. */
    search: closed({ configurations: seedsFrom(0, configurationSeed) }),
    /** A title for reports. */
    title: text,
  },
)

/** What the file of an experiment holds. */
export type ExperimentFile = t.TypeOf<typeof experimentFile>

/**
 * Reads the file of an experiment.
 *
 * Fails: a failure on `experiment` for a file that cannot be read, and a failure for each of its values that is refused.
 */
export const readExperimentFile = (path: string): TE.TaskEither<readonly Failure[], ExperimentFile> =>
  pipe(
    TE.tryCatch(
      async () => JSON.parse(readFileSync(path, 'utf8')) as unknown,
      (error): readonly Failure[] => [
        {
          path: 'experiment',
          expected: 'a file of JSON',
          got: `${printable(path)} (${causeOf(error)})`,
          nearest: null,
        },
      ],
    ),
    TE.flatMapEither((value) => pipe(decode(experimentFile)(value), E.mapLeft(inExperiment(path)))),
  )

/** Failures that begin with the file. */
export const inExperiment =
  (path: string) =>
  (failures: readonly Failure[]): readonly Failure[] =>
    failures.map((failure) => ({ ...failure, path: failure.path === '' ? path : `${path}: ${failure.path}` }))
