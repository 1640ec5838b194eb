/** The rules of a conformance suite, for any test framework. */

/**
 * One rule of a conformance suite: `for (const rule of driverSuite(make)) test(rule.name, rule.run)`.
 *
 * Fails: if the rule is broken, `run` rejects with an error that says what was expected and what happened.
 */
export interface Rule {
  /** The rule as a sentence, whose subject is what is tested: `emits nothing while it is being subscribed to`. */
  readonly name: string
  readonly run: () => Promise<void>
}
