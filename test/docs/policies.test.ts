/** docs/policies.md is followed as a user would: the commands are run, and then the program; their output is the block below them. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'esbuild'
import { afterAll, expect, test, vi } from 'vitest'
import { codeBlocks, node, userProject } from './codeBlocks.js'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const root = fileURLToPath(new URL('../..', import.meta.url))
const [commands] = codeBlocks('docs/policies.md', 'sh')
const [program] = codeBlocks('docs/policies.md', 'ts')
const [output] = codeBlocks('docs/policies.md', 'text')
const place = userProject({ 'program.mjs': transformSync(program, { loader: 'ts', format: 'esm' }).code })
afterAll(() => rmSync(place, { recursive: true, force: true }), 120_000)

test('the commands and the program of the page print what the page shows', () => {
  const [trained, evaluated] = commands
    .trim()
    .split('\n')
    .map((line) => node(place, [join(root, 'dist/src/cli/rivulet.js'), ...line.split(' ').slice(2)]))
  expect(trained).toMatchObject({ status: 0, stderr: '' })
  const printed = node(place, ['program.mjs'])
  expect(printed.stderr).toBe('')
  expect(evaluated.stdout + printed.stdout).toBe(output)
})
