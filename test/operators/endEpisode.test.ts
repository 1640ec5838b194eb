import { describe, expect, test } from 'vitest'
import { endEpisode } from '../../operators/endEpisode.js'
import { timeSteps } from '../../src/testing/marbles.js'
import { operatorSuite } from '../../src/testing/operatorSuite.js'
import { play } from '../../src/testing/play.js'
import type { TimeStep, Unpaired } from '../../src/types.js'
import { said } from './resume.js'

describe('suite', () => {
  const suite = operatorSuite({
    make: () => endEpisode(({ index }) => index === 2, { as: 'truncated' }),
    throwing: (fail) => endEpisode(fail, { as: 'truncated' }),
  })
  for (const { name, run } of suite) test(name, run)
})

test('ends an episode with the step for which the predicate holds', () => {
  const source = '--a-b-c-d-e|'
  const result = '--a-b-t-d-e|'
  expect(
    play(
      source,
      endEpisode(({ index }) => index === 2, { as: 'terminated' }),
    ).timeline,
  ).toBe(result)
})

test('ends it as `as` says', () => {
  const source = '--a-b-c|'
  const result = '--a-b-u|'
  expect(
    play(
      source,
      endEpisode(({ index }) => index === 2, { as: 'truncated' }),
    ).timeline,
  ).toBe(result)
  const [, , third] = said(
    endEpisode(({ index }) => index === 2, { as: 'truncated' }),
    timeSteps('abc'),
  )
  expect(third).toEqual({ ...timeSteps('abc')[2], kind: 'last', truncated: true })
})

test('calls the predicate for each step except first ones, and adds its flag to a step that is last already', () => {
  const asked: number[] = []
  const ask = endEpisode(({ index }) => asked.push(index) > 0, { as: 'terminated' })
  const steps = timeSteps('abuat')
  const ended = said(ask, steps)
  expect(asked).toEqual([1, 2, 4])
  expect(ended.map(({ kind, terminated, truncated }) => [kind, terminated, truncated])).toEqual([
    ['first', false, false],
    ['last', true, false],
    ['last', true, true],
    ['first', false, false],
    ['last', true, false],
  ])
  expect([ended[0], ended[4]]).toEqual([steps[0], steps[4]])
})

test('leaves a step as it is where the predicate does not hold', () => {
  const steps = timeSteps('abtabu')
  const passed = said(
    endEpisode(() => false, { as: 'terminated' }),
    steps,
  )
  passed.forEach((step, k) => expect(step).toBe(steps[k]))
})

test('passes the predicate a field of one’s own', () => {
  type Far = Unpaired & { readonly distance: number }
  const steps = timeSteps('abc').map((step: TimeStep): Far => ({ ...step, distance: step.index }))
  const ended = said(
    endEpisode((step: Far) => step.distance > 1, { as: 'terminated' }),
    steps,
  )
  expect(ended.map(({ kind, distance }) => [kind, distance])).toEqual([
    ['first', 0],
    ['mid', 1],
    ['last', 2],
  ])
})

test('refuses any other end', () => {
  expect(() => endEpisode(() => true, { as: 'over' as 'truncated' })).toThrow(
    new RangeError("endEpisode: as: expected 'terminated' or 'truncated', got over"),
  )
})
