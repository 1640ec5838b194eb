import { defineConfig } from 'vitest/config'
import short from './vitest.config.js'

/** The tests that take minutes: `npm run test:long`. */
const { projects: _projects, ...test } = short.test ?? {}
export default defineConfig({
  ...short,
  test: { ...test, include: ['test/long/**/*.test.ts'], testTimeout: 3_600_000, fileParallelism: false },
})
