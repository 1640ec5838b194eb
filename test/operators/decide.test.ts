import { describe, expect, test } from 'vitest'
import { decide } from '../../operators/decide.js'
import { cell } from '../../src/cell.js'
import { NotFiniteError } from '../../src/failure.js'
import { countFormat } from '../../src/state/formats.js'
import { timeSteps } from '../../src/testing/marbles.js'
import { operatorSuite } from '../../src/testing/operatorSuite.js'
import { play } from '../../src/testing/play.js'
import { expectResumable, said } from './resume.js'

const counting = (_observation: unknown, actions: number) => [actions]

describe('suite', () => {
  for (const { name, run } of operatorSuite({
    make: () => decide(counting),
    throwing: (fail) => decide(() => fail()),
  })) {
    test(name, run)
  }
})

test('adds the command and the decision to each step that is not last', () => {
  const steps = timeSteps('abt')
  const decided = said(
    decide((observation) => observation),
    steps,
  )
  expect(decided).toEqual(
    steps.map((step) => {
      const command = step.kind === 'last' ? null : step.observation
      return { ...step, command, sampled: command === null ? null : { action: command } }
    }),
  )
})

test('counts the actions of each episode, also after an end of its own', () => {
  const [a, b, c, d] = timeSteps('abcd')
  const commands = (steps: Parameters<typeof said>[1]) =>
    said(decide(counting), steps as ReturnType<typeof timeSteps>).map(({ command }) => command?.[0] ?? null)
  expect(commands(timeSteps('abctabu'))).toEqual([0, 1, 2, null, 0, 1, null])
  expect(commands([a, b, { ...c, kind: 'last', truncated: true }, d])).toEqual([0, 1, null, 1])
})

test('a run that is stopped, saved and resumed equals one that is never stopped', () => {
  expectResumable(0, countFormat, (cell) => decide(counting, { cell }), timeSteps('abctabcdefuabcdt'))
})

test('a memory handed in outlives the subscription', () => {
  const actions = cell(0)
  said(decide(counting, { cell: actions }), timeSteps('abcdtabc'))
  expect(actions.value).toBe(2)
})

test('the error for a number that is not finite names the step', () => {
  const act = (observation: ArrayLike<number>) => {
    if (observation[0] > -1) throw new NotFiniteError('action', { index: 0 }, NaN)
    return [0]
  }
  const { timeline, error } = play('--a-b-c|', decide(act))
  expect(timeline).toBe('--a-#')
  expect(error).toEqual(new NotFiniteError('action', { index: 0 }, NaN, 1))
})
