/** `rivulet tasks`: every task with its shapes and limits, and the default settings of its runs. */
import type { Command } from 'commander'
import { taskIds, taskSpec } from '../environments/tasks.js'
import type { Values } from '../edge/settings.js'
import type { Algorithm } from '../learners/algorithm.js'
import { algorithms } from '../runs/algorithms.js'
import { defaultsFor } from '../runs/config.js'
import type { Spec, VectorSpec } from '../types.js'
import { countText } from './numberText.js'
import { valueText } from './settingText.js'
import { table } from './table.js'

/** The bounds of all components; one pair if they are the same. */
const boundsOf = ({ low, high }: VectorSpec): string => {
  const pairs = new Set(Array.from(low, (bound, i) => `${bound} to ${high[i]}`))
  return [...pairs].join(', ')
}

const shapeOf = ({ name, observation, action, stepSeconds, stepLimit }: Spec): readonly string[] => [
  name,
  String(observation.size),
  String(action.size),
  boundsOf(action),
  `${stepSeconds} s`,
  stepLimit === Infinity ? 'none' : countText(stepLimit),
]

/** The settings of an algorithm that differ between tasks: a row for each task, a column for each setting; no lines if none differ. */
const settingsOf = (algorithm: Algorithm, specs: readonly Spec[]): readonly string[] => {
  const rows = specs.map((spec) => {
    const { actionRange, settings } = defaultsFor(spec, algorithm)
    const values: Values = { ...settings, actionRange }
    const { origin } = algorithm.defaultsFor(spec)
    return { task: spec.name, origin, textOf: (setting: string) => valueText(values[setting]) }
  })
  const varying = [...Object.keys(algorithm.fields), 'actionRange'].filter(
    (setting) => new Set(rows.map(({ textOf }) => textOf(setting))).size > 1,
  )
  if (varying.length === 0) return []
  const lines = rows.map(({ task, origin, textOf }) => [task, origin, ...varying.map(textOf)])
  return [
    `Settings of ${algorithm.name} that depend on the task, with their source:`,
    table([['Task', 'Source', ...varying], ...lines]),
  ]
}

/** Adds the description of `tasks` to a command. */
export const declareTasks = (command: Command): Command =>
  command.description("list the tasks: shapes, limits, and a run's default settings (the paper's, where it has some)")

/** What `rivulet tasks` prints. */
export const describeTasks = async (): Promise<string> => {
  const specs = await Promise.all(taskIds.map(taskSpec))
  return [
    table([['Task', 'Observation', 'Action', 'Bounds', 'Step', 'Steps an episode'], ...specs.map(shapeOf)]),
    ...algorithms.flatMap((algorithm) => settingsOf(algorithm, specs)),
    "Actions: clip cuts the policy's (-1, 1) off at the bounds, as the paper does; rescale stretches it.\n" +
      'All other settings are the same for all tasks: rivulet algorithms lists them.',
  ].join('\n\n')
}
