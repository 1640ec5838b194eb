/** docs/testing.md is run as a user would run it: each block as a file, under both runners, on the built package. */
import { rmSync } from 'node:fs'
import { transformSync } from 'esbuild'
import { afterAll, expect, test, vi } from 'vitest'
import { timeLimit } from '../../operators/timeLimit.js'
import { transitions } from '../../operators/transitions.js'
import { expectTransitions } from '../../src/testing/expectTransitions.js'
import { bin, codeBlocks, node, userProject } from './codeBlocks.js'

// Runs whole test runners. On a slow machine that takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const blocks = codeBlocks('docs/testing.md', 'ts')
const toJavaScript = (code: string): string => transformSync(code, { loader: 'ts', format: 'esm' }).code

const place = userProject({
  ...Object.fromEntries(blocks.map((code, i) => [`block${i}.test.js`, toJavaScript(code)])),
  ...Object.fromEntries(
    blocks.map((code, i) => [`block${i}.spec.js`, toJavaScript(code.replace("'node:test'", "'vitest'"))]),
  ),
})
afterAll(() => rmSync(place, { recursive: true, force: true }))

test('every block is a test', () => {
  expect(blocks.length).toBeGreaterThan(5)
  for (const code of blocks) expect(code).toContain("import { test } from 'node:test'")
})

test("passes under Node's own runner", () => {
  const files = blocks.map((_, i) => `block${i}.test.js`)
  const { stdout, status } = node(place, ['--test', '--test-reporter=tap', ...files])
  expect(stdout).toMatch(/^# fail 0$/m)
  expect(Number(/^# pass (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(40)
  expect(status).toBe(0)
})

test('passes under Vitest', () => {
  const { stdout, stderr, status } = node(place, [bin('vitest/vitest.mjs'), 'run', '--root', place, '.spec.js'])
  expect(stderr).toBe('')
  expect(stdout).toMatch(new RegExp(`Test Files +${blocks.length} passed \\(${blocks.length}\\)`))
  expect(status).toBe(0)
})

test('the failure that it shows is the one that is thrown', () => {
  const [shown] = codeBlocks('docs/testing.md', 'text')
  const failing = () =>
    expectTransitions((steps) => transitions()(timeLimit(2)(steps)), {
      source: '     --a-b-c-d-e-f-t|',
      transitions: '--.-b-c-u-.-f-t|',
    })
  expect(failing).toThrow(new Error(shown.trimEnd()))
})
