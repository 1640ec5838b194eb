import { type Observable, defer, map } from 'rxjs'
import { type Cell, cell } from '../src/cell.js'
import { atStep } from '../src/failure.js'
import { addFields } from '../src/streams/addFields.js'
import type { Observation, SampledAction, TimeStep, Vector } from '../src/types.js'

/** Options of `decide`. */
export interface DecideOptions {
  /** Holds the number of actions in the present episode; `cell(0)` at the beginning of a run, and by default of each subscription. */
  readonly cell?: Cell<number>
}

/**
 * Decides by a saved policy: passes each step that is not last on with the command for the world's own observation.
 *
 *     source       --a-----b-----t-----a-----b--|
 *     decide(act)  --a-----b-----t-----a-----b--|
 *     command        yes   yes   null  yes   yes
 *
 * `act` is `policy(await readPolicy(path))`, or any function from an observation, and the actions so far in the episode, to a command. It
 * stands alone between the world and `actuate`: the policy rescales observations and actions itself. The command is the `sampled.action` as
 * well.
 *
 * Memory: the number of actions in the episode, 0 again after each last and at each first step.
 * Numbers: the function's.
 * Fails: error notification when the function throws; the error for a number that is not finite names the step.
 */
export const decide =
  (act: (observation: Observation, actions: number) => Vector, options: DecideOptions = {}) =>
  <T extends TimeStep & { readonly sampled?: never; readonly command?: never }>(
    source: Observable<T>,
  ): Observable<T & { readonly sampled: SampledAction | null; readonly command: Vector | null }> =>
    defer(() => {
      const actions = options.cell ?? cell(0)
      return map((step: T) => {
        const count = step.kind === 'first' ? 0 : actions.value + 1
        actions.value = step.kind === 'last' ? 0 : count
        if (step.kind === 'last') return addFields(step, { sampled: null, command: null })
        try {
          const command = act(step.observation, count)
          return addFields(step, { sampled: { action: command }, command })
        } catch (error) {
          throw atStep(error, step.index)
        }
      })(source)
    })
