/** `rivulet tasks`: every task with its shapes and limits, and the settings that a run of it has by default. */
import type { Command } from 'commander'
import { type TaskId, taskIds, taskSpec } from '../environments/tasks.js'
import { hasPublishedSettings } from '../learners/avg/publishedSettings.js'
import { defaultsFor } from '../runs/config.js'
import type { Spec, VectorSpec } from '../types.js'
import { count, setting } from './numberText.js'
import { table } from './table.js'

/** Bounds in one pair where all components share them. */
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
  stepLimit === Infinity ? 'none' : count(stepLimit),
]

const settingsOf = (name: TaskId): readonly string[] => {
  const { actionRange, settings } = defaultsFor(name)
  return [
    name,
    hasPublishedSettings(name) ? 'the paper' : 'Rivulet',
    settings.hidden.join(','),
    setting(settings.actorStepSize),
    setting(settings.criticStepSize),
    setting(settings.entropyCoefficient),
    setting(settings.discount),
    setting(settings.adamBeta1),
    actionRange,
  ]
}

/** Gives a command the description of `tasks`. */
export const declareTasks = (command: Command): Command =>
  command.description(
    "list the tasks: shapes, limits, and a run's settings by default (the paper's, where it has some)",
  )

/** What `rivulet tasks` prints. */
export const describeTasks = async (): Promise<string> => {
  const specs = await Promise.all(taskIds.map(taskSpec))
  return `${table([['Task', 'Observation', 'Action', 'Bounds', 'Step', 'Steps an episode'], ...specs.map(shapeOf)])}

Default settings of AVG by task, with their source:

${table([
  ['Task', 'Source', 'Hidden', 'Actor step', 'Critic step', 'Entropy', 'Discount', 'Beta1', 'Actions'],
  ...taskIds.map(settingsOf),
])}

Actions: clip cuts the policy's (-1, 1) off at the bounds, as the paper does; rescale stretches it.
Each setting has an option: see rivulet train --help.
`
}
