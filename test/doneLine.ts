import type { Reporter, TestModule } from 'vitest/node'

/** Ends a run's output with the one line that says how it went, in any language. */
export const doneLine: Reporter = {
  onTestRunEnd: (modules: readonly TestModule[], errors) => {
    let passed = 0
    let failed = errors.length
    let skipped = 0
    for (const module of modules) {
      let tests = 0
      for (const test of module.children.allTests()) {
        tests++
        const { state } = test.result()
        if (state === 'passed') passed++
        else if (state === 'failed') failed++
        else skipped++
      }
      // A file that could not be loaded has no test to count.
      if (tests === 0 || module.errors().length > 0) failed++
    }
    // After the summary, which the default reporter prints at the same moment.
    process.on('exit', () =>
      console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`),
    )
  },
}
