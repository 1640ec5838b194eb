/** The program of docs/guard.md is run as a user would run it; its output is the block below it. */
import { rmSync } from 'node:fs'
import { transformSync } from 'esbuild'
import { afterAll, expect, test, vi } from 'vitest'
import { codeBlocks, node, userProject } from './codeBlocks.js'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const [program] = codeBlocks('docs/guard.md', 'ts')
const [output] = codeBlocks('docs/guard.md', 'text')
const place = userProject({ 'program.mjs': transformSync(program, { loader: 'ts', format: 'esm' }).code })
afterAll(() => rmSync(place, { recursive: true, force: true }), 120_000)

test('the program of the page prints what the page shows', () => {
  expect(node(place, ['program.mjs'])).toMatchObject({ stderr: '', stdout: output })
})
