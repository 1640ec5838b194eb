/** The program of docs/sac.md is run as a user would run it; its output is the block below it. */
import { rmSync } from 'node:fs'
import { afterAll, expect, test, vi } from 'vitest'
import { codeBlocks, node, userProject } from './codeBlocks.js'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const [program] = codeBlocks('docs/sac.md', 'ts')
const [output] = codeBlocks('docs/sac.md', 'text')
const place = userProject({ 'program.mjs': program })
afterAll(() => rmSync(place, { recursive: true, force: true }), 120_000)

test('the program of the page prints what the page shows', () => {
  expect(node(place, ['program.mjs'])).toMatchObject({ stderr: '', stdout: output })
})
