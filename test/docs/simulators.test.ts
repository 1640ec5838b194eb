/** docs/simulators.md is run as a user would run it: its program, and its test under Node's own runner. */
import { readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'esbuild'
import { afterAll, expect, test, vi } from 'vitest'
import { simulatorSuite } from '../../src/testing/simulatorSuite.js'
import { scriptedSimulator } from '../../src/testing/scriptedSimulator.js'
import { codeBlocks, node, userProject } from './codeBlocks.js'

// Runs whole programs. On a slow machine that takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const page = 'docs/simulators.md'
const [program, suite] = codeBlocks(page, 'ts')
const [output] = codeBlocks(page, 'text')
const script = (code: string): string => transformSync(code, { loader: 'ts', format: 'esm' }).code
const rail = program.slice(0, program.indexOf('const world =')).replace('const rail', 'export const rail')

const place = userProject({
  'program.mjs': script(program),
  'rail.js': script(rail),
  'rail.test.mjs': script(suite),
  'mended.test.mjs': script(suite.replace('rail.js', 'mended.js')),
  'mended.js': script(
    rail
      .replace('let position = NaN', 'let position = NaN\n  let elapsed = 0')
      .replace('position = 2 *', 'elapsed = 0\n      position = 2 *')
      .replace('truncated: false', 'truncated: ++elapsed >= 50'),
  ),
})
afterAll(() => rmSync(place, { recursive: true, force: true }))

test('the program shows its output, with a simulator of less than 30 lines', () => {
  const { stdout, stderr } = node(place, ['program.mjs'])
  expect(stderr).toBe('')
  expect(stdout).toBe(output)
  expect(rail.trim().split('\n').length).toBeLessThan(30)
})

test('the suite finds the flaw that the page names, and no other', () => {
  const { stdout } = node(place, ['--test', '--test-reporter=tap', 'rail.test.mjs'])
  const failed = [...stdout.matchAll(/^ *not ok \d+ - (?!\S*rail\.test)(.*)$/gm)].map(([, name]) => name)
  expect(failed).toEqual(['ends an episode within the step limit of its spec'])
})

test('the simulator keeps all rules as it is mended', () => {
  const { stdout, status } = node(place, ['--test', '--test-reporter=tap', 'mended.test.mjs'])
  expect(stdout).toMatch(/^# fail 0$/m)
  expect(status).toBe(0)
})

test('the table has every rule', () => {
  const text = readFileSync(fileURLToPath(new URL(`../../${page}`, import.meta.url)), 'utf8')
  const listed = [...text.matchAll(/^\| (.*?) \| /gm)].map(([, name]) => name).slice(1)
  expect(listed.filter((name) => name !== '---')).toEqual(
    simulatorSuite(() => scriptedSimulator()).map(({ name }) => name),
  )
})
