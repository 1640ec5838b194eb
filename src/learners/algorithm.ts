/** The description of an algorithm. Runs, `config.json`, the command and its help use it, and name no algorithm themselves. */
import { type Failure, printable } from '../edge/decode.js'
import type { SettingField, SettingFields, Values, ValuesOf } from '../edge/settings.js'
import type { VarianceEstimator } from '../moments.js'
import type { Learner, Random, SampledAction, Spec } from '../types.js'
import type { NetworkOptions } from './interchange/learnerFiles.js'
import type { ActorDescription } from './parts/actorDescription.js'

/** A learner that holds memory or threads until it is closed. */
export interface ClosableLearner<S extends SampledAction = SampledAction, Report = unknown> extends Learner<S, Report> {
  close(): void
  /** What its actor is made of, for saved policies; left out or null if no kind of actor describes it. */
  readonly actor?: ActorDescription | null
  /** Bytes that it holds from its beginning to its end, without what it collects; absent if it does not know them. */
  readonly bytes?: LearnerBytes
  /** Floating-point operations of the kernels that it runs during `work`; absent if it runs none of ours. */
  countOperations?(work: () => void): number
}

/** Bytes of a learner, without what it collects: a replay buffer or a rollout. */
export interface LearnerBytes {
  /** What a snapshot holds: weights, moments, traces, target networks, statistics. */
  readonly state: number
  /** The state, and what the passes of an update leave behind. */
  readonly all: number
}

/** The random number generators of a learner: two streams, so that a wider network does not change the noise of actions. */
export interface LearnerRandom {
  /** Draws in `sample` and `update`. */
  readonly random: Random
  /** Draws the first weights. */
  readonly initialization: Random
}

/** Memory that a learner needs, computed before any of it is allocated. */
export interface Memory {
  /** The setting that determines its size. */
  readonly setting: string
  /** A phrase for the values of that setting, such as `widths of a learner`. */
  readonly what: string
  readonly bytes: number
  /** Most bytes that can be allocated. */
  readonly limit: number
}

/** One implementation of an algorithm; `algorithm.engines` names it. */
export interface Engine<
  F extends SettingFields = SettingFields,
  S extends SampledAction = SampledAction,
  Report = unknown,
  Options extends SettingFields = SettingFields,
> {
  /** One line for lists: a phrase without a full stop. */
  readonly about: string
  /** Its own settings, such as the home of its kernels; each name must differ from those of the settings of the algorithm and of a run. */
  readonly options: Options
  /** Refuses options that exclude each other, or that this machine does not support; `written` has only the options on the command line. */
  optionConflicts?(written: Partial<ValuesOf<Options>>): readonly Failure[]
  /** Memory that the learner needs, in parts; it is computed without an allocation. */
  memory(spec: Spec, settings: ValuesOf<F>): Promise<readonly Memory[]>
  /** The npm packages that compute, by the names of their versions in `config.json`. */
  packages?(options: ValuesOf<Options>): Readonly<Record<string, string>>
  /** Makes a learner. This call loads the learner's module. */
  open(
    spec: Spec,
    settings: ValuesOf<F>,
    options: ValuesOf<Options>,
    random: LearnerRandom,
  ): Promise<ClosableLearner<S, Report>>
}

/** How the policy's (-1, 1) is mapped to a world's bounds: cut off at them, or stretched to them. */
export type ActionRange = 'clip' | 'rescale'

/**
 * How rewards are divided by the running deviation of their discounted return. `gymnasium`: of a population, the return cleared by
 * terminated steps alone. `stream-ac`: of a sample, the return cleared by truncated steps as well.
 */
export type RewardNormalization = 'none' | 'gymnasium' | 'stream-ac'

/** A default of an algorithm for a setting that every run has. */
export type RunDefault<A> = Pick<SettingField<A>, 'default' | 'byTask' | 'origin'>

/** The defaults of a task. */
export interface TaskDefaults<F extends SettingFields = SettingFields> {
  readonly settings: ValuesOf<F>
  /** The default is the algorithm's `actionRange`. */
  readonly actionRange?: ActionRange
  /** The source of these settings, in a word or two for a column: `paper`, or `Rivulet`. */
  readonly origin: string
}

/**
 * The description of an algorithm for runs, `config.json`, the command and its help.
 *
 * `F` are the fields of its settings, `S` is the type of its learner's decisions, `Report` that of its updates. An `Algorithm` of
 * special types can stand in a list of general ones: a run calls its methods only with settings that `fields` decoded and with reports
 * of its own learner.
 */
export interface Algorithm<
  F extends SettingFields = SettingFields,
  S extends SampledAction = SampledAction,
  Report = unknown,
> {
  /** Its name in `--algorithm` and `config.json`: lower case, words joined by hyphens. */
  readonly name: string
  /** One line for lists, with the paper: a phrase without a full stop. */
  readonly about: string
  /**
   * Its settings, by name; each one's option, type, default and help follow from it. A setting `discount` is that of the returns by which
   * a run normalizes rewards as well.
   */
  readonly fields: F
  /**
   * The default settings of a task: the paper's if it has some, else the defaults of the fields. A run passes its number of steps, which
   * decides settings that are one, such as the steps over which a step size falls to 0.
   */
  defaultsFor(task: Spec, steps?: number): TaskDefaults<F>
  /** How its actions are mapped to the bounds of a task without a default of its own. */
  readonly actionRange: RunDefault<ActionRange>
  /** Whether observations are rescaled by their running mean and deviation. */
  readonly normalizeObservation: RunDefault<boolean>
  /** How the variance of observations is estimated. The default is 'population'. */
  readonly varianceEstimator?: RunDefault<VarianceEstimator>
  /** The bound of observations after they were rescaled. The default is 'none'. */
  readonly clipObservation?: RunDefault<number | 'none'>
  /** How rewards are rescaled. The default is 'none'. */
  readonly normalizeReward?: RunDefault<RewardNormalization>
  /** The bound of rewards after they were rescaled. The default is 'none'. */
  readonly clipReward?: RunDefault<number | 'none'>
  /** Whether the time in the episode is appended to observations. The default is false. */
  readonly appendTime?: RunDefault<boolean>
  /** Refuses settings that exclude each other; each failure names the setting to change. */
  conflicts?(settings: ValuesOf<F>): readonly Failure[]
  /** How a file of weights describes its networks; left out if files do not describe them. */
  networks?(settings: ValuesOf<F>): NetworkOptions
  /** Its implementations, by name; the first is the default. */
  readonly engines: Readonly<Record<string, Engine<F, S, Report>>>
  /** The numbers of an update, by name, for plots and metrics. */
  scalars(report: Report): Readonly<Record<string, number>>
}

/** Refuses a setting, by its name. */
export const conflict = (path: string, expected: string, got: unknown): Failure => ({
  path,
  expected,
  got: String(got),
  nearest: null,
})

const GIB = 1073741824
const gib = (bytes: number): string => `${Number((bytes / GIB).toPrecision(3))} GiB`

/** Refuses memory beyond its limit; each failure names the setting that determines it. */
export const excessOf = (memory: readonly Memory[], settings: Values): readonly Failure[] =>
  memory
    .filter(({ bytes, limit }) => !(bytes <= limit))
    .map(({ setting, what, bytes, limit }) => {
      const got = `${printable(settings[setting])}, which takes ${gib(bytes)}`
      return conflict(setting, `${what} that fits into ${gib(limit)}`, got)
    })
