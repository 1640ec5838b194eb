/** The driver protocol as rules that a driver of one's own can be held to. */
import { answerRules } from './driverRules/answers.js'
import { endingRules } from './driverRules/endings.js'
import { stepRules } from './driverRules/steps.js'
import type { Rule } from './rule.js'
import { type MakeDriver, startDriver, thrown } from './driverRules/driverRun.js'

/** How the suite treats a driver. */
export interface DriverSuiteOptions {
  /** Real milliseconds granted for whatever is due; above 0 for a driver that does real input and output. */
  readonly within?: number
}

/**
 * The rules that every driver keeps, given only a way to make one.
 *
 *     for (const rule of driverSuite((scheduler) => heater({ scheduler }))) test(rule.name, rule.run)
 *
 * Each rule makes a driver of its own on a virtual clock, which is led forward by steps of `spec.stepSeconds`; a driver
 * that is not on that clock gets turns of the event loop, and `within`. Commands are the middle of the action's bounds.
 *
 * Memory: none; rules may run in any order, and at the same time if the drivers may.
 * Fails: never itself; a rule rejects when it is broken.
 */
export const driverSuite = (make: MakeDriver, { within = 0 }: DriverSuiteOptions = {}): readonly Rule[] =>
  Object.entries({ ...stepRules, ...answerRules, ...endingRules }).map(([name, check]) => ({
    name,
    run: async () => {
      const run = await startDriver(make, within)
      try {
        await check(run)
      } finally {
        // What close itself does wrong is for its own rule to find.
        thrown(() => run.driver.close())
      }
    },
  }))
