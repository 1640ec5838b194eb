/** The program of docs/ppo.md is run as a user would run it, and so is its command; their output is in the blocks below them. */
import { rmSync } from 'node:fs'
import { afterAll, expect, test, vi } from 'vitest'
import { rivulet } from '../cli/program.js'
import { codeBlocks, node, userProject } from './codeBlocks.js'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const [program] = codeBlocks('docs/ppo.md', 'ts')
const [output, command] = codeBlocks('docs/ppo.md', 'text')
const place = userProject({ 'program.mjs': program })
afterAll(() => rmSync(place, { recursive: true, force: true }), 120_000)

test('the program of the page prints what the page shows', () => {
  expect(node(place, ['program.mjs'])).toMatchObject({ stderr: '', stdout: output })
})

test('the command of the page is refused as the page shows', () => {
  const [line, ...said] = command.trimEnd().split('\n')
  const words = line.replace('$ rivulet ', '').split(' ')
  expect(rivulet(words, place)).toEqual({ status: 2, stdout: '', stderr: `${said.join('\n')}\n` })
})
