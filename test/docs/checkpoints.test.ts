/** The program of docs/checkpoints.md is run as a user would run it, twice; its output is the block below it. */
import { rmSync } from 'node:fs'
import { transformSync } from 'esbuild'
import { afterAll, expect, test, vi } from 'vitest'
import { codeBlocks, node, userProject } from './codeBlocks.js'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const [program] = codeBlocks('docs/checkpoints.md', 'ts')
const output = codeBlocks('docs/checkpoints.md', 'text').at(-1)
const place = userProject({ 'program.mjs': transformSync(program, { loader: 'ts', format: 'esm' }).code })
afterAll(() => rmSync(place, { recursive: true, force: true }), 120_000)

test('the program of the page prints what the page shows, and goes on in another process', () => {
  expect(node(place, ['program.mjs'])).toMatchObject({ stderr: '', stdout: output })
  expect(node(place, ['program.mjs'])).toMatchObject({ stderr: '', stdout: '2500 3000\n' })
})
