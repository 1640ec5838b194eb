/** Reads the `config.json` of a run for a picture of it: of this version of Rivulet, or of an earlier one. */
import { type Either, map } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type Codec, closed, oneBy, only } from '../../edge/codecs.js'
import { decode, type Failure } from '../../edge/decode.js'
import { codecsOf, defaultsOf, type Values } from '../../edge/settings.js'
import { runTask } from '../../environments/runTask.js'
import type { Algorithm, Engine } from '../../learners/algorithm.js'
import { algorithmNamed, algorithms } from '../algorithms.js'
import { optionalProvenanceFields, optionalRunFields, provenanceFields } from '../config.js'
import { pipelineFields, runFields } from '../runFields.js'

/** What a picture or a report uses of a run's config. */
export interface RecordedConfig {
  readonly algorithm: string
  readonly task: string
  readonly seed: number
  /** Actions that the run was to execute. */
  readonly steps: number
  /** All other settings by name: of the pipeline, of the engine and of the algorithm, `engine` itself, `weights`, else `none`, and `taskOptions`. */
  readonly settings: Values
  /** Versions and machine, as far as they were recorded. */
  readonly provenance: {
    readonly versions?: Readonly<Record<string, string | undefined>>
    readonly platform?: string
    readonly architecture?: string
    readonly commit?: string
    readonly cpu?: string
  }
}

/** Only what no run is without is required: a setting that is younger than the run is not in its config. */
const engineCodec = (algorithm: Algorithm, name: string, { options }: Engine) =>
  closed(
    {
      algorithm: only(algorithm.name),
      engine: only(name),
      task: runTask as Codec<string>,
      seed: runFields.seed.codec,
      steps: runFields.steps.codec,
      settings: closed({}, codecsOf(algorithm.fields)),
    },
    {
      ...codecsOf(options),
      ...codecsOf(pipelineFields),
      ...optionalRunFields,
      ...provenanceFields,
      ...optionalProvenanceFields,
    },
  )

const codec = oneBy(
  'algorithm',
  Object.fromEntries(
    algorithms.map((algorithm) => {
      const engines = Object.entries(algorithm.engines)
      const kinds = engines.map(([name, engine]) => [name, engineCodec(algorithm, name, engine)] as const)
      return [algorithm.name, oneBy('engine', Object.fromEntries(kinds))]
    }),
  ),
)

/**
 * Decodes the config of a run. A setting that an earlier version of Rivulet did not have gets the value that runs had before it: that of
 * its field, which for what stands around the learner is not the algorithm's own default.
 *
 * Fails: a failure for each value that this version does not take, and for each name that it does not know.
 */
export const readConfig = (input: unknown): Either<readonly Failure[], RecordedConfig> =>
  pipe(
    decode(codec)(input),
    map(
      ({ algorithm, engine, task, seed, steps, settings, versions, platform, architecture, commit, cpu, ...rest }) => {
        const { fields, engines } = algorithmNamed(algorithm)
        const { options } = engines[engine]
        return {
          algorithm,
          task,
          seed,
          steps,
          settings: {
            ...defaultsOf(pipelineFields),
            engine,
            ...defaultsOf(options),
            ...defaultsOf(fields),
            weights: 'none',
            onDivergence: runFields.onDivergence.default,
            taskOptions: {},
            ...rest,
            ...settings,
          },
          provenance: {
            ...(versions && { versions }),
            ...(platform && { platform }),
            ...(architecture && { architecture }),
            ...(commit && { commit }),
            ...(cpu && { cpu }),
          },
        }
      },
    ),
  )
