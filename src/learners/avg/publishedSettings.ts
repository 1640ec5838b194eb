/** The published step sizes and coefficients of AVG, and the defaults for other tasks. */
import { distance } from 'fastest-levenshtein'
import { nearestName } from '../../edge/decode.js'
import { type ValuesOf, defaultsOf } from '../../edge/settings.js'
import { avgHyperparameterFields } from './avgFields.js'

/** The numbers of AVG that change from task to task; `avg` takes them together with its random number generators. */
export type AvgHyperparameters = ValuesOf<typeof avgHyperparameterFields>

const hopperAndWalker: AvgHyperparameters = {
  hidden: [256, 256],
  actorStepSize: 1.1e-5,
  criticStepSize: 7.7e-5,
  entropyCoefficient: 0.3,
  discount: 0.99,
  adamBeta1: 0,
}
const antCheetahAndHumanoid: AvgHyperparameters = {
  hidden: [256, 256],
  actorStepSize: 6.3e-3,
  criticStepSize: 8.7e-3,
  entropyCoefficient: 0.07,
  discount: 0.99,
  adamBeta1: 0,
}
const suiteReacher: AvgHyperparameters = {
  hidden: [256, 256],
  actorStepSize: 3e-6,
  criticStepSize: 4.9e-3,
  entropyCoefficient: 0.05,
  discount: 0.97,
  adamBeta1: 0,
}
const suiteFinger: AvgHyperparameters = {
  hidden: [256, 256],
  actorStepSize: 3.8e-4,
  criticStepSize: 8.7e-5,
  entropyCoefficient: 0.006,
  discount: 0.95,
  adamBeta1: 0.9,
}

/** Vasan et al. 2024, best settings of the random search, by task. Version 5 of a task has those of version 4: the robot is the same. */
const published: ReadonlyMap<string, AvgHyperparameters> = new Map([
  ['Hopper-v4', hopperAndWalker],
  ['Walker2d-v4', hopperAndWalker],
  ['Ant-v4', antCheetahAndHumanoid],
  ['HalfCheetah-v4', antCheetahAndHumanoid],
  ['Humanoid-v4', antCheetahAndHumanoid],
  ['dm_control/reacher-hard', suiteReacher],
  ['dm_control/finger-spin', suiteFinger],
])

/**
 * The settings of tasks without settings in the paper: the defaults of the fields. They are ours, chosen on Pendulum-v1, which they
 * solve.
 */
export const defaultHyperparameters: AvgHyperparameters = defaultsOf(avgHyperparameterFields)

const publishedFor = (task: string): AvgHyperparameters | undefined => published.get(task.replace(/-v5$/, '-v4'))

/** Whether the paper has settings for this task, or for its version 4 if this is version 5. */
export const hasPublishedSettings = (task: string): boolean => publishedFor(task) !== undefined

/**
 * The paper's AVG settings for a task (Vasan et al. 2024; the authors' published table).
 *
 * Fails: RangeError naming the nearest task with settings.
 */
export const publishedSettings = (task: string): AvgHyperparameters => {
  const found = publishedFor(task)
  if (found !== undefined) return found
  const nearest = nearestName(task, [...published.keys()])
  throw new RangeError(
    `publishedSettings: expected a task that AVG was published on (${[...published.keys()].join(', ')}), got '${task}'` +
      (nearest === null ? '' : `; nearest: ${nearest}`),
  )
}

const version = /-v\d+$/

/**
 * The published task that a name most likely means: with or without its version, at most one letter in four differs. Names of the control suite
 * mean themselves: `dm_control/reacher-easy` is a task as well.
 */
const misspelled = (task: string): string | undefined => {
  const wanted = task.toLowerCase()
  const gymnasium = [...published.keys()].filter((name) => !name.includes('/'))
  return gymnasium.find((name) => {
    const known = name.toLowerCase()
    const changed = Math.min(distance(wanted, known), distance(wanted, known.replace(version, '')))
    return changed <= Math.floor(wanted.length / 4)
  })
}

/**
 * The paper's settings where it has some, else `defaultHyperparameters`, also for tasks of your own.
 *
 * Fails: RangeError for a name that is nearly one of the paper's tasks, which it names.
 */
export const hyperparametersFor = (task: string): AvgHyperparameters => {
  const found = publishedFor(task)
  if (found !== undefined) return found
  const meant = misspelled(task)
  if (meant === undefined) return defaultHyperparameters
  throw new RangeError(
    `hyperparametersFor: '${task}' has no published settings; nearest: ${meant}. ` +
      `Write that, or defaultHyperparameters for a task of your own with this name`,
  )
}
