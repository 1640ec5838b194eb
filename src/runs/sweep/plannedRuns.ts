/** The runs of an experiment: tasks x algorithms x settings x seeds. */
import { createHash } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import { type Failure, printable } from '../../edge/decode.js'
import type { Values } from '../../edge/settings.js'
import { robotTaskFailures } from '../../environments/runTask.js'
import { type Algorithm, conflict } from '../../learners/algorithm.js'
import { algorithmNamed } from '../algorithms.js'
import { completeRun } from '../completeRun.js'
import { defaultEngine, type RunSettings } from '../config.js'
import { taskFileName } from '../runDirectory.js'
import type { WorldOptions } from '../specOfRun.js'
import { type AlgorithmEntry, type ExperimentFile, type Grid, settingCodecsOf } from './experimentFile.js'
import { searchConflicts, searchedNames, searchedSettings } from './search.js'

/** One run of an experiment. */
export interface PlannedRun {
  /** The name of its directory: task, algorithm, variant and seed. */
  readonly name: string
  /** Its task and algorithm with variant: runs of one kind differ in their seeds alone. */
  readonly kind: string
  /** The settings that the experiment gives it, by name; the others are the defaults of its task. */
  readonly written: Values
  /** All of its settings. */
  readonly settings: RunSettings
}

/** The settings of some runs, and what tells them from others. */
interface Variant {
  /** Empty for the one variant of an algorithm. */
  readonly label: string
  readonly settings: Values
}

/** The longest label; a longer one is shortened to a checksum. */
const LONGEST_LABEL = 80

const valueLabel = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(valueLabel).join('x')
  if (typeof value !== 'object' || value === null) return String(value).replaceAll(/[^\w.-]+/g, '_')
  return (
    Object.entries(value)
      .flatMap(([name, each]) => [name, valueLabel(each)])
      .join('-') || 'none'
  )
}

const shortLabel = (label: string): string =>
  label.length <= LONGEST_LABEL ? label : createHash('sha256').update(label).digest('hex').slice(0, 12)

/** Every combination of the values of a grid. The label has the settings with more than one value. */
const variantsOf = (grid: Grid): readonly Variant[] => {
  let variants: readonly Variant[] = [{ label: '', settings: {} }]
  for (const [name, values = []] of Object.entries(grid)) {
    variants = variants.flatMap(({ label, settings }) =>
      values.map((value) => ({
        label: values.length === 1 ? label : `${label}-${name}-${valueLabel(value)}`,
        settings: { ...settings, [name]: value },
      })),
    )
  }
  return variants.map(({ label, settings }) => ({ label: shortLabel(label), settings }))
}

const searched = (variants: readonly Variant[], algorithm: Algorithm, seeds: readonly number[]): readonly Variant[] =>
  seeds.flatMap((seed) =>
    variants.map(({ label, settings }) => ({
      label: `-h${seed}${label}`,
      settings: { ...settings, ...searchedSettings(algorithm, seed) },
    })),
  )

/** Refuses settings of all algorithms that this one does not have or take, and what a search would overwrite. */
const gridFailures = (algorithm: Algorithm, shared: Grid, whole: Grid, search: boolean): readonly Failure[] => {
  const codecs = settingCodecsOf(algorithm)
  const wrong = Object.entries(shared).flatMap(([name, values = []]) => {
    const path = `settings.${name}`
    if (!Object.hasOwn(codecs, name)) {
      return [
        conflict(
          path,
          `a setting of every algorithm of the experiment, but ${algorithm.name} has none`,
          printable(values[0]),
        ),
      ]
    }
    const refused = values.filter((value) => !codecs[name].is(value))
    return refused.map((value) =>
      conflict(path, `${codecs[name].name}, as ${algorithm.name} takes it`, printable(value)),
    )
  })
  const drawn = search ? searchedNames(algorithm).filter((name) => Object.hasOwn(whole, name)) : []
  return [
    ...wrong,
    ...drawn.map((name) =>
      conflict(`settings.${name}`, 'nothing beside search, which draws it', printable(whole[name])),
    ),
    ...(search ? searchConflicts(algorithm) : []),
  ]
}

