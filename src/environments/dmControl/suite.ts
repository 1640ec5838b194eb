/** What all tasks of DeepMind's control suite share: their pace, their ends and their options. */
import { yesOrNo } from '../../edge/codecs.js'
import { field, type ValuesOf } from '../../edge/settings.js'
import type { Action, Info, Random } from '../../types.js'
import { type Component, components } from '../components.js'
import type { DataArray, MovableArray } from '../mujoco/arrays.js'
import type { Model } from '../mujoco/model.js'
import type { MujocoTask } from '../mujoco/task.js'
import type { Scene } from '../mujoco/types.js'
import { timeLimitField } from '../timeLimit.js'
import { tolerance } from './tolerance.js'

const origin = 'DeepMind control suite'

/** Options of every task of the suite. */
export const suiteFields = {
  /** How the last of the 1000 steps is marked. The default is 'truncated', as in the suite; the AVG authors' program has 'terminated'. */
  timeLimit: { ...timeLimitField('truncated'), origin },
}

/** Options of the tasks that have a minimum-time variant. */
export const minimumTimeFields = {
  ...suiteFields,
  /**
   * Whether each step costs 1 until the first that the suite rewards, which ends the episode. After an episode that ended by its limit the
   * target stays. The default is no.
   */
  minimumTime: field(yesOrNo, {
    default: false,
    about:
      'reward each step with -1, terminate at the first step that the suite rewards, and keep the target after a limit, as Vasan et al. do',
    origin,
  }),
}

/** Values of these options; `minimumTime` is false where a task has no such variant. */
export type SuiteOptions = ValuesOf<typeof suiteFields> & Partial<ValuesOf<typeof minimumTimeFields>>

/** The rules of a task of the suite, in its scene: its reward depends on the state after an action and on the action. */
export interface SuiteRules {
  begin(random: Random, kept: boolean): void
  observe(): Float64Array
  reward(action: Action): number
}

/** The parts in which tasks of the suite differ. */
export interface SuiteTask<Read extends DataArray, Moved extends MovableArray> {
  /** Domain and task, such as `reacher-hard`. */
  readonly name: string
  readonly observation: readonly Component[]
  readonly action: readonly Component[]
  readonly source: Model
  /** Physics steps for one action. */
  readonly substeps: number
  readonly reads: readonly Read[]
  readonly moves: readonly Moved[]
  rules(scene: Scene<Read, Moved>): SuiteRules
}

const noInfo: Info = {}

/** A task of the suite: 1000 actions, in the suite's order of physics steps; it never ends before. */
export const suiteTask = <Read extends DataArray = never, Moved extends MovableArray = never>(
  { name, observation, action, source, substeps, reads, moves, rules }: SuiteTask<Read, Moved>,
  { timeLimit, minimumTime = false }: SuiteOptions,
): MujocoTask<Read, Moved> => ({
  spec: {
    name: `dm_control/${name}`,
    observation: components(observation),
    action: components(action),
    stepSeconds: source.timestep * substeps,
    stepLimit: 1000,
  },
  source,
  frameSkip: substeps,
  stepping: 'suite',
  timeLimit,
  afterLimit: minimumTime ? 'kept' : 'compiled',
  reads,
  moves,
  rules: (scene) => {
    const { begin, observe, reward } = rules(scene)
    return {
      begin,
      observe,
      step: (taken, advance) => {
        advance()
        const earned = reward(taken)
        return minimumTime
          ? { reward: -1, terminated: earned !== 0, info: noInfo }
          : { reward: earned, terminated: false, info: noInfo }
      },
    }
  },
})

/** A component of an action of a motor, from -1 to 1. */
export const motor = (name: string): Component => [name, '1', -1, 1]

const effort = tolerance({ margin: 1, sigmoid: 'quadratic', valueAtMargin: 0 })

/** 1 for an action of zeros, and 0.8 where every component is 1 or more. */
export const smallControl = (action: Action): number => {
  let sum = 0
  for (let i = 0; i < action.length; i++) sum += effort(action[i])
  return (4 + sum / action.length) / 5
}
