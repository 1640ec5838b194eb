/** The ticks of simulated robots: none drifts, none keeps the event loop, and what is too late is left out. */
import { expect, test } from 'vitest'
import { ticking } from '../../src/robots/ticks.js'
import { virtualClock } from '../../src/testing/virtualClock.js'

test('come once a period, counted from the beginning', () => {
  const clock = virtualClock()
  const times: number[] = []
  const ticks = ticking({ scheduler: clock, period: 8, mostBehind: 10 }, () => times.push(clock.now()))
  clock.advance(7)
  expect(times).toEqual([])
  clock.advance(18)
  expect(times).toEqual([8, 16, 24])
  expect([ticks.count, ticks.skipped]).toEqual([3, 0])
})

test('are made up for after the process was blocked, up to a number', () => {
  const clock = virtualClock()
  let calls = 0
  const ticks = ticking({ scheduler: clock, period: 10, mostBehind: 3 }, () => calls++)
  clock.block(1000)
  clock.advance(1)
  expect(calls).toBe(ticks.count)
  expect(ticks.count).toBeLessThan(6)
  expect(ticks.count + ticks.skipped).toBe(100)
  clock.advance(10)
  expect(ticks.count + ticks.skipped).toBe(101)
})

test('that take longer than their period end their turn', () => {
  const clock = virtualClock()
  let calls = 0
  ticking({ scheduler: clock, period: 10, mostBehind: 5 }, () => {
    calls += 1
    if (calls > 50) throw new Error('the turn does not end')
    clock.block(25)
  })
  clock.advance(10)
  expect(calls).toBeGreaterThan(0)
  expect(calls).toBeLessThan(10)
})

test('end, also within a tick', () => {
  const clock = virtualClock()
  let calls = 0
  const ticks = ticking({ scheduler: clock, period: 10, mostBehind: 100 }, () => {
    calls += 1
    if (calls === 2) ticks.end()
  })
  clock.block(100)
  clock.advance(100)
  expect(calls).toBe(2)
})
