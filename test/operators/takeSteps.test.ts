import { describe, expect, test } from 'vitest'
import { takeSteps } from '../../operators/takeSteps.js'
import { timeSteps } from '../../src/testing/marbles.js'
import { operatorSuite } from '../../src/testing/operatorSuite.js'
import { play } from '../../src/testing/play.js'
import { said } from './resume.js'

for (const count of [1000, Infinity]) {
  describe(`suite, ${count} steps`, () => {
    for (const { name, run } of operatorSuite({ make: () => takeSteps(count), memory: 'run' })) test(name, run)
  })
}

test('completes with the step that the last action led to, and leaves the world in that frame', () => {
  const source = '--a-b-t-a-b-c-d-'
  const result = '--a-b-t-a-(b|)'
  const upTill = '^---------!'
  const { timeline, subscriptions } = play(source, takeSteps(3))
  expect(timeline).toBe(result)
  expect(subscriptions).toEqual([upTill])
})

test('a first step is no action', () => {
  const source = '--a-t-a-t-a-t|'
  const result = '--a-t-a-(t|)'
  expect(play(source, takeSteps(2)).timeline).toBe(result)
})

test('one that does not come to its count completes with its source', () => {
  const source = '--a-b-t---|'
  const result = '--a-b-t---|'
  expect(play(source, takeSteps(3)).timeline).toBe(result)
})

test('Infinity takes all', () => {
  const steps = timeSteps(`a${'b'.repeat(5000)}`)
  expect(said(takeSteps(Infinity), steps)).toEqual(steps)
})

test('counts each subscription apart', () => {
  const steps = timeSteps('abcdef')
  const three = takeSteps(3)
  expect(said(three, steps)).toEqual(steps.slice(0, 4))
  expect(said(three, steps)).toEqual(steps.slice(0, 4))
})

test('throws when built on a count that is none', () => {
  for (const count of [0, -1, 2.5, NaN, -Infinity]) expect(() => takeSteps(count)).toThrow(`got ${count}`)
})
