/** Example 06 on a virtual clock, where a robot's minutes take no time. */
import { expect, test } from 'vitest'
import { agent } from '../examples/06-two-sensors.js'
import { virtualClock } from '../src/testing/virtualClock.js'
import { listen } from './drivers/world.js'

test('06-two-sensors reproduces its recorded returns, and has learnt to stand where it should', () => {
  const clock = virtualClock()
  const log = listen(agent(6000, clock))
  clock.advance(6100 * 40)
  expect([log.error, log.completed]).toEqual([null, true])
  const returns = log.values.map((episode) => episode.return)
  expect([returns[0], returns.at(-1)]).toEqual([20.31305701502913, 54.74233199420703])
  const late = returns.slice(-10)
  // A hundred would be a cart that is put down in its place.
  expect(late.reduce((sum, each) => sum + each, 0) / late.length).toBeGreaterThan(75)
})
