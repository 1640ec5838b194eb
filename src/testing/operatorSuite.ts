/** The rules that every operator on time steps keeps, for any test framework. */
import type { TimeStep } from '../types.js'
import { type OperatorSuiteOptions, operatorRun } from './operatorRun.js'
import {
  cut,
  endless,
  fieldKept,
  immutable,
  inFrame,
  inOrder,
  once,
  sameError,
  thrown,
  unshared,
  unsubscribed,
} from './operatorRules.js'
import type { Rule } from './rule.js'

/**
 * The rules for one operator: `for (const { name, run } of operatorSuite({ make })) test(name, run)`.
 *
 * The sources have at most six steps, except in `many` and `endless`, and no long silences, except in `never`.
 *
 * Memory: none; every rule makes its own operators.
 * Fails: a rule rejects with the timelines that were played, expected and emitted, one above the other.
 */
export const operatorSuite = <In extends TimeStep = TimeStep>(
  options: OperatorSuiteOptions<In> & (TimeStep extends In ? unknown : { readonly prepare: unknown }),
): readonly Rule[] => {
  const { memory = 'episode', passes = true } = options
  const run = operatorRun(options)
  return [
    rule('never: emits nothing while its source emits nothing', () => inOrder(run, '-')),
    rule('empty: completes with an empty source', () => inOrder(run, '--|')),
    rule('one: passes a single step, and completes', () => inOrder(run, '--a-|')),
    rule('many: passes all steps in their order, and completes', () => inOrder(run, '--a-b-t-a-b-c-d-u-a-b|')),
    rule('error: passes on the same error object as its source', () => sameError(run)),
    rule('endless: unsubscribes from a synchronous source that does not end', () => endless(run)),
    rule('unsubscribe: unsubscribes from its source in the same frame', () => unsubscribed(run)),
    rule('once: subscribes to its source once', () => once(run)),
    rule('frame: emits in the frame of the step', () => inFrame(run)),
    rule('immutable: does not write to records or to what they contain', () => immutable(run)),
    ...ifApplies(
      memory !== 'caller',
      rule('memory: two subscriptions share none', () => unshared(run)),
    ),
    ...ifApplies(
      memory !== 'run',
      rule('episode: a stream that is cut at the end of an episode gives the same values', () => cut(run)),
    ),
    ...ifApplies(
      passes,
      rule("field: keeps a user's own field", () => fieldKept(run)),
    ),
    ...ifApplies(
      options.throwing !== undefined,
      rule('callback: emits the error that its callback throws', () => thrown(run)),
    ),
  ]
}

const rule = (name: string, run: () => void): Rule => ({ name, run: async () => run() })

const ifApplies = (applies: boolean, ...rules: readonly Rule[]): readonly Rule[] => (applies ? rules : [])
