/** The program of docs/dashboard.md is run as a user would run it; its output is the block below it. */
import { rmSync } from 'node:fs'
import { transformSync } from 'esbuild'
import { afterAll, expect, test, vi } from 'vitest'
import { codeBlocks, node, userProject } from './codeBlocks.js'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const [program] = codeBlocks('docs/dashboard.md', 'ts')
const [output] = codeBlocks('docs/dashboard.md', 'text')
const place = userProject({ 'program.mjs': transformSync(program, { loader: 'ts', format: 'esm' }).code })
afterAll(() => rmSync(place, { recursive: true, force: true }), 120_000)

test('the program of the page prints what the page shows, and ends', () => {
  const { status, stdout, stderr } = node(place, ['program.mjs'])
  expect(stderr).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n$/)
  expect([status, stdout]).toEqual([0, output])
})
