/** A run's config: all that is needed to repeat the run, with one codec for `config.json`, the command line and programs. */
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
    about: 'seed of all random numbers; the same one gives the same run',
    origin: 'Rivulet',
  }),
  /**
   * How the policy's (-1, 1) meets the world's bounds: cut off at them (`clip`), or stretched to them (`rescale`). The default is the
   * algorithm's own, for some tasks another.
   */
  actionRange: field(oneOf(['clip', 'rescale']), {
    default: 'rescale',
    about: "clip: cut actions off at the task's bounds; rescale: stretch (-1, 1) to them",
    origin: 'Rivulet',
  }),
  /** Whether the learner sees observations rescaled by their running mean and deviation. The default is the algorithm's own. */
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

/** Codecs for what a run may be told beside, by name. */
export const optionalRunFields = {
  /** The file or directory of the weights that the agent begins with; without, it draws them. */
  weights: text,
}

/** The codec of a run of one algorithm on one of its engines: an engine's options stand beside its name, and no other's. */
const runOn = <Told extends Fields>(algorithm: Algorithm, name: string, engine: Engine, told: Told) =>
  closed(
    {
      engine: only(name),
      ...codecsOf(engine.options),
      algorithm: only(algorithm.name),
      task: oneOf<string>(taskIds),
      ...codecsOf(runFields),
      settings: closed(codecsOf(algorithm.fields)),
      ...told,
    },
    optionalRunFields,
  )

/** The codec of a run of any algorithm, with what else is told of it. */
const runWith = <Told extends Fields>(told: Told) =>
  oneBy(
    'algorithm',
    Object.fromEntries(
      algorithms.map((algorithm) => {
        const engines = Object.entries(algorithm.engines)
        const runs = engines.map(([name, engine]) => [name, runOn(algorithm, name, engine, told)] as const)
        return [algorithm.name, oneBy('engine', Object.fromEntries(runs))]
      }),
    ),
  )

/** The codec of everything that was chosen for a run. */
export const runSettings = runWith({})

/**
 * Everything that was chosen for a run. `settings` are those of its algorithm; the options of its engine stand beside them, such as
 * `kernels` beside `engine: 'fused'`.
 */
export type RunSettings = TypeOf<typeof runSettings>

/** The codec of `config.json`: what was chosen, and what it ran on. */
export const runConfig = runWith({
  versions: closed({ rivulet: text, mujoco: text, node: text }, { tensorflow: text }),
  platform: text,
  architecture: text,
})

/** What `config.json` holds. */
export type RunConfig = TypeOf<typeof runConfig>

/** The name of the engine that an algorithm runs on where none is named. */
export const firstEngine = ({ engines }: Algorithm): string => Object.keys(engines)[0]

/** What a run of a task is set to where nothing else is said; by default it is one of the first algorithm on its first engine. */
export const defaultsFor = (
  task: Spec,
  algorithm: Algorithm = algorithms[0],
  engine: string = firstEngine(algorithm),
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
