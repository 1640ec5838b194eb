import { describe, expect, test } from 'vitest'
import { appendTime, specWithTime } from '../../operators/appendTime.js'
import { cell } from '../../src/cell.js'
import { pendulumSpec } from '../../src/environments/classic/pendulum.js'
import { countFormat } from '../../src/state/formats.js'
import { timeSteps } from '../../src/testing/marbles.js'
import { operatorSuite } from '../../src/testing/operatorSuite.js'
import { play } from '../../src/testing/play.js'
import type { TimeStep } from '../../src/types.js'
import { expectResumable, said } from './resume.js'

const timeOf = ({ observation }: TimeStep): number => observation[2]

describe('suite', () => {
  for (const { name, run } of operatorSuite({ make: () => appendTime(4) })) test(name, run)
})

test('passes each step on in its frame, and counts from each first step', () => {
  const source = '--a-b-c--t-a-b-c|'
  const result = '--0-0-1--2-0-0-1|'
  const letter = (step: TimeStep): string => `${4 * (timeOf(step) + 0.5)}`
  expect(play(source, appendTime(4), { letter }).timeline).toBe(result)
})

test('is -0.5 at a first step and at the one after it, then grows by 1 / limit, also beyond the limit', () => {
  expect(said(appendTime(4), timeSteps('abcdefu')).map(timeOf)).toEqual([-0.5, -0.5, -0.25, 0, 0.25, 0.5, 0.75])
  const thousand = said(appendTime(1000), timeSteps(`a${'b'.repeat(1000)}`)).map(timeOf)
  thousand.forEach((time, k) => expect(time).toBeCloseTo(k < 2 ? -0.5 : -0.5 + 0.001 * (k - 1), 14))
  expect(thousand[1000]).toBeCloseTo(0.499, 14)
})

test('an end of its own begins the count again, first step or none', () => {
  const [a, b, c, d] = timeSteps('abcd')
  const steps = [a, b, { ...c, kind: 'last' as const, truncated: true }, d]
  expect(said(appendTime(4), steps).map(timeOf)).toEqual([-0.5, -0.5, -0.25, -0.5])
})

test('changes nothing but the observation, which is a new Float64Array that begins with the one that came in', () => {
  const steps = timeSteps('abt')
  const timed = said(appendTime(4), steps)
  timed.forEach(({ observation }, k) => {
    expect(observation).toBeInstanceOf(Float64Array)
    expect([...observation].slice(0, 2)).toEqual([...steps[k].observation])
    expect(observation).toHaveLength(3)
  })
  expect(timed.map((step, k) => ({ ...step, observation: steps[k].observation }))).toEqual(steps)
})

test('a run that is stopped, saved and resumed equals one that is never stopped', () => {
  expectResumable(0, countFormat, (cell) => appendTime(7, { cell }), timeSteps('abctabcdefuabcdt'))
})

test('a memory handed in outlives the subscription', () => {
  const actions = cell(0)
  said(appendTime(9, { cell: actions }), timeSteps('abcdtabc'))
  expect(actions.value).toBe(2)
})

test('throws when built on a limit that is not a positive integer', () => {
  for (const limit of [0, -1, 2.5, NaN, Infinity]) {
    expect(() => appendTime(limit)).toThrow(`appendTime: expected a positive integer, got ${limit}`)
  }
})

test('its spec has one observed component more, and the rest as it was', () => {
  const { observation, ...rest } = specWithTime(pendulumSpec)
  expect(observation).toEqual({
    size: 4,
    low: [-1, -1, -8, -0.5],
    high: [1, 1, 8, Infinity],
    names: ['cosine of angle', 'sine of angle', 'angular velocity', 'time in the episode'],
    units: ['1', '1', 'rad/s', '1'],
  })
  const { observation: _, ...before } = pendulumSpec
  expect(rest).toEqual(before)
  expect(pendulumSpec.observation.size).toBe(3)
})
