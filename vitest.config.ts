import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { doneLine } from './test/doneLine.js'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/**
 * Files that replace modules, whose servers, browsers and sockets outlive a test, or that look at the memory of the process: each has one of its
 * own.
 */
const alone = [
  'test/browser/**/*.test.ts',
  'test/dashboard/**/*.test.ts',
  'test/environments/mujoco/**/*.test.ts',
  'test/environments/tasksLoading.test.ts',
  'test/learners/td3/td3.test.ts',
  'test/learners/twoRecords.test.ts',
  'test/links/**/*.test.ts',
  'test/robots/create2/create2.test.ts',
  'test/robots/create2/endings.test.ts',
  'test/robots/create2/faults.test.ts',
  'test/robots/urSimulator/simulateUr5.test.ts',
  'test/robots/ur/reacher.test.ts',
  'test/robots/ur/ur5.test.ts',
  'test/robots/ur/endings.test.ts',
  'test/robots/ur/faults.test.ts',
]

export default defineConfig({
  resolve: {
    alias: [
      { find: /^rivulet$/, replacement: here('src/index.ts') },
      { find: /^rivulet\/operators$/, replacement: here('operators/index.ts') },
      { find: /^rivulet\/testing$/, replacement: here('src/testing/index.ts') },
      { find: /^#host$/, replacement: here('src/host/node.ts') },
    ],
  },
  test: {
    reporters: [['default', { summary: false }], doneLine],
    globalSetup: './test/freshBuild.mjs',
    setupFiles: './test/hangs.ts',
    // What hangs costs half a minute; a test that needs more of a slow machine says so itself.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    teardownTimeout: 10_000,
    // More than there are cores on a small machine: many tests wait for processes of their own.
    maxWorkers: 3,
    projects: [
      // A process for each of these files would load the sources hundreds of times, which is a third of the time of the suite.
      {
        extends: true,
        test: {
          name: 'shared',
          include: ['test/**/*.test.ts'],
          exclude: ['test/long/**', ...alone],
          typecheck: { enabled: true, include: ['test/**/*.test-d.ts'], tsconfig: './tsconfig.json' },
          isolate: false,
        },
      },
      { extends: true, test: { name: 'alone', include: alone } },
    ],
  },
})
