import { describe, expect, test } from 'vitest'
import { specWithPreviousActions, withPreviousActions } from '../../operators/withPreviousActions.js'
import { cell } from '../../src/cell.js'
import { pendulumSpec } from '../../src/environments/classic/pendulum.js'
import { NotFiniteError } from '../../src/failure.js'
import { actionsFormat } from '../../src/state/formats.js'
import { timeSteps } from '../../src/testing/marbles.js'
import { operatorSuite } from '../../src/testing/operatorSuite.js'
import { play } from '../../src/testing/play.js'
import type { TimeStep, Vector } from '../../src/types.js'
import { bounds } from './bounds.js'
import { expectResumable, said } from './resume.js'

const action = bounds([-1], [1])
const twoJoints = bounds([-1, -1], [1, 1])

/** Steps whose k-th has the action [k] behind it, or [k, -k]. */
const acted = (marbles: string, size = 1): readonly TimeStep[] =>
  timeSteps(marbles).map((step) =>
    step.kind === 'first' ? step : { ...step, previousAction: { action: [step.index, -step.index].slice(0, size) } },
  )

const appendedTo = (steps: readonly TimeStep[]) => steps.map(({ observation }) => [...observation].slice(2))

for (const count of [1, 3]) {
  describe(`suite, ${count} actions`, () => {
    const suite = operatorSuite({ make: () => withPreviousActions(count, { action }) })
    for (const { name, run } of suite) test(name, run)
  })
}

test('passes each step on in its frame, and shows the newest action first', () => {
  const source = '--a-b-c--t-a-b-c|'
  const newest = '--0-1-2--3-0-5-6|'
  const older = ' --0-0-1--2-0-0-5|'
  const steps = acted('abctabc')
  const played = (place: number) =>
    play(source, withPreviousActions(2, { action }), {
      prepare: (step) => steps[step.index],
      letter: ({ observation }: TimeStep) => `${observation[2 + place]}`,
    }).timeline
  expect(played(0)).toBe(newest)
  expect(played(1)).toBe(older.trim())
})

test('keeps the components of an action together', () => {
  expect(appendedTo(said(withPreviousActions(2, { action: twoJoints }), acted('abcd', 2)))).toEqual([
    [0, 0, 0, 0],
    [1, -1, 0, 0],
    [2, -2, 1, -1],
    [3, -3, 2, -2],
  ])
})

test('an end of its own begins with zeros again, first step or none', () => {
  const [a, b, c, d] = acted('abcd')
  const steps = [a, b, { ...c, kind: 'last' as const, truncated: true }, d]
  expect(appendedTo(said(withPreviousActions(2, { action }), steps))).toEqual([
    [0, 0],
    [1, 0],
    [2, 1],
    [3, 0],
  ])
})

test('changes nothing but the observation, which is a new Float64Array that begins with the one that came in', () => {
  const steps = acted('abt')
  const longer = said(withPreviousActions(2, { action }), steps)
  longer.forEach(({ observation }, k) => {
    expect(observation).toBeInstanceOf(Float64Array)
    expect([...observation].slice(0, 2)).toEqual([...steps[k].observation])
  })
  expect(longer.map((step, k) => ({ ...step, observation: steps[k].observation }))).toEqual(steps)
})

test('a run that is stopped, saved and resumed equals one that is never stopped', () => {
  expectResumable<Vector | null, TimeStep>(
    null,
    actionsFormat,
    (cell) => withPreviousActions(3, { action: twoJoints, cell }),
    acted('abctabcdefuabcdt', 2),
  )
})

test('a memory handed in outlives the subscription, and one of another size is an error', () => {
  const previous = cell<Vector | null>(null)
  said(withPreviousActions(2, { action, cell: previous }), acted('abcd'))
  expect(previous.value).toEqual(Float64Array.of(3, 2))
  expect(() => said(withPreviousActions(3, { action, cell: previous }), acted('ab'))).toThrow(
    'withPreviousActions: expected 3 numbers in the cell, got 2',
  )
})

test.each([
  [[NaN], new NotFiniteError('previous action', { index: 0, name: 'joint0' }, NaN, 1)],
  [[1, 2], new RangeError('withPreviousActions: step 1: expected a previous action of 1 components, got 2')],
  [[], new RangeError('withPreviousActions: step 1: expected a previous action of 1 components, got 0')],
])('the action %j is an error with the step', (wrong, expected) => {
  const source = '--a-b-c|'
  const failed = '--.-#'
  const { timeline, error } = play(source, withPreviousActions(2, { action }), {
    letter: () => '.',
    prepare: (step) => (step.index === 1 ? { ...step, previousAction: { action: wrong } } : step),
  })
  expect(timeline).toBe(failed)
  expect(error).toEqual(expected)
})

test('a step without a previous action is an error unless it is a first one', () => {
  const steps = acted('ab').map((step) => ({ ...step, previousAction: null }))
  expect(() => said(withPreviousActions(2, { action }), steps)).toThrow('step 1: expected a previous action of 1')
})

test('throws when built on a count that is not a positive integer, or without the spec of an action', () => {
  for (const count of [0, -1, 2.5, NaN, Infinity]) {
    expect(() => withPreviousActions(count, { action })).toThrow(
      `withPreviousActions: expected a positive integer of actions, got ${count}`,
    )
    expect(() => specWithPreviousActions(pendulumSpec, count)).toThrow(
      `specWithPreviousActions: expected a positive integer of actions, got ${count}`,
    )
  }
  expect(() => withPreviousActions(2, { action: pendulumSpec as never })).toThrow('expected the bounds of an action')
  expect(() => withPreviousActions(2, undefined as never)).toThrow('withPreviousActions: expected the bounds')
})

test('its spec has the actions at the end of the observation, and the rest as it was', () => {
  const { observation, ...rest } = specWithPreviousActions(pendulumSpec, 2, { low: -1, high: 1 })
  expect(observation).toEqual({
    size: 5,
    low: [-1, -1, -8, -1, -1],
    high: [1, 1, 8, 1, 1],
    names: [...pendulumSpec.observation.names, 'torque, 1 step before', 'torque, 2 steps before'],
    units: ['1', '1', 'rad/s', '1', '1'],
  })
  const { observation: _, ...before } = pendulumSpec
  expect(rest).toEqual(before)
  const { low, high } = specWithPreviousActions(pendulumSpec, 1).observation
  expect([low[3], high[3]]).toEqual([-Infinity, Infinity])
})