const runsOfVariant = async (
  task: string,
  algorithm: Algorithm,
  named: string,
  { label, settings: { taskOptions, ...settings } }: Variant,
  { seeds, steps }: ExperimentFile,
  world: WorldOptions,
): Promise<E.Either<readonly Failure[], readonly PlannedRun[]>> => {
  const kind = `${task}-${named}${label}`
  const engine = String(settings['engine'] ?? defaultEngine(algorithm))
  const excess = Object.values(algorithm.engines).flatMap(({ options }) =>
    Object.keys(options).filter((name) => !Object.hasOwn(algorithm.engines[engine].options, name) && name in settings),
  )
  const unfit = [
    ...excess.map((name) => conflict(name, `nothing with the engine ${engine}`, printable(settings[name]))),
    ...(algorithm.engines[engine].optionConflicts?.(settings) ?? []),
  ]
  // What a run is refused for does not depend on its seed.
  const complete =
    unfit.length > 0
      ? E.left(unfit)
      : await completeRun({
          task,
          algorithm,
          engine,
          written: { ...settings, steps, seed: seeds[0] },
          // The codec of `taskOptions` takes records alone; the task's own codecs decode what is in it.
          taskOptions: (taskOptions ?? {}) as Values,
          ...world,
        })
  if (E.isLeft(complete)) return E.left(complete.left.map((each) => ({ ...each, path: `${kind}: ${each.path}` })))
  return E.right(
    seeds.map((seed) => ({
      name: `${taskFileName(task)}-${named}${label}-s${seed}`,
      kind,
      written: { ...settings, ...(taskOptions !== undefined && { taskOptions }) },
      settings: { ...complete.right.settings, seed },
    })),
  )
}

const runsOfEntry = async (
  { algorithm: id, name = id, settings: own = {} }: AlgorithmEntry,
  experiment: ExperimentFile,
  world: WorldOptions,
): Promise<E.Either<readonly Failure[], readonly PlannedRun[]>> => {
  const algorithm = algorithmNamed(id)
  const { tasks, settings: shared = {}, search } = experiment
  const whole: Grid = { ...shared, ...own }
  const failures = gridFailures(algorithm, shared, whole, search !== undefined)
  if (failures.length > 0) return E.left(failures)
  const grid = variantsOf(whole)
  const variants = search === undefined ? grid : searched(grid, algorithm, search.configurations)
  const runs: PlannedRun[] = []
  for (const task of tasks) {
    for (const variant of variants) {
      const some = await runsOfVariant(task, algorithm, name, variant, experiment, world)
      if (E.isLeft(some)) return some
      runs.push(...some.right)
    }
  }
  return E.right(runs)
}

/** Runs of one seed come before those of the next: what is there early on is the whole experiment with few seeds. */
const bySeed = (runs: readonly PlannedRun[], seeds: readonly number[]): readonly PlannedRun[] =>
  seeds.flatMap((seed) => runs.filter(({ settings }) => settings.seed === seed))

/**
 * Lists the runs of an experiment, seed by seed, with all of their settings. Environments in Python are opened for that, with `world.python`.
 *
 * Fails: a failure for tasks of robots, for settings that an algorithm does not have, that exclude each other or a task, or whose learner does not fit into
 * memory, and for two runs of one name.
 */
export const plannedRuns = async (
  experiment: ExperimentFile,
  world: WorldOptions = {},
): Promise<E.Either<readonly Failure[], readonly PlannedRun[]>> => {
  const refused = robotTaskFailures('tasks', experiment.tasks)
  if (refused.length > 0) return E.left(refused)
  const runs: PlannedRun[] = []
  for (const entry of experiment.algorithms) {
    const some = await runsOfEntry(entry, experiment, world)
    if (E.isLeft(some)) return some
    runs.push(...some.right)
  }
  const names = runs.map(({ name }) => name)
  const twice = new Set(names.filter((name, i) => names.indexOf(name) !== i))
  if (twice.size > 0) {
    return E.left([
      conflict('runs', 'names that differ; an algorithm takes a name of its own', `${[...twice][0]} twice`),
    ])
  }
  return E.right(bySeed(runs, experiment.seeds))
}
