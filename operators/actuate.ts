import { type Observable, defer, tap } from 'rxjs'
import { outOfBoundsLine, outOfBounds, unusedRangeLine } from '../src/actionBounds.js'
import { atStep, DriverError } from '../src/failure.js'
import { checkFinite } from '../src/checks.js'
import type { ActionBounds, Driver, SampledAction, TimeStep, Vector } from '../src/types.js'
import { warn } from '../src/warn.js'
import { halt } from './halt.js'

/** A step that was decided upon, and maybe given a command in the world's own units. */
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
 * Sent is the `command` of a step that has one, else its `sampled.action`; a record that is last begins a new episode,
 * whether the world or an operator marked it. The world has its answer before the step goes on, so that `update` may follow.
 *
 * A command outside the bounds of `world.spec.action` is sent as it is, since some worlds clip it themselves; the first one
 * is warned of on standard error, with the component's name. So is, at the first decision, a policy whose own actions are
 * sent although they leave a part of the bounds unused: a policy from -1 to 1 in a world that takes -2 to 2 needs
 * `rescaleAction`.
 *
 * Memory: whether each of the two was warned of, of this subscription. No cell holds that: no value depends on it, and a run that is
 * resumed in another process warns on a standard error of its own.
 * Fails: error notification naming the step, for a command of the wrong size or with a component that is not finite, for
 * a step with neither action nor end, and for whatever the world refuses. On these, and on an error from above, the
 * world is told to stop before the error goes on.
 */
export const actuate =
  (world: Pick<Driver, 'spec' | 'act' | 'begin' | 'stop'>) =>
  <T extends Decided>(source: Observable<T>): Observable<T> => {
    const { name, action } = world.spec
    const { size, names } = action
    const outside = outOfBounds(action)
    return defer(() => {
      let [told, looked] = [false, false]
      const look = ({ command, actionBounds }: T): void => {
        looked = true
        // A step that has a command was given it by an operator, which chose its range.
        const line = actionBounds === undefined || command ? null : unusedRangeLine('actuate', actionBounds, action)
        if (line !== null) warn(line)
      }
      const answer = (step: T): void => {
        if (step.kind === 'last') return world.begin(step.index)
        const { index, sampled } = step
        // A compiler refuses this; JavaScript does not.
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
        if (!looked) look(step)
        if (!told) {
          const i = outside(command)
          told = i >= 0
          if (told) warn(outOfBoundsLine('actuate', index, name, action, i, command[i]))
        }
        world.act(command, index, sampled)
      }
      return halt(world)(tap<T>(answer)(source))
    })
  }
