import type { Reporter, TestCase, TestModule } from 'vitest/node'
import { goldenTable, type GoldenRow } from './goldenTable.js'

/** Where a test is, and its name. */
const nameOf = ({ module, fullName }: TestCase): string => `${module.relativeModuleId} > ${fullName}`

const unexplained = 'no reason but the name of the test'

/** The tests that were left out, by name, under the reason that each gives. */
export const leftOut = (skipped: readonly (readonly [reason: string, name: string])[]): readonly string[] => {
  const reasons = [...new Set(skipped.map(([reason]) => reason))]
  return reasons.flatMap((reason) => [
    `skipped: ${reason}`,
    ...skipped.filter(([other]) => other === reason).map(([, name]) => `  ${name}`),
  ])
}

/** Ends a run's output with the table of golden traces, the tests that it left out, and with the one line that says how it went, in any language. */
export const doneLine: Reporter = {
  onTestRunEnd: (modules: readonly TestModule[], errors) => {
    // A run of the tests with certain names leaves out the others on purpose.
    const isOfNames = modules.some(({ project }) => project.vitest.config.testNamePattern !== undefined)
    let passed = 0
    let failed = errors.length
    const skipped: [string, string][] = []
    const golden: GoldenRow[] = []
    for (const module of modules) {
      let tests = 0
      for (const test of module.children.allTests()) {
        tests++
        const result = test.result()
        const row = test.meta().golden
        if (row !== undefined) golden.push(row)
        if (result.state === 'passed') passed++
        else if (result.state === 'skipped') skipped.push([result.note ?? unexplained, nameOf(test)])
        // A test that was never ended, since its file was, did not pass either.
        else failed++
      }
      // A file that could not be loaded has no test to count.
      if (tests === 0 || module.errors().length > 0) failed++
    }
    // After the summary, which the default reporter prints at the same moment.
    process.on('exit', (code) => {
      // Such as nothing to run, or a failure outside of all tests.
      if (code !== 0 && failed === 0) failed = 1
      for (const line of goldenTable(golden)) console.log(line)
      for (const line of leftOut(skipped.filter(([reason]) => !(isOfNames && reason === unexplained))))
        console.log(line)
      console.log(`${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`)
    })
  },
}
