/** What every simulator keeps to, as rules, for simulators of your own. */
import { thrown } from './assertRule.js'
import type { Rule } from './rule.js'
import { episodeRules } from './simulatorRules/episodes.js'
import { shapeRules } from './simulatorRules/shapes.js'
import type { MakeSimulator } from './simulatorRules/simulatorRun.js'
import { snapshotRules } from './simulatorRules/snapshots.js'

/** How the suite treats a simulator. */
export interface SimulatorSuiteOptions {
  /** The most steps of an episode that is played to its end; a greater `spec.stepLimit` is not checked. The default is 1000. */
  readonly longest?: number
}

/**
 * The rules of simulators, for those that `make` makes.
 *
 *     for (const rule of simulatorSuite(() => cart(seeded(1)('environment')))) test(rule.name, rule.run)
 *
 * `make` makes a simulator in the same state at each call. The rules call it with actions that are drawn within the bounds of its spec, the same
 * ones each time; where there are none, from -1 to 1. A simulator without `close`, or without snapshots, keeps the rules about them.
 *
 * Memory: none; every rule makes its own simulators, and closes them.
 * Numbers: steps are compared bit for bit.
 * Fails: never itself; a rule rejects if the simulator breaks it.
 */
export const simulatorSuite = (make: MakeSimulator, { longest = 1000 }: SimulatorSuiteOptions = {}): readonly Rule[] =>
  Object.entries({ ...shapeRules, ...episodeRules, ...snapshotRules }).map(([name, check]) => ({
    name,
    run: async () => {
      const simulator = await make()
      const made = [simulator]
      const another = async () => {
        const other = await make()
        made.push(other)
        return other
      }
      try {
        await check({ simulator, another, longest })
      } finally {
        // Another rule checks `close`.
        for (const each of made) thrown(() => each.close?.())
      }
    },
  }))
