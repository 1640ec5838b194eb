import { type Observable, defer, tap } from 'rxjs'
import { outOfBoundsLine, outOfBounds, unusedRangeLine } from '../src/actionBounds.js'
import { atStep, DriverError } from '../src/failure.js'
import { checkFinite } from '../src/checks.js'
import type { ActionBounds, Driver, SampledAction, TimeStep, Vector } from '../src/types.js'
import { warn } from '../src/warn.js'
import { halt } from './halt.js'

/** A step with the policy's decision and, where an operator added one, a command in the world's own units. */
export type Decided = TimeStep & {
  readonly sampled: SampledAction | null
  readonly command?: Vector | null
  readonly actionBounds?: ActionBounds
}

/**
 * Answers each step, with its command or with the beginning of a new episode, and passes it on.
 *
 *     source   --a----b----t------a----b--|
 *     world      act  act  begin  act  act
 *     actuate  --a----b----t------a----b--|
 *
 * `actuate` sends the `command` of a step that has one, else its `sampled.action`. It answers a last step with the beginning of a new
 * episode, whether the world or an operator marked the step as last. The world gets the answer before the step is passed on, so that
 * `update` may stand below.
 *
 * A command outside the bounds of `world.spec.action` is sent as it is, since some worlds clip it themselves; for the first one
 * `actuate` prints a warning on standard error, with the component's name. It prints another warning at the first decision, if the
 * policy's own actions are sent and leave a part of the bounds unused: a policy from -1 to 1 in a world that takes -2 to 2 needs
 * `rescaleAction`.
 *
 * Memory: whether each of the two warnings was printed in this subscription. No cell holds this: no value depends on it, and a run that
 * is resumed in another process prints the warnings there.
 * Fails: error notification naming the step, for a command of the wrong size or with a component that is not finite, for a step that is
 * not last and has no action, and for every error that the world throws. On these, and on an error from above, `actuate` stops the
 * world before it passes the error on.
 */
export const actuate =
  (world: Pick<Driver, 'spec' | 'act' | 'begin' | 'stop'>) =>
  <T extends Decided>(source: Observable<T>): Observable<T> => {
    const { name, action } = world.spec
    const { size, names } = action
    const indexOutOfBounds = outOfBounds(action)
    return defer(() => {
      let [warnedOfBounds, checkedRange] = [false, false]
      const checkRange = ({ command, actionBounds }: T): void => {
        checkedRange = true
        // An operator that adds a command has chosen its range.
        const line = actionBounds === undefined || command ? null : unusedRangeLine('actuate', actionBounds, action)
        if (line !== null) warn(line)
      }
      const answer = (step: T): void => {
        if (step.kind === 'last') return world.begin(step.index)
        const { index, sampled } = step
        // TypeScript refuses this; JavaScript does not.
        if (sampled === undefined)
          throw new TypeError('actuate: the step has no action; put sampleAction(learner) above actuate')
        if (sampled === null) throw new DriverError(`actuate: step ${index} is not last, but has no action`)
        const command = step.command ?? sampled.action
        if (command.length !== size) {
          throw new DriverError(
            `actuate: step ${index}: the command has ${command.length} components, expected ${size}`,
          )
        }
        try {
          checkFinite('command', command, names)
        } catch (error) {
          throw atStep(error, index)
        }
        if (!checkedRange) checkRange(step)
        if (!warnedOfBounds) {
          const i = indexOutOfBounds(command)
          warnedOfBounds = i >= 0
          if (warnedOfBounds) warn(outOfBoundsLine('actuate', index, name, action, i, command[i]))
        }
        world.act(command, index, sampled)
      }
      return halt(world)(tap<T>(answer)(source))
    })
  }
