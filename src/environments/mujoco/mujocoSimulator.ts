/** The simulator that all MuJoCo tasks share: a task is a model and what is seen, rewarded and ended there. */
import { NotFiniteError } from '../../failure.js'
import { checkAction, checkFinite } from '../../checks.js'
import { checkRestored, checkSnapshot } from '../../restored.js'
import type { Action, Random, SimulatorStart, Spec } from '../../types.js'
import { simulatorRandom, checkSimulatorRandom } from '../simulatorRandom.js'
import type { Model } from './mjcf.js'
import { openPhysics } from './physics.js'
import { squaredNorm } from './terms.js'
import type { MujocoSimulator } from './types.js'
import type { DataField, Fields } from './views.js'

/** What a task makes of one action. */
export interface Outcome {
  readonly reward: number
  readonly terminated: boolean
  /** The task's own named figures. */
  readonly info: Readonly<Record<string, number>>
}

/** A control task on a MuJoCo model. `Field` names the arrays that it reads beyond positions and velocities. */
export interface MujocoTask<Field extends DataField = never> {
  readonly spec: Spec
  readonly model: Model
  /** Physics steps for one action. */
  readonly frameSkip: number
  /** Every array beyond positions and velocities that the functions below read: snapshots keep them. */
  readonly derived: readonly Field[]
  /** Moves the model by random noise from its initial posture, in place, when an episode begins. */
  scatter(fields: Fields<Field>, random: Random): void
  /** A fresh observation, shape `[spec.observation.size]`. */
  observe(fields: Fields<Field>): Float64Array
  /** Judges one action. `advance` applies it for `frameSkip` physics steps; what was before is read before it is called. */
  step(fields: Fields<Field>, action: Action, advance: () => void): Outcome
}

/**
 * Opens a task.
 *
 * The task's reward is given the action as it came, and MuJoCo clips it to the motors' ranges. An episode is truncated at
 * the spec's limit. A last step does not bar further ones: they go on from there and say again that the episode is over.
 * `reset(seed)` takes the seed's stream of random numbers from there on, for later resets as well.
 *
 * Memory: a snapshot is plain data and covers physics, random numbers and the count of steps; restored, here or in another simulator
 * of the task, it continues bit for bit. Models live in memory that is not collected: `close()` frees it.
 *
 * Fails: RangeError for an action or posture of another size; NotFiniteError for an action, position, velocity, observation
 * or reward that is not finite; Error naming a warning of MuJoCo's, for a step before an episode began, and for any use after
 * `close()`. After a state that diverged, `reset`, `setState` and `restore` work as ever.
 */
export const mujocoSimulator = async <Field extends DataField>(
  task: MujocoTask<Field>,
  { random }: { readonly random: Random },
): Promise<MujocoSimulator> => {
  const { spec, frameSkip } = task
  const { name } = spec
  const physics = await openPhysics(name, task.model, task.derived)
  const source = simulatorRandom(random)
  let elapsed: number | null = null
  let action: Action = []
  const advance = (): void => physics.advance(action, frameSkip)

  const observe = (): Float64Array => {
    const observation = task.observe(physics.fields())
    checkFinite('observation', observation, spec.observation.names)
    return observation
  }
  const begin = (place: (fields: Fields<Field>) => void): SimulatorStart => {
    // No episode has begun where this fails on its way.
    elapsed = null
    physics.begin(place)
    const observation = observe()
    elapsed = 0
    return { observation, info: {} }
  }

  return {
    spec,
    reset: (seed) => {
      if (seed !== undefined) source.reseed(seed)
      return begin((initial) => task.scatter(initial, source.random()))
    },
    setState: (posture) => {
      physics.checkPosture(posture)
      return begin(({ qpos, qvel }) => {
        qpos.set(posture.qpos)
        qvel.set(posture.qvel)
      })
    },
    step: (given) => {
      const fields = physics.fields()
      if (elapsed === null) throw new Error(`${name}: expected reset() or setState() before the first step()`)
      checkAction(name, given, spec.action)
      // Every task's reward has the squared action in it: refused afterwards, it would have moved the model.
      const effort = squaredNorm(given)
      if (!Number.isFinite(effort)) throw new NotFiniteError('squared action', null, effort)
      action = given
      const { reward, terminated, info } = task.step(fields, action, advance)
      const observation = observe()
      if (!Number.isFinite(reward)) throw new NotFiniteError('reward', null, reward)
      elapsed += 1
      return { observation, reward, terminated, truncated: elapsed >= spec.stepLimit, info }
    },
    snapshot: () => ({ task: name, elapsed, physics: physics.snapshot(), random: source.snapshot() }),
    restore: (state) => {
      checkSnapshot(name, state)
      if (state.task !== name) throw new RangeError(`${name}: expected a snapshot of its own, got one of ${state.task}`)
      const isCount = state.elapsed === null || (Number.isSafeInteger(state.elapsed) && state.elapsed >= 0)
      checkRestored({ owner: name, field: 'elapsed' }, state.elapsed, 'null or an integer from 0 up', isCount)
      checkSimulatorRandom(name, state.random)
      physics.restore(state.physics)
      source.restore(state.random)
      elapsed = state.elapsed
    },
    close: physics.close,
  }
}
