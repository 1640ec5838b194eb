/** The experiments and commands of docs/sweeps.md are taken as a user would; what the commands print is the block below them. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { decode } from '../../src/edge/decode.js'
import { experimentFile } from '../../src/runs/sweep/experimentFile.js'
import { plannedRuns } from '../../src/runs/sweep/plannedRuns.js'
import { started } from '../cli/program.js'
import { folder } from '../runs/records/runs.js'
import { codeBlocks } from './codeBlocks.js'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const [experiment, search] = codeBlocks('docs/sweeps.md', 'json')
const [commands] = codeBlocks('docs/sweeps.md', 'sh')
const [output] = codeBlocks('docs/sweeps.md', 'text')
const place = folder()

test('the commands of the page print what the page shows', async () => {
  writeFileSync(join(place, 'experiment.json'), experiment)
  let printed = ''
  for (const line of commands.trim().split('\n')) {
    const [npx, program, ...words] = line.split(' ')
    expect([npx, program]).toEqual(['npx', 'rivulet'])
    const { status, stdout, stderr } = await started(words, place).ended
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    printed += stdout
  }
  expect(printed).toBe(output)
  expect(existsSync(join(place, 'report.html'))).toBe(true)
})

test('the random search of the page is 3,000 runs', async () => {
  const decoded = decode(experimentFile)(JSON.parse(search))
  if (isLeft(decoded)) throw new Error(JSON.stringify(decoded.left))
  const runs = await plannedRuns(decoded.right)
  if (isLeft(runs)) throw new Error(JSON.stringify(runs.left))
  expect(runs.right).toHaveLength(3000)
  expect(new Set(runs.right.map(({ name }) => name)).size).toBe(3000)
  expect(runs.right.map(({ name }) => name)).toContain('Hopper-v4-avg-h122-s1')
})
