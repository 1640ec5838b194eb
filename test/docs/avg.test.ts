/** The programs of docs/avg.md are run as a user would run them; the output of each is the block below it. */
import { rmSync } from 'node:fs'
import { afterAll, expect, test, vi } from 'vitest'
import { codeBlocks, node, userProject } from './codeBlocks.js'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const programs = codeBlocks('docs/avg.md', 'ts')
const outputs = codeBlocks('docs/avg.md', 'text')
const place = userProject(Object.fromEntries(programs.map((program, i) => [`${i}.mjs`, program])))
afterAll(() => rmSync(place, { recursive: true, force: true }), 120_000)

test('each program of the page has its output', () => {
  expect(programs.length).toBeGreaterThan(0)
  expect(outputs).toHaveLength(programs.length)
})

test.each(programs.map((_, i) => i))('program %d of the page prints what the page shows', (i) => {
  expect(node(place, [`${i}.mjs`])).toMatchObject({ stderr: '', stdout: outputs[i] })
})
