/** The simulator that all MuJoCo tasks share. */
import { NotFiniteError } from '../../failure.js'
import { checkAction, checkFinite, checkSize } from '../../checks.js'
import { checkRandom } from '../../random.js'
import { checkRestored, checkSnapshot } from '../../restored.js'
import type { Action, Random, SimulatorStart } from '../../types.js'
import { simulatorRandom, checkSimulatorRandom } from '../simulatorRandom.js'
import { endsOf } from '../timeLimit.js'
import type { DataArray, MovableArray } from './arrays.js'
import { type Physics, openPhysics } from './physics.js'
import type { MujocoTask, TaskRules } from './task.js'
import { squaredNorm } from './terms.js'
import type { MujocoSimulator } from './types.js'

/** Refuses a task whose spec is not that of its model. */
const checkSpec = (
  { spec: { name, action, stepSeconds }, frameSkip }: Pick<MujocoTask, 'spec' | 'frameSkip'>,
  { controls, timestep }: Pick<Physics<never, never>, 'controls' | 'timestep'>,
): void => {
  if (action.size !== controls) {
    throw new RangeError(
      `${name}: spec.action: expected size ${controls}, as the model has controls, got ${action.size}`,
    )
  }
  const seconds = timestep * frameSkip
  if (!(Math.abs(stepSeconds - seconds) <= 1e-9 * seconds)) {
    throw new RangeError(
      `${name}: spec.stepSeconds: expected ${seconds}, for ${frameSkip} physics steps of ${timestep} s, got ${stepSeconds}`,
    )
  }
}

/** The rules of a task in its scene; if they cannot be made, closes the physics. */
const rulesOf = <Read extends DataArray, Moved extends MovableArray>(
  task: MujocoTask<Read, Moved>,
  physics: Physics<Read, Moved>,
): TaskRules => {
  try {
    checkSpec(task, physics)
    return task.rules(physics.scene)
  } catch (error) {
    physics.close()
    throw error
  }
}

/**
 * Opens a task.
 *
 * The task's reward uses the action as it was passed in, and MuJoCo clips it to the motors' ranges. An episode is truncated at the
 * spec's limit, or terminated if the task says so. Steps after a last step are allowed: they continue from there and are marked as the end again. `reset(seed)` switches
 * to the seed's stream of random numbers, for later resets as well.
 *
 * Memory: a snapshot is plain data and covers physics, the arrays that the task reads and moves, random numbers and the count of steps;
 * restored, here or in another simulator of the task, it continues bit for bit. The memory of models is not garbage-collected:
 * `close()` frees it.
 *
 * Fails: rejects with MuJoCo's message for a model that does not compile, with a RangeError for a spec whose action or `stepSeconds`
 * are not the model's, with a TypeError without a `random`, and with what the task's `rules` throw. RangeError for an action,
 * observation or state of another size; NotFiniteError for an action, position, velocity, observation or reward that is not finite;
 * Error naming a warning of MuJoCo's, for a step before an episode began, and for any use after `close()`. After a state that diverged,
 * `reset`, `setState` and `restore` still work.
 */
export const mujocoSimulator = async <Read extends DataArray = never, Moved extends MovableArray = never>(
  task: MujocoTask<Read, Moved>,
  options: { readonly random: Random },
): Promise<MujocoSimulator> => {
  const { spec, frameSkip, stepping = 'gymnasium', timeLimit = 'truncated', source, reads, moves } = task
  const keepsModel = task.afterLimit === 'kept'
  checkRandom('mujocoSimulator', 'random', (options as typeof options | undefined)?.random, 'environment')
  const { name } = spec
  const physics = await openPhysics({ name, source, stepping, reads, moves })
  const rules = rulesOf(task, physics)
  const stream = simulatorRandom(options.random)
  let elapsed: number | null = null
  /** Whether the last step ended its episode by the limit. */
  let limited = false
  let action: Action = []
  const advance = (): void => physics.advance(action, frameSkip)

  const observe = (): Float64Array => {
    const observation = rules.observe()
    checkSize(name, 'observation', observation, spec.observation.size)
    checkFinite('observation', observation, spec.observation.names)
    return observation
  }
  const begin = (place: () => void, keepModel = false): SimulatorStart => {
    // If this fails, no episode has begun.
    elapsed = null
    limited = false
    physics.begin(place, keepModel)
    const observation = observe()
    elapsed = 0
    return { observation, info: {} }
  }

  return {
    spec,
    reset: (seed) => {
      if (seed !== undefined) stream.reseed(seed)
      const kept = keepsModel && limited && seed === undefined
      return begin(() => rules.begin(stream.random(), kept), kept)
    },
    setState: (state) => {
      physics.checkState(state)
      return begin(() => physics.setState(state))
    },
    step: (given) => {
      physics.requireOpen()
      if (elapsed === null) throw new Error(`${name}: expected reset() or setState() before the first step()`)
      checkAction(name, given, spec.action)
      // Most rewards contain the squared action. It is checked before the model moves.
      const effort = squaredNorm(given)
      if (!Number.isFinite(effort)) throw new NotFiniteError('squared action', null, effort)
      action = given
      const { reward, terminated, info } = rules.step(action, advance)
      const observation = observe()
      if (!Number.isFinite(reward)) throw new NotFiniteError('reward', null, reward)
      elapsed += 1
      const isLast = elapsed >= spec.stepLimit
      limited = isLast && !terminated
      // Without the spread of an object, which costs a tenth of a step of the smallest models.
      const ends = endsOf(timeLimit, terminated, isLast)
      return { observation, reward, terminated: ends.terminated, truncated: ends.truncated, info }
    },
    snapshot: () => ({
      task: name,
      elapsed,
      ...(keepsModel && { limited }),
      physics: physics.snapshot(),
      random: stream.snapshot(),
    }),
    restore: (state) => {
      checkSnapshot(name, state)
      if (state.task !== name) throw new RangeError(`${name}: expected a snapshot of its own, got one of ${state.task}`)
      const isCount = state.elapsed === null || (Number.isSafeInteger(state.elapsed) && state.elapsed >= 0)
      checkRestored({ owner: name, field: 'elapsed' }, state.elapsed, 'null or an integer from 0 up', isCount)
      checkRestored(
        { owner: name, field: 'limited' },
        state.limited,
        keepsModel ? 'true or false' : 'nothing',
        typeof state.limited === (keepsModel ? 'boolean' : 'undefined'),
      )
      checkSimulatorRandom(name, state.random)
      physics.restore(state.physics)
      stream.restore(state.random)
      elapsed = state.elapsed
      limited = state.limited ?? false
    },
    visible: physics.visible,
    close: physics.close,
  }
}
