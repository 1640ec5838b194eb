/** The parts of a task on a MuJoCo model: the model, and the rules for observations, rewards and ends. */
import type { Action, Info, Random, Spec } from '../../types.js'
import type { TimeLimit } from '../timeLimit.js'
import type { DataArray, MovableArray } from './arrays.js'
import type { Model, ModelText } from './model.js'
import type { Scene } from './types.js'

/** The result of one action. */
export interface TaskOutcome {
  readonly reward: number
  readonly terminated: boolean
  /** The task's own named figures. */
  readonly info: Info
}

/** A task in its scene. The functions keep no state between calls: everything that an episode depends on is in the scene, which snapshots hold. */
export interface TaskRules {
  /**
   * Writes the initial state of an episode to the scene, in place. Before the call the scene is at its initial positions, at rest, with
   * the model as it was compiled, or, if `kept`, as the episode before left it; after the call all other arrays are derived.
   */
  begin(random: Random, kept: boolean): void
  /** A new observation, shape `[spec.observation.size]`. */
  observe(): Float64Array
  /**
   * Computes the result of one action. `advance` applies it for `frameSkip` physics steps; rules read the state before the action
   * before they call it.
   */
  step(action: Action, advance: () => void): TaskOutcome
}

/**
 * A physics step derives all quantities from the state and then integrates the state, so that positions of bodies and sensors, which were
 * derived, are one physics step older than joint positions and velocities. What follows the last physics step of an action:
 * - `gymnasium`: nothing.
 * - `suite`, DeepMind's control suite: quantities that depend on positions and velocities alone are derived again, so that they belong to
 *   the state after the action. Forces, accelerations and their sensors stay those of the last physics step.
 */
export type Stepping = 'gymnasium' | 'suite'

/**
 * A control task on a MuJoCo model. `Read` names the arrays of the data that it reads beyond positions and velocities, `Moved` those of the
 * model that it moves.
 */
export interface MujocoTask<Read extends DataArray = never, Moved extends MovableArray = never> {
  /** Its action has as many numbers as the model has controls, and `stepSeconds` is that of `frameSkip` physics steps. */
  readonly spec: Spec
  readonly source: Model | ModelText
  /** Physics steps for one action. */
  readonly frameSkip: number
  /** What is derived again after the physics steps of an action. The default is 'gymnasium': nothing. */
  readonly stepping?: Stepping
  /** How the last step within the spec's `stepLimit` is marked. The default is 'truncated', after which a learner bootstraps. */
  readonly timeLimit?: TimeLimit
  /**
   * The model at the beginning of an episode that follows one which ended by its limit: 'compiled', or 'kept', as that episode left it, unless
   * `reset` gets a seed. The default is 'compiled'.
   */
  readonly afterLimit?: 'compiled' | 'kept'
  /** Every array of the data beyond positions and velocities that the rules read: the scene has them, and snapshots hold them. */
  readonly reads: readonly Read[]
  /** Every array of the model that the rules write to: the scene has them, and snapshots hold them. */
  readonly moves: readonly Moved[]
  /** Makes the task's rules in a scene. It is called once, when the task is opened, and looks names up. */
  rules(scene: Scene<Read, Moved>): TaskRules
}
