/** docs/control-suite.md names every task of the suite with its sizes, and its programs print what it shows. */
import { readFileSync, rmSync } from 'node:fs'
import { transformSync } from 'esbuild'
import { afterAll, expect, test, vi } from 'vitest'
import { defaultsOf } from '../../src/edge/settings.js'
import { suiteTasks } from '../../src/environments/suiteTasks.js'
import { codeBlocks, node, userProject } from './codeBlocks.js'

vi.setConfig({ testTimeout: 120_000 })

const page = 'docs/control-suite.md'
const rows = readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `dm_control/'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
const programs = codeBlocks(page, 'ts')
const outputs = codeBlocks(page, 'text')
const place = userProject(
  Object.fromEntries(
    programs.map((code, i) => [`${i}.mjs`, transformSync(code, { loader: 'ts', format: 'esm' }).code]),
  ),
)
afterAll(() => rmSync(place, { recursive: true, force: true }))

test.each(Object.entries(suiteTasks))('%s is on the page, with its sizes and its pace', async (id, load) => {
  const { fields, choose } = await load()
  const { spec } = choose(defaultsOf(fields))
  const row = rows.filter(([, ids]) => ids.includes(`\`${id}\``))
  expect(row).toHaveLength(1)
  const [[, ids, observation, action, seconds]] = row
  const position = ids.split(', ').indexOf(`\`${id}\``)
  /** The number of this task, where the row has one for each of its tasks. */
  const own = (cell: string) => Number(cell.split(', ').at(cell.includes(',') ? position : 0))
  expect([own(observation), own(action)]).toEqual([spec.observation.size, spec.action.size])
  expect(Number(seconds)).toBeCloseTo(spec.stepSeconds, 12)
})

test.each(programs.map((_, i) => i))('program %d prints what the page shows', (i) => {
  const { stdout, stderr } = node(place, [`${i}.mjs`])
  expect(stderr).toBe('')
  expect(stdout).toBe(outputs[i])
})
