/** The settings, runs, versions and machines of a report. */
import { groupBy } from 'fp-ts/lib/NonEmptyArray.js'
import type { SettingFields } from '../../edge/settings.js'
import { algorithmNamed } from '../../runs/algorithms.js'
import { type Experiment, type Group, stepsReached } from '../../runs/records/experiment.js'
import { finalReturn } from '../../runs/records/finalReturns.js'
import type { RecordedRun } from '../../runs/records/recordedRun.js'
import { pipelineFields } from '../../runs/runFields.js'
import { countText, durationText } from '../numberText.js'
import type { Drawn } from '../pictures/drawnGroups.js'
import { element, escapedXml } from '../pictures/svg.js'
import { valueText } from '../settingText.js'
import { type Cell, section, table } from './html.js'
import { returnText } from './returnsSection.js'

type Names = ReadonlyMap<string, Drawn>

/** The runs of one group on one task. */
interface Cohort {
  readonly group: Group
  readonly task: string
  readonly runs: readonly RecordedRun[]
}

const cohortsOf = ({ tasks, groups }: Experiment): readonly Cohort[] =>
  groups.flatMap((group) =>
    tasks.flatMap((task) => {
      const runs = group.runs[task]
      return runs === undefined ? [] : [{ group, task, runs }]
    }),
  )

const labelIn = (drawn: Names, { key, algorithm }: Group): string => drawn.get(key)?.label ?? algorithm

/** What a setting is, in the words of the command's help. */
const aboutOf = (algorithm: string): ((name: string) => string) => {
  const { fields, engines } = algorithmNamed(algorithm)
  const all: SettingFields = Object.assign(
    {},
    ...Object.values(engines).map(({ options }) => options),
    pipelineFields,
    fields,
  )
  const others: Readonly<Record<string, string>> = { engine: 'what computes', weights: 'the initial weights' }
  return (name) => all[name]?.about ?? others[name] ?? ''
}

/** The settings of one algorithm: those that are the same in all of its runs, and those that are not, by group and task. */
const settingsOf = (algorithm: string, cohorts: readonly Cohort[], drawn: Names): string => {
  const settings = cohorts.map(({ runs }) => runs[0].config.settings)
  const names = [...new Set(settings.flatMap((each) => Object.keys(each)))]
  const varies = (name: string): boolean => new Set(settings.map((each) => JSON.stringify(each[name]))).size > 1
  const about = aboutOf(algorithm)
  const [different, same] = [names.filter(varies), names.filter((name) => !varies(name))]
  const written = (value: unknown): string => (value === undefined ? '' : valueText(value))
  return [
    element('h3', {}, escapedXml(algorithm)),
    different.length === 0
      ? ''
      : table(
          ['Group', 'Task', ...different],
          cohorts.map(({ group, task }, i) => [
            labelIn(drawn, group),
            task,
            ...different.map((name): Cell => ({ number: written(settings[i][name]) })),
          ]),
        ),
    table(
      [different.length === 0 ? 'Setting' : 'The same in all runs', 'Value', 'Meaning'],
      same.map((name) => [name, written(settings[0][name]), about(name)]),
    ),
  ].join('')
}

/** The section of settings. */
export const settingsSection = (experiment: Experiment, drawn: Names): string => {
  const byAlgorithm = groupBy(({ group }: Cohort) => group.algorithm)([...cohortsOf(experiment)])
  return section(
    'settings',
    'Settings',
    ...Object.entries(byAlgorithm).map(([algorithm, cohorts]) => settingsOf(algorithm, cohorts, drawn)),
  )
}

const runRow = ({ path, config, episodes }: RecordedRun, label: string): readonly Cell[] => {
  const { step, seconds } = episodes[episodes.length - 1]
  const reached = stepsReached({ path, config, episodes })
  return [
    label,
    config.task,
    { number: String(config.seed) },
    { number: reached === config.steps ? countText(reached) : `${countText(reached)} of ${countText(config.steps)}` },
    { number: countText(episodes.length) },
    { number: returnText(finalReturn(episodes, reached) ?? NaN) },
    { number: durationText(seconds) },
    { number: seconds > 0 ? countText(step / seconds) : '' },
    path,
  ]
}

/** The section of single runs. */
export const runsSection = (experiment: Experiment, drawn: Names): string =>
  section(
    'runs',
    'Runs',
    table(
      ['Group', 'Task', 'Seed', 'Steps', 'Episodes', 'Final return', 'Time', 'Steps per second', 'Directory'],
      cohortsOf(experiment).flatMap(({ group, runs }) => runs.map((run) => runRow(run, labelIn(drawn, group)))),
    ),
  )

/** The section of the versions and machines that the runs record. */
export const machinesSection = (experiment: Experiment): string => {
  const runs = cohortsOf(experiment).flatMap((cohort) => cohort.runs)
  const named = runs.map(({ config: { provenance } }) => {
    const { versions = {}, ...machine } = provenance
    return { ...versions, ...machine } as Readonly<Record<string, string | undefined>>
  })
  const names = [...new Set(named.flatMap((each) => Object.keys(each)))]
  const kinds = groupBy((each: Readonly<Record<string, string | undefined>>) =>
    JSON.stringify(names.map((name) => each[name] ?? null)),
  )(named)
  return section(
    'machines',
    'Versions and machines',
    table(
      [...names, 'runs'],
      Object.values(kinds).map((some): readonly Cell[] => [
        ...names.map((name) => some[0][name] ?? 'not recorded'),
        { number: countText(some.length) },
      ]),
    ),
  )
}
