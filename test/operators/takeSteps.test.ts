import { describe, expect, test } from 'vitest'
import { takeSteps } from '../../operators/takeSteps.js'
import { cell } from '../../src/cell.js'
import { countFormat } from '../../src/state/formats.js'
import { timeSteps } from '../../src/testing/marbles.js'
import { operatorSuite } from '../../src/testing/operatorSuite.js'
import { play } from '../../src/testing/play.js'
import { expectResumable, said } from './resume.js'

for (const count of [1000, Infinity]) {
  describe(`suite, ${count} steps`, () => {
    for (const { name, run } of operatorSuite({ make: () => takeSteps(count), memory: 'run' })) test(name, run)
  })
}

test('completes with the step that the last action led to, and unsubscribes from the world in that frame', () => {
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

test('completes with its source before the count is reached', () => {
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

describe('suite, with memory handed in', () => {
  const suite = operatorSuite({ make: () => takeSteps(1000, { cell: cell(0) }), memory: 'caller' })
  for (const { name, run } of suite) test(name, run)
})

test.each([1, 5, 9, 20])(
  'a run that is stopped, saved and resumed equals one that is never stopped, with a count of %i',
  (count) => {
    expectResumable(0, countFormat, (cell) => takeSteps(count, { cell }), timeSteps('abctabcuatab'))
  },
)

test('a memory handed in outlives the subscription', () => {
  const actions = cell(0)
  said(takeSteps(9, { cell: actions }), timeSteps('abtab'))
  expect(actions.value).toBe(3)
})

test('with a memory that holds the count it completes at once, and does not subscribe to its source', () => {
  for (const executed of [3, 4]) {
    const { timeline, subscriptions } = play('--a-b-', takeSteps(3, { cell: cell(executed) }))
    expect(timeline).toBe('|')
    expect(subscriptions).toEqual([])
  }
})

test('a larger count continues where a smaller one ended', () => {
  const steps = timeSteps('abcdef')
  const actions = cell(0)
  expect(said(takeSteps(2, { cell: actions }), steps)).toEqual(steps.slice(0, 3))
  expect(said(takeSteps(4, { cell: actions }), steps.slice(3))).toEqual(steps.slice(3, 5))
})

test('throws when built on a count that is not a positive integer', () => {
  for (const count of [0, -1, 2.5, NaN, -Infinity]) expect(() => takeSteps(count)).toThrow(`got ${count}`)
})
