/** The description of an algorithm. Runs, `config.json`, the command and its help read it, and know no algorithm by name. */
import { type Failure, printable } from '../edge/decode.js'
import type { SettingField, SettingFields, Values, ValuesOf } from '../edge/settings.js'
import type { Learner, Random, SampledAction, Spec } from '../types.js'
import type { NetworkOptions } from './interchange/learnerFiles.js'

/** A learner that holds memory or threads until it is closed. */
export interface ClosableLearner<S extends SampledAction = SampledAction, Report = unknown> extends Learner<S, Report> {
  close(): void
}

/** Where a learner's random numbers come from; two streams, so that a wider network leaves the actions' noise as it is. */
export interface LearnerRandom {
  /** Draws in `sample` and `update`. */
  readonly random: Random
  /** Draws the first weights. */
  readonly initialization: Random
}

/** Memory that a learner takes, worked out before any of it is allocated. */
export interface Memory {
  /** The setting that decides how much it is. */
  readonly setting: string
  /** What of that setting takes it, such as `widths of a learner`. */
  readonly what: string
  readonly bytes: number
  /** Bytes that it may be at most. */
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
  /** Settings of its own, such as where its kernels are; none may have the name of another setting of the algorithm or of a run. */
  readonly options: Options
  /** Refuses options that do not go together, or that this machine cannot do; `written` lacks those that were not written. */
  optionConflicts?(written: Partial<ValuesOf<Options>>): readonly Failure[]
  /** Memory that the learner takes, in parts; works it out without allocating any. */
  memory(spec: Spec, settings: ValuesOf<F>): Promise<readonly Memory[]>
  /** Packages of npm that compute, by the names under which `config.json` gives their versions. */
  packages?(options: ValuesOf<Options>): Readonly<Record<string, string>>
  /** Makes a learner; the module that does is loaded by this call and not before. */
  open(
    spec: Spec,
    settings: ValuesOf<F>,
    options: ValuesOf<Options>,
    random: LearnerRandom,
  ): Promise<ClosableLearner<S, Report>>
}

/** How the policy's (-1, 1) meets a world's bounds: cut off at them, or stretched to them. */
export type ActionRange = 'clip' | 'rescale'

/** A default of an algorithm for a setting that every run has. */
export type RunDefault<A> = Pick<SettingField<A>, 'default' | 'byTask' | 'origin'>

/** What a task has by default. */
export interface TaskDefaults<F extends SettingFields = SettingFields> {
  readonly settings: ValuesOf<F>
  /** Left out where the task has the algorithm's own. */
  readonly actionRange?: ActionRange
  /** Where these settings come from, in a word or two for a column: `paper`, or `Rivulet`. */
  readonly origin: string
}

/**
 * An algorithm as a run, its `config.json`, the command and its help see it.
 *
 * `F` are the fields of its settings, `S` is what its learner samples, `Report` is what an update gives. An `Algorithm` of certain types
 * stands in a list of any: a run calls its methods with settings that `fields` decoded and with reports of its own learner.
 */
export interface Algorithm<
  F extends SettingFields = SettingFields,
  S extends SampledAction = SampledAction,
  Report = unknown,
> {
  /** As `--algorithm` and `config.json` write it: lower case, words joined by hyphens. */
  readonly name: string
  /** One line for lists, with the paper: a phrase without a full stop. */
  readonly about: string
  /** Its settings, by name; each one's option, type, default and help follow from it. */
  readonly fields: F
  /** The settings of a task where nothing else is said: the paper's where there are some, else the defaults of the fields. */
  defaultsFor(task: Spec): TaskDefaults<F>
  /** How its actions meet the bounds of a task that has no default of its own. */
  readonly actionRange: RunDefault<ActionRange>
  /** Whether its learner sees observations rescaled by their running mean and deviation. */
  readonly normalizeObservation: RunDefault<boolean>
  /** Refuses settings that do not go together, each failure by the name of the setting to change. */
  conflicts?(settings: ValuesOf<F>): readonly Failure[]
  /** How its networks are to be read, as a file of weights says it; left out where files say nothing. */
  networks?(settings: ValuesOf<F>): NetworkOptions
  /** Its implementations, by name; the first is the default. */
  readonly engines: Readonly<Record<string, Engine<F, S, Report>>>
  /** The numbers of an update, by name: what is plotted and kept of a run. */
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

/** Refuses memory that is more than there may be, each part by the name of the setting that decides it. */
export const excessOf = (memory: readonly Memory[], settings: Values): readonly Failure[] =>
  memory
    .filter(({ bytes, limit }) => !(bytes <= limit))
    .map(({ setting, what, bytes, limit }) => {
      const got = `${printable(settings[setting])}, which takes ${gib(bytes)}`
      return conflict(setting, `${what} that fits into ${gib(limit)}`, got)
    })
