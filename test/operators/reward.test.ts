import { map } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { reward } from '../../operators/reward.js'
import { DriverError, NotFiniteError } from '../../src/failure.js'
import { cell } from '../../src/cell.js'
import { stepFormat } from '../../src/state/formats.js'
import { timeSteps } from '../../src/testing/marbles.js'
import { operatorSuite } from '../../src/testing/operatorSuite.js'
import { play } from '../../src/testing/play.js'
import type { TimeStep } from '../../src/types.js'
import { expectResumable, said } from './resume.js'

const speed = (step: TimeStep, previous: TimeStep): number => step.observation[0] - previous.observation[0]

describe('suite', () => {
  const suite = operatorSuite({ make: () => reward(speed), throwing: (fail) => reward(fail) })
  for (const { name, run } of suite) test(name, run)
})

test('recomputes the reward of each step except first ones, in its frame', () => {
  const source = '--a-b--t-a-b-u|'
  const result = '--.-R--R-.-R-R|'
  const letter = (step: TimeStep): string => (step.reward === 100 ? 'R' : '.')
  expect(
    play(
      source,
      reward(() => 100),
      { letter },
    ).timeline,
  ).toBe(result)
})

test('fn is called with the step and the one before as they came in', () => {
  const steps = timeSteps('abctab')
  const pairs: (readonly [TimeStep, TimeStep])[] = []
  said(
    reward((step, previous) => pairs.push([step, previous])),
    steps,
  )
  expect(pairs).toEqual([
    [steps[1], steps[0]],
    [steps[2], steps[1]],
    [steps[3], steps[2]],
    [steps[5], steps[4]],
  ])
})

test('changes nothing but the reward', () => {
  const steps = timeSteps('abt')
  expect(said(reward(speed), steps)).toEqual([steps[0], { ...steps[1], reward: 0.25 }, { ...steps[2], reward: 0.25 }])
})

test('a step with none before it passes unchanged', () => {
  const steps = timeSteps('abc').slice(1)
  expect(said(reward(speed), steps)).toEqual([steps[0], { ...steps[1], reward: 0.25 }])
})

test('a last step is not the step before another one', () => {
  const steps = [...timeSteps('at'), ...timeSteps('abc').slice(2)]
  expect(
    said(
      reward(() => 100),
      steps,
    ).map((step) => step.reward),
  ).toEqual([0, 100, steps[2].reward])
})

test("fn reads a user's own field", () => {
  const widened = map((step: TimeStep) => ({ ...step, distance: step.index * 3 }))
  const own = reward((step: TimeStep & { readonly distance: number }) => step.distance)
  expect(said((source) => own(widened(source)), timeSteps('abc')).map((step) => step.reward)).toEqual([0, 3, 6])
})

test('a reward that is not finite is an error with the step', () => {
  const source = '--a-b-c|'
  const failed = '--a-#'
  for (const value of [NaN, Infinity]) {
    const { timeline, error } = play(
      source,
      reward(() => value),
    )
    expect(timeline).toBe(failed)
    expect(error).toEqual(new NotFiniteError('reward', null, value, 1))
  }
})

test('a run that is stopped, saved and resumed equals one that is never stopped', () => {
  const steps = timeSteps('abctabcuab')
  expectResumable<TimeStep | null, TimeStep>(null, stepFormat, (cell) => reward<TimeStep>(speed, { cell }), steps)
})

test('a memory handed in outlives the subscription', () => {
  const last = cell<TimeStep | null>(null)
  const steps = timeSteps('abc')
  said(reward<TimeStep>(speed, { cell: last }), steps)
  expect(last.value).toBe(steps[2])
})

test('one observation array that is written to again is an error', () => {
  const shared = new Float64Array(2)
  const again = (step: TimeStep): TimeStep => {
    shared.set(step.observation)
    return { ...step, observation: shared }
  }
  const { error, timeline } = play('--a-t-a-b-c|', reward(speed), {
    prepare: (step: TimeStep) => (step.index < 2 ? step : again(step)),
  })
  expect(timeline).toMatch(/^--.-.-.-#$/)
  expect(error).toBeInstanceOf(DriverError)
  expect(String(error)).toContain('reward: step 3 comes with the observation array of the step before')
})
