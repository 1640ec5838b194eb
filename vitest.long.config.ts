import { defineConfig, mergeConfig } from 'vitest/config'
import short from './vitest.config.js'

/** The tests that take minutes: `npm run test:long`. */
const config = mergeConfig(short, defineConfig({ test: { testTimeout: 3_600_000, fileParallelism: false } }))
config['test'] = { ...config['test'], include: ['test/long/**/*.test.ts'], exclude: [], typecheck: { enabled: false } }

export default config
