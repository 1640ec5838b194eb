/** What a task on a MuJoCo model is: the model, and what is seen, rewarded and ended there. */
import type { Action, Info, Random, Spec } from '../../types.js'
import type { DataArray, MovableArray } from './arrays.js'
import type { ModelText, Model } from './mjcf.js'
import type { Scene } from './types.js'

/** What a task makes of one action. */
export interface TaskOutcome {
  readonly reward: number
  readonly terminated: boolean
  /** The task's own named figures. */
  readonly info: Info
}

/** A task in its scene. The functions keep nothing between calls: what an episode depends on is in the scene, which snapshots hold. */
export interface TaskRules {
  /**
   * Moves the scene to where an episode begins, in place. Before the call it is at its initial positions, at rest, with the model as it was
   * compiled; after it all is derived.
   */
  begin(random: Random): void
  /** A new observation, shape `[spec.observation.size]`. */
  observe(): Float64Array
  /** Judges one action. `advance` applies it for `frameSkip` physics steps; what was before is read before it is called. */
  step(action: Action, advance: () => void): TaskOutcome
}

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
  /** Every array of the data beyond positions and velocities that the rules use: the scene has them, and snapshots keep them. */
  readonly reads: readonly Read[]
  /** Every array of the model that the rules write to: the scene has them, and snapshots keep them. */
  readonly moves: readonly Moved[]
  /** The task's rules in a scene. Called once, when the task is opened, so that this is where names are looked up. */
  rules(scene: Scene<Read, Moved>): TaskRules
}
