import { describe, expect, test } from 'vitest'
import { clipReward } from '../../operators/clipReward.js'
import { NotFiniteError } from '../../src/failure.js'
import { timeSteps } from '../../src/testing/marbles.js'
import { operatorSuite } from '../../src/testing/operatorSuite.js'
import { play } from '../../src/testing/play.js'
import type { TimeStep } from '../../src/types.js'
import { said } from './resume.js'

describe('suite', () => {
  for (const { name, run } of operatorSuite({ make: () => clipReward(1) })) test(name, run)
})

test('clips in the frame of each step', () => {
  const source = '--a-b-t-a-b-u|'
  const result = '--.-.-C-.-C-C|'
  const letter = ({ reward }: TimeStep): string => (reward === 1.2 ? 'C' : '.')
  expect(play(source, clipReward(1.2), { letter }).timeline).toBe(result)
})

test('both sides, to the bound itself', () => {
  const [, step] = timeSteps('ab')
  const rewards = [10.5, -1e300, 10, -10, 0.1]
  const steps = rewards.map((reward) => ({ ...step, reward }))
  expect(said(clipReward(10), steps).map(({ reward }) => reward)).toEqual([10, -10, 10, -10, 0.1])
})

test('changes nothing but the reward, and nothing of a reward within the bound', () => {
  const [a, b, t] = timeSteps('abt')
  const clipped = said(clipReward(1.2), [a, b, t])
  expect(clipped).toEqual([a, b, { ...t, reward: 1.2 }])
  expect([clipped[0], clipped[1]]).toEqual([a, b])
  expect(clipped[1]).toBe(b)
})

test.each([NaN, Infinity, -Infinity])('%s is an error with the step', (reward) => {
  const source = '--a-b-c|'
  const failed = '--a-#'
  const { timeline, error } = play(source, clipReward(10), {
    prepare: (step) => (step.index === 1 ? { ...step, reward } : step),
  })
  expect(timeline).toBe(failed)
  expect(error).toEqual(new NotFiniteError('reward', null, reward, 1))
})

test('throws when built on a bound that is not a positive number', () => {
  for (const bound of [0, -1, NaN, Infinity]) {
    expect(() => clipReward(bound)).toThrow(`clipReward: expected bound to be a positive number, got ${bound}`)
  }
})
