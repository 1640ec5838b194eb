/** docs/tasks.md names every task but those of the control suite, which have a page of their own (controlSuite.test.ts), and its program prints what the page says of options. */
import { readFileSync, rmSync } from 'node:fs'
import { afterAll, expect, test, vi } from 'vitest'
import { taskIds } from '../../src/environments/tasks.js'
import { bin, codeBlocks, node, userProject } from './codeBlocks.js'

vi.setConfig({ testTimeout: 120_000 })

const page = readFileSync(new URL('../../docs/tasks.md', import.meta.url), 'utf8')
const [program] = codeBlocks('docs/tasks.md', 'ts')
const place = userProject({ 'tasks.ts': program })
afterAll(() => rmSync(place, { recursive: true, force: true }))

test('every task is on the page', () => {
  const missing = taskIds.filter(
    (id) =>
      !id.startsWith('dm_control/') && !page.includes(`\`${id}\``) && !page.includes(`\`${id.replace(/-v\d$/, '')}\``),
  )
  expect(missing).toEqual([])
})

test('the program prints the options', () => {
  node(place, [
    bin('typescript/bin/tsc'),
    ...'--strict --target es2022 --module nodenext --types node tasks.ts'.split(' '),
  ])
  expect(node(place, ['tasks.js']).stdout.split('\n').slice(0, -1)).toEqual([
    'forward position {',
    '  healthyReward: 0.5,',
    "  healthyZRange: [ 0.8, 'none' ],",
    '  excludeCurrentPositionsFromObservation: false',
    '}',
    'reward for each step in which the robot is healthy 1',
    '11',
  ])
})
