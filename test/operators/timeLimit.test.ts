import { describe, expect, test } from 'vitest'
import { timeLimit } from '../../operators/timeLimit.js'
import { cell } from '../../src/cell.js'
import { countFormat } from '../../src/state/formats.js'
import { timeSteps } from '../../src/testing/marbles.js'
import { operatorSuite } from '../../src/testing/operatorSuite.js'
import { play } from '../../src/testing/play.js'
import { expectResumable, said } from './resume.js'

for (const limit of [1, 2, Infinity]) {
  describe(`suite, limit ${limit}`, () => {
    for (const { name, run } of operatorSuite({ make: () => timeLimit(limit) })) test(name, run)
  })
}

test('ends an episode with the step that the limit-th action led to', () => {
  const source = '--a-b-c-d--t-a-b-c--u-a|'
  const result = '--a-b-c-u--t-a-b-c--u-a|'
  expect(play(source, timeLimit(3)).timeline).toBe(result)
})

test('a first step is no action', () => {
  const source = '--a-t-a-b|'
  const result = '--a-t-a-u|'
  expect(play(source, timeLimit(1)).timeline).toBe(result)
})

test('a step that is last before the limit passes unchanged, and the count begins again', () => {
  const source = '--a-b-t-a-b-c|'
  const result = '--a-b-t-a-b-c|'
  expect(play(source, timeLimit(3)).timeline).toBe(result)
  const [, , terminated] = timeSteps('abt')
  expect(said(timeLimit(3), timeSteps('abt'))[2]).toEqual(terminated)
})

test('a step that is last already is truncated too where it reaches the limit, and the count begins again', () => {
  const steps = timeSteps('abtabuabc')
  const limited = said(timeLimit(2), steps)
  expect(limited[2]).toEqual({ ...steps[2], truncated: true })
  expect(limited[5]).toBe(steps[5])
  expect(limited[8]).toEqual({ ...steps[8], kind: 'last', truncated: true })
})

test('an end of its own begins the count again, first step or none', () => {
  const source = '--a-b-c-d-e-f|'
  const result = '--a-b-u-d-u-f|'
  expect(play(source, timeLimit(2)).timeline).toBe(result)
})

test('marks kind and truncation, and nothing else', () => {
  const steps = timeSteps('abc')
  expect(said(timeLimit(2), steps)).toEqual([steps[0], steps[1], { ...steps[2], kind: 'last', truncated: true }])
})

test('Infinity is no limit', () => {
  const steps = timeSteps(`a${'b'.repeat(5000)}`)
  expect(said(timeLimit(Infinity), steps)).toEqual(steps)
})

test('a run that is stopped, saved and resumed equals one that is never stopped', () => {
  expectResumable(0, countFormat, (cell) => timeLimit(3, { cell }), timeSteps('abctabcdefuabcdt'))
})

test('a memory handed in outlives the subscription', () => {
  const actions = cell(0)
  said(timeLimit(9, { cell: actions }), timeSteps('abcdtabc'))
  expect(actions.value).toBe(2)
})

test('throws when built on a limit that is not a positive integer', () => {
  for (const limit of [0, -1, 2.5, NaN, -Infinity]) expect(() => timeLimit(limit)).toThrow(`got ${limit}`)
})
