/** A run's config: everything that is needed to repeat the run, with one codec for `config.json`, the command line and programs. */
import type { TypeOf } from 'io-ts'
import { anyRecord, type Codec, type Fields, closed, oneBy, only, text } from '../edge/codecs.js'
import type { Failure } from '../edge/decode.js'
import { codecsOf, defaultsOf } from '../edge/settings.js'
import { publishedId, runTask } from '../environments/runTask.js'
import { type Algorithm, conflict, type Engine } from '../learners/algorithm.js'
import type { Spec, VectorSpec } from '../types.js'
import { algorithms } from './algorithms.js'
import { runFields, runFieldsOf } from './runFields.js'

/** The settings that a config must have. */
const { onDivergence: _optional, ...requiredRunFields } = runFields

/** Codecs of the optional fields of a run, by name. */
export const optionalRunFields = {
  /** The file or directory of the initial weights; without it the agent draws them. */
  weights: text,
  /** What happens when learning diverges; a config from before this setting has none, and its run stops. */
  onDivergence: runFields.onDivergence.codec,
  /** The options of the task that differ from those of the published one; the task's own codecs decode them when it is loaded. */
  taskOptions: anyRecord,
}

/** The codec of a run of one algorithm on one of its engines: the options of this engine stand beside its name, and none of another. */
const engineRunCodec = <Extra extends Fields, Younger extends Fields>(
  algorithm: Algorithm,
  name: string,
  engine: Engine,
  extra: Extra,
  younger: Younger,
) =>
  closed(
    {
      engine: only(name),
      ...codecsOf(engine.options),
      algorithm: only(algorithm.name),
      task: runTask as Codec<string>,
      ...codecsOf(requiredRunFields),
      settings: closed(codecsOf(algorithm.fields)),
      ...extra,
    },
    { ...optionalRunFields, ...younger },
  )

/** The codec of a run of any algorithm, with extra fields; the `younger` ones are optional. */
const runCodec = <Extra extends Fields, Younger extends Fields>(extra: Extra, younger: Younger) =>
  oneBy(
    'algorithm',
    Object.fromEntries(
      algorithms.map((algorithm) => {
        const engines = Object.entries(algorithm.engines)
        const runs = engines.map(
          ([name, engine]) => [name, engineRunCodec(algorithm, name, engine, extra, younger)] as const,
        )
        return [algorithm.name, oneBy('engine', Object.fromEntries(runs))]
      }),
    ),
  )

/** The codec of the settings of a run. */
export const runSettings = runCodec({}, {})

/**
 * The settings of a run. `settings` are those of its algorithm; the options of its engine stand beside them, such as `kernels` beside
 * `engine: 'fused'`.
 */
export type RunSettings = TypeOf<typeof runSettings>

/** Codecs of what every `config.json` holds beside the settings of the run, by name: the versions and the machine. */
export const provenanceFields = {
  versions: closed({ rivulet: text, mujoco: text, node: text }, { tensorflow: text }),
  platform: text,
  architecture: text,
}

/**
 * Codecs of what a `config.json` may lack, by name. An earlier version of Rivulet did not write them; a package that npm installed has no
 * commit, and not every system knows its processor.
 */
export const optionalProvenanceFields = {
  /** The commit of the checkout of Rivulet that ran, with `-dirty` if files differed from it. */
  commit: text,
  /** The model of the processor. */
  cpu: text,
}

/** The codec of `config.json`: the settings of the run, the versions and the machine. */
export const runConfig = runCodec(provenanceFields, optionalProvenanceFields)

/** What `config.json` holds. */
export type RunConfig = TypeOf<typeof runConfig>

/** What can change the numbers of a run beside its settings. */
export type RunVersions = Pick<RunConfig, 'versions' | 'commit'>

/** The settings of the run in a config, without versions and machine. */
export const settingsIn = (config: RunConfig): RunSettings => {
  const provenance = { ...provenanceFields, ...optionalProvenanceFields }
  // What is left of a config without its provenance is what `runSettings` decodes.
  return Object.fromEntries(Object.entries(config).filter(([name]) => !Object.hasOwn(provenance, name))) as RunSettings
}

/** The default engine of an algorithm: its first one. */
export const defaultEngine = ({ engines }: Algorithm): string => Object.keys(engines)[0]

/**
 * The default settings of a run of a task for so many steps, by default those of the field. The default algorithm is the first one, the
 * default engine that algorithm's first one.
 */
export const defaultsFor = (
  task: Spec,
  algorithm: Algorithm = algorithms[0],
  engine: string = defaultEngine(algorithm),
  steps: number = runFields.steps.default,
): RunSettings => {
  const { settings, actionRange = algorithm.actionRange.default } = algorithm.defaultsFor(
    { ...task, name: publishedId(task.name) },
    steps,
  )
  return {
    algorithm: algorithm.name,
    task: task.name,
    ...defaultsOf(runFieldsOf(algorithm)),
    steps,
    actionRange,
    engine,
    ...defaultsOf(algorithm.engines[engine].options),
    settings,
  }
}

/** The first component without bounds, if there is one. */
const unbounded = ({ names, low, high }: VectorSpec): readonly string[] =>
  names.filter((_, i) => !Number.isFinite(high[i] - low[i])).slice(0, 1)

/** The settings of what stands around the learner that the task or the algorithm rules out; each failure names the setting to change. */
export const runConflicts = (
  { appendTime, normalizeReward, actionRange }: Pick<RunSettings, 'appendTime' | 'normalizeReward' | 'actionRange'>,
  { name, fields }: Pick<Algorithm, 'name' | 'fields'>,
  { name: task, stepLimit, action }: Spec,
): readonly Failure[] => [
  ...(appendTime && stepLimit === Infinity
    ? [conflict('appendTime', `false with ${task}, whose episodes have no limit`, appendTime)]
    : []),
  ...(normalizeReward !== 'none' && !Object.hasOwn(fields, 'discount')
    ? [conflict('normalizeReward', `none with ${name}, which has no discount`, normalizeReward)]
    : []),
  ...(actionRange === 'rescale'
    ? unbounded(action).map((name) =>
        conflict('actionRange', `clip with ${task}, whose ${name} has no bounds`, actionRange),
      )
    : []),
]
