/** The driver of example 04 keeps the suite's rules in `test/testing/driverSuite.test.ts`; here it is looked at as an example. */
import { readFileSync } from 'node:fs'
import { toArray, VirtualTimeScheduler } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { agent, heater } from '../examples/04-second-driver.js'
import { listen, passUntil } from './drivers/world.js'

describe('04-second-driver', () => {
  it('reproduces its recorded returns on a virtual clock, and has learnt to keep the room warm', () => {
    const clock = new VirtualTimeScheduler()
    const [returns] = (() => {
      const log = listen(agent(heater({ scheduler: clock }), 2000).pipe(toArray()))
      clock.flush()
      return log.values.map((episodes) => episodes.map((episode) => episode.return))
    })()
    expect(returns).toHaveLength(20)
    expect([returns[0], returns.at(-1)]).toEqual([-79.72159208950336, -13.985868556102822])
  })

  it('shows each 20 ms what the room became, without waiting for the agent', () => {
    const clock = new VirtualTimeScheduler()
    const world = heater({ scheduler: clock })
    const { values } = listen(world.timeSteps)
    passUntil(clock, 20)
    world.act([1], 0, { action: [1] })
    passUntil(clock, 40)
    passUntil(clock, 200)
    world.act([1], 1, { action: [1] })
    passUntil(clock, 220)
    expect(values.map(({ index, time }) => [index, time])).toEqual([
      [0, 0.02],
      [1, 0.04],
      [2, 0.22],
    ])
    // Nine measurements with full power that no step shows, and the tenth.
    expect(values[2].observation[0]).toBeGreaterThan(values[1].observation[0] + 5)
  })

  it('has a driver of fewer than forty lines', () => {
    const text = readFileSync(new URL('../examples/04-second-driver.ts', import.meta.url), 'utf8')
    const [driver] = text.slice(text.indexOf('export const heater')).split('\n}\n')
    expect(driver.split('\n').filter((line) => line.trim() !== '').length + 1).toBeLessThan(40)
  })
})
