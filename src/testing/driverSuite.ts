/** The driver protocol as rules, for drivers of your own. */
import { thrown } from './assertRule.js'
import { answerRules } from './driverRules/answers.js'
import { endingRules } from './driverRules/endings.js'
import { stepRules } from './driverRules/steps.js'
import type { Rule } from './rule.js'
import { type MakeDriver, startDriver } from './driverRules/driverRun.js'

/** How the suite treats a driver. */
export interface DriverSuiteOptions {
  /** Real milliseconds in which a due step may come; above 0 for a driver with real input and output. The default is 0. */
  readonly within?: number
}

/**
 * The rules of the driver protocol, for the drivers that `make` makes.
 *
 *     for (const rule of driverSuite((scheduler) => heater({ scheduler }))) test(rule.name, rule.run)
 *
 * Each rule makes a driver of its own on a virtual clock, which it advances by steps of `spec.stepSeconds`. A driver that does not use
 * this clock gets turns of the event loop, and `within`. Commands are the middle of the action's bounds.
 *
 * Memory: none; rules may run in any order, and at the same time if the drivers can.
 * Fails: never itself; a rule rejects if the driver breaks it.
 */
export const driverSuite = (make: MakeDriver, { within = 0 }: DriverSuiteOptions = {}): readonly Rule[] =>
  Object.entries({ ...stepRules, ...answerRules, ...endingRules }).map(([name, check]) => ({
    name,
    run: async () => {
      const run = await startDriver(make, within)
      try {
        await check(run)
      } finally {
        // Another rule checks `close`.
        thrown(() => run.driver.close())
      }
    },
  }))
