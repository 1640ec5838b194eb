/** What a conformance suite is made of, for whichever test framework. */

/**
 * One rule of a conformance suite: `for (const rule of driverSuite(make)) test(rule.name, rule.run)`.
 *
 * Fails: `run` rejects with an error that says what was expected and what came, when the rule is broken.
 */
export interface Rule {
  /** The rule as a sentence about whoever keeps it. */
  readonly name: string
  readonly run: () => Promise<void>
}
