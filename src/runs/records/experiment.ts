/** Runs of one experiment, in groups that differ in their seeds alone. */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { groupBy } from 'fp-ts/lib/NonEmptyArray.js'
import type { Failure } from '../../edge/decode.js'
import { escaped } from '../../edge/escaped.js'
import { pick, type Values } from '../../edge/settings.js'
import { taskIds } from '../../environments/tasks.js'
import { seeded } from '../../random.js'
import type { Random } from '../../types.js'
import { algorithmNames } from '../algorithms.js'
import type { RecordedRun } from './recordedRun.js'

/** Runs of one algorithm with the same settings, on some tasks. */
export interface Group {
  /** Differs between groups. */
  readonly key: string
  readonly algorithm: string
  /** The settings in which it differs from other groups of the algorithm, by name; empty if the algorithm has no other group. */
  readonly differing: Values
  /** Its runs by task, sorted by seed; only tasks that it has runs of. */
  readonly runs: Readonly<Partial<Record<string, readonly RecordedRun[]>>>
}

/** Runs with at least one finished episode, grouped. */
export interface Experiment {
  /** In the order of `rivulet tasks`. */
  readonly tasks: readonly string[]
  /** In the order of `rivulet algorithms`, and those of one algorithm by the values of their settings. */
  readonly groups: readonly Group[]
  /** Runs in which no episode has ended: they are in no group. */
  readonly unfinished: readonly RecordedRun[]
}

const distinct = (values: readonly unknown[]): number =>
  new Set(values.filter((value) => value !== undefined).map((value) => JSON.stringify(value))).size

/** The settings that have two values among runs of one task. A default that depends on the task makes no difference. */
const differingNames = (runs: readonly RecordedRun[]): readonly string[] => {
  const names = new Set(runs.flatMap(({ config }) => Object.keys(config.settings)))
  const byTask = Object.values(groupBy(({ config }: RecordedRun) => config.task)([...runs]))
  return [...names].filter((name) =>
    byTask.some((some) => distinct(some.map(({ config }) => config.settings[name])) > 1),
  )
}

const compared = (one: unknown, other: unknown): number => {
  if (typeof one === 'number' && typeof other === 'number') return one - other
  const [first, second] = [JSON.stringify(one) ?? '', JSON.stringify(other) ?? '']
  return first < second ? -1 : first > second ? 1 : 0
}

const comparedGroups = (one: Group, other: Group): number => {
  const places = [one, other].map(({ algorithm }) => algorithmNames.indexOf(algorithm))
  if (places[0] !== places[1]) return places[0] - places[1]
  for (const name of Object.keys(one.differing)) {
    const order = compared(one.differing[name], other.differing[name])
    if (order !== 0) return order
  }
  return 0
}

/** Refuses a seed that two runs of a group have on one task: they are one run, and would count as two. */
const seedFailures = ({ algorithm, runs }: Group): readonly Failure[] =>
  Object.entries(runs).flatMap(([task, some = []]) =>
    some.slice(1).flatMap(({ path, config: { seed } }, before) =>
      some[before].config.seed === seed
        ? [
            {
              path,
              expected: `a seed that no other run of ${algorithm} on ${task} with the same settings has`,
              got: `${seed}, as in ${escaped(some[before].path)}`,
              nearest: null,
            },
          ]
        : [],
    ),
  )

const groupsOf = (algorithm: string, runs: readonly RecordedRun[]): readonly Group[] => {
  const names = Object.fromEntries(differingNames(runs).map((name) => [name, null]))
  const ordered = runs.toSorted((one, other) => one.config.seed - other.config.seed)
  const byKey = groupBy(({ config }: RecordedRun) => JSON.stringify(pick(config.settings, names)))(ordered)
  return Object.values(byKey).map((some) => {
    const differing = pick(some[0].config.settings, names)
    const byTask = groupBy(({ config }: RecordedRun) => config.task)(some)
    return { key: JSON.stringify([algorithm, differing]), algorithm, differing, runs: byTask }
  })
}

/**
 * Groups runs by their algorithm and, if some of its runs of one task have different settings, by these settings.
 *
 * Fails: a failure for each run whose seed another run of its group and task has, and if no run has a finished episode.
 */
export const experimentOf = (runs: readonly RecordedRun[]): Either<readonly Failure[], Experiment> => {
  const [unfinished, some] = [runs.filter(isEmpty), runs.filter((run) => !isEmpty(run))]
  if (some.length === 0) {
    const path = runs.length === 1 ? runs[0].path : 'runs'
    return left([{ path, expected: 'an episode that ended', got: 'none', nearest: null }])
  }
  const byAlgorithm = Object.entries(groupBy(({ config }: RecordedRun) => config.algorithm)(some))
  const groups = byAlgorithm.flatMap(([algorithm, own]) => groupsOf(algorithm, own)).toSorted(comparedGroups)
  const failures = groups.flatMap(seedFailures)
  if (failures.length > 0) return left(failures)
  const present = new Set(groups.flatMap(({ runs: own }) => Object.keys(own)))
  const known: readonly string[] = taskIds
  const tasks = [
    ...known.filter((task) => present.has(task)),
    ...[...present].filter((task) => !known.includes(task)).toSorted(),
  ]
  return right({ tasks, groups, unfinished })
}

const isEmpty = ({ episodes }: RecordedRun): boolean => episodes.length === 0

/**
 * The steps that a run came to: all of its steps if an episode ended in the last tenth of them, since the last episode of a run is seldom
 * at its end; else the step at which its last episode ended.
 */
export const stepsReached = ({ config: { steps }, episodes }: RecordedRun): number => {
  const { step } = episodes[episodes.length - 1]
  return 10 * step >= 9 * steps ? steps : step
}

/**
 * Random numbers for the intervals of a group's runs of one task. Their stream is named after the settings of the runs, so that an interval
 * stays as it is when runs of other groups and tasks are added.
 */
export const randomOf = (purpose: string, task: string, { algorithm, runs }: Group): Random =>
  seeded(1)(JSON.stringify([purpose, task, algorithm, runs[task]?.[0].config.settings]))
