/** A run's config: everything that is needed to repeat the run, with one codec for `config.json`, the command line and programs. */
import type { TypeOf } from 'io-ts'
import {
  type Fields,
  closed,
  nonNegativeInteger,
  oneBy,
  oneOf,
  only,
  positiveInteger,
  text,
  yesOrNo,
} from '../edge/codecs.js'
import { codecsOf, defaultsOf, field } from '../edge/settings.js'
import { taskIds } from '../environments/tasks.js'
import type { Algorithm, Engine } from '../learners/algorithm.js'
import type { Spec } from '../types.js'
import { algorithms } from './algorithms.js'

/** The settings of a run that every algorithm has. */
export const runFields = {
  /** Actions to execute. The default is 100,000. */
  steps: field(positiveInteger, { default: 100_000, about: 'actions to execute', origin: 'Rivulet' }),
  /** The seed of all random numbers. The default is 1. */
  seed: field(nonNegativeInteger, {
    default: 1,
    about: 'seed of all random numbers; runs with the same seed are equal',
    origin: 'Rivulet',
  }),
  /**
   * How the policy's (-1, 1) is mapped to the world's bounds: `clip` cuts actions off at them, `rescale` stretches (-1, 1) to them. The
   * default is the algorithm's; for some tasks it is another.
   */
  actionRange: field(oneOf(['clip', 'rescale']), {
    default: 'rescale',
    about: "clip: cut actions off at the task's bounds; rescale: stretch (-1, 1) to them",
    origin: 'Rivulet',
  }),
  /** Whether observations are rescaled by their running mean and deviation. The default is the algorithm's. */
  normalizeObservation: field(yesOrNo, {
    default: true,
    about: 'rescale observations by their running mean and deviation',
    origin: 'Rivulet',
  }),
}

/** The settings of a run of an algorithm, with its own defaults. */
export const runFieldsOf = ({ actionRange, normalizeObservation }: Algorithm) => ({
  ...runFields,
  actionRange: { ...runFields.actionRange, ...actionRange },
  normalizeObservation: { ...runFields.normalizeObservation, ...normalizeObservation },
})

/** Codecs of the optional fields of a run, by name. */
export const optionalRunFields = {
  /** The file or directory of the initial weights; without it the agent draws them. */
  weights: text,
}

/** The codec of a run of one algorithm on one of its engines: the options of this engine stand beside its name, and none of another. */
const engineRunCodec = <Extra extends Fields>(algorithm: Algorithm, name: string, engine: Engine, extra: Extra) =>
  closed(
    {
      engine: only(name),
      ...codecsOf(engine.options),
      algorithm: only(algorithm.name),
      task: oneOf<string>(taskIds),
      ...codecsOf(runFields),
      settings: closed(codecsOf(algorithm.fields)),
      ...extra,
    },
    optionalRunFields,
  )

/** The codec of a run of any algorithm, with extra fields. */
const runCodec = <Extra extends Fields>(extra: Extra) =>
  oneBy(
    'algorithm',
    Object.fromEntries(
      algorithms.map((algorithm) => {
        const engines = Object.entries(algorithm.engines)
        const runs = engines.map(([name, engine]) => [name, engineRunCodec(algorithm, name, engine, extra)] as const)
        return [algorithm.name, oneBy('engine', Object.fromEntries(runs))]
      }),
    ),
  )

/** The codec of the settings of a run. */
export const runSettings = runCodec({})

/**
 * The settings of a run. `settings` are those of its algorithm; the options of its engine stand beside them, such as `kernels` beside
 * `engine: 'fused'`.
 */
export type RunSettings = TypeOf<typeof runSettings>

/** The codec of `config.json`: the settings of the run, the versions and the machine. */
export const runConfig = runCodec({
  versions: closed({ rivulet: text, mujoco: text, node: text }, { tensorflow: text }),
  platform: text,
  architecture: text,
})

/** What `config.json` holds. */
export type RunConfig = TypeOf<typeof runConfig>

/** The default engine of an algorithm: its first one. */
export const defaultEngine = ({ engines }: Algorithm): string => Object.keys(engines)[0]

/** The default settings of a run of a task. The default algorithm is the first one, the default engine that algorithm's first one. */
export const defaultsFor = (
  task: Spec,
  algorithm: Algorithm = algorithms[0],
  engine: string = defaultEngine(algorithm),
): RunSettings => {
  const { settings, actionRange = algorithm.actionRange.default } = algorithm.defaultsFor(task)
  return {
    algorithm: algorithm.name,
    task: task.name,
    ...defaultsOf(runFieldsOf(algorithm)),
    actionRange,
    engine,
    ...defaultsOf(algorithm.engines[engine].options),
    settings,
  }
}
