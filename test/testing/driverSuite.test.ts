import type { SchedulerLike } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { heater } from '../../examples/04-second-driver.js'
import { drive } from '../../src/drivers/drive.js'
import { lockstep } from '../../src/time/schedule.js'
import { driverSuite } from '../../src/testing/driverSuite.js'
import { scriptedSimulator } from '../../src/testing/scriptedSimulator.js'
import type { Driver } from '../../src/types.js'
import { type Flaw, flawedDriver, flaws } from './flawedDriver.js'

const drivers: Record<string, (scheduler: SchedulerLike) => Driver | Promise<Driver>> = {
  'a driver without a flaw': (scheduler) => flawedDriver(scheduler),
  'a simulator in lockstep': (scheduler) => drive(scriptedSimulator(), { schedule: lockstep({ scheduler }) }),
  'a simulator in lockstep, paced': (scheduler) =>
    drive(scriptedSimulator({ ends: 'truncated' }), { schedule: lockstep({ scheduler, pace: 7 }) }),
  'a simulator of endless episodes': (scheduler) =>
    drive(scriptedSimulator({ episodeLength: Infinity }), { schedule: lockstep({ scheduler }) }),
  'a simulator of episodes of one action': (scheduler) =>
    drive(scriptedSimulator({ episodeLength: 1 }), { schedule: lockstep({ scheduler }) }),
  'a simulator on the turns of the event loop': () => drive(scriptedSimulator()),
  'a driver that comes later': async (scheduler) => flawedDriver(scheduler),
  'the second driver of the examples': (scheduler) => heater({ scheduler }),
}

for (const [name, make] of Object.entries(drivers)) {
  describe(`${name} keeps the rules`, () => {
    for (const rule of driverSuite(make)) it(rule.name, rule.run)
  })
}

describe('each rule finds its own flaw and no other rule does', () => {
  for (const [flaw, broken] of Object.entries(flaws)) {
    it(`a driver that ${flaw}`, async () => {
      const found: string[] = []
      for (const { name, run } of driverSuite((scheduler) => flawedDriver(scheduler, flaw as Flaw))) {
        await run().catch((error: Error) => found.push(`${name}: ${error.message}`))
      }
      expect(found.map((message) => message.split(':')[0])).toEqual([broken])
      expect(found[0]).toMatch(/: expected .+, got .+/)
    })
  }

  it('has a flaw for each rule', () => {
    const rules = driverSuite((scheduler) => flawedDriver(scheduler)).map(({ name }) => name)
    expect([...new Set<string>(Object.values(flaws))]).toEqual(rules)
  })
})
