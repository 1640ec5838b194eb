import { describe, expect, it, vi } from 'vitest'
import { delayActions } from '../../src/environments/delayActions.js'
import { seededEpisodes } from '../../src/environments/seededEpisodes.js'
import { simulator } from '../../src/environments/tasks.js'
import { seeded } from '../../src/random.js'
import { scriptedSimulator } from '../../src/testing/scriptedSimulator.js'
import { simulatorSuite } from '../../src/testing/simulatorSuite.js'
import type { MakeSimulator } from '../../src/testing/simulatorRules/simulatorRun.js'
import { type Flaw, flawedSimulator, flaws } from './flawedSimulator.js'

// Plays whole episodes. On a slow machine that takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const tasks = [
  'Pendulum-v1',
  'MountainCarContinuous-v0',
  'DotReacher-hard',
  'DotSeeker',
  'Hopper-v5',
  'Reacher-v4',
  'dm_control/reacher-hard',
  'dm_control/ball_in_cup-catch',
]
const opened = (id: string) => simulator(id, { random: seeded(1)('environment') })

/** Simulators of each kind; test/long/simulators.test.ts has those of all tasks. */
const simulators: Record<string, MakeSimulator> = {
  'a simulator without a flaw': () => flawedSimulator(),
  'a simulator without close and snapshots': () => {
    const { spec, reset, step } = flawedSimulator()
    return { spec, reset, step }
  },
  'a scripted simulator': () => scriptedSimulator(),
  'a scripted simulator that truncates': () => scriptedSimulator({ ends: 'truncated', actionSize: 3 }),
  'a scripted simulator without an end': () => scriptedSimulator({ episodeLength: Infinity }),
  ...Object.fromEntries(tasks.map((id) => [id, () => opened(id)])),
  'Pendulum-v1 with delays': async () => delayActions(await opened('Pendulum-v1'), 2),
  'Pendulum-v1 with seeded episodes': async () => seededEpisodes(await opened('Pendulum-v1'), 3),
}

for (const [name, make] of Object.entries(simulators)) {
  describe(`${name} keeps the rules`, () => {
    for (const rule of simulatorSuite(make)) it(rule.name, rule.run)
  })
}

describe('each rule finds its own flaw and no other rule does', () => {
  for (const [flaw, broken] of Object.entries(flaws)) {
    it(`a simulator that ${flaw}`, async () => {
      const found: string[] = []
      for (const { name, run } of simulatorSuite(() => flawedSimulator(flaw as Flaw))) {
        await run().catch((error: Error) => found.push(`${name}: ${error.message}`))
      }
      expect(found.map((message) => message.split(':')[0])).toEqual([broken])
      expect(found[0]).toMatch(/: expected .+, got .+/)
    })
  }

  it('has a flaw for each rule', () => {
    const rules = simulatorSuite(() => flawedSimulator()).map(({ name }) => name)
    expect([...new Set<string>(Object.values(flaws))]).toEqual(rules)
  })
})

it('plays no longer than it is told', async () => {
  let steps = 0
  const { spec, ...rest } = scriptedSimulator({ episodeLength: Infinity })
  const counted = () => ({
    ...rest,
    spec,
    step: (action: Parameters<typeof rest.step>[0]) => {
      steps += 1
      return rest.step(action)
    },
  })
  const [rule] = simulatorSuite(counted, { longest: 10 }).filter(({ name }) => name.startsWith('repeats'))
  await rule.run()
  expect(steps).toBeLessThan(40)
})
