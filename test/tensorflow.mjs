/**
 * Runs the engine's tests on TensorFlow's native library: installs `@tensorflow/tfjs-node` without saving it, since its
 * installation downloads that library and would take every other installation down with it where it cannot.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const name = '@tensorflow/tfjs-node'
const { peerDependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const cwd = new URL('..', import.meta.url)

// As a development dependency, since npm passes over an optional peer that it cannot install without a word.
const npm = ['install', '--no-save', '--save-dev', '--no-audit', '--no-fund', `${name}@${peerDependencies[name]}`]
const install = spawnSync('npm', npm, { cwd, encoding: 'utf8' })
if (install.status !== 0) {
  const lines = `${install.error?.message ?? ''}\n${install.stderr ?? ''}`.split('\n')
  const known = /getaddrinfo|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOENT|\b40[34]\b/
  const reason =
    lines.find((line) => known.test(line)) ?? lines.find((line) => /error/i.test(line)) ?? 'no reason given'
  console.error(
    `test:tensorflow: ${name} could not be installed, which downloads TensorFlow's library from storage.googleapis.com: ` +
      reason.replace(/^npm (error|ERR!)\s*/, '').trim(),
  )
  process.exit(1)
}

const tests = [
  'vitest',
  'run',
  'test/learners/avg/engines.test.ts',
  'test/learners/iac/engines.test.ts',
  'test/learners/iac/golden.test.ts',
  'test/learners/tensorflow',
]
const { status } = spawnSync('npx', tests, {
  cwd,
  stdio: 'inherit',
  // With this the absence of the backend is a failure and not a row of the table.
  env: { ...process.env, RIVULET_BACKEND: 'tensorflow' },
})
process.exit(status ?? 1)
