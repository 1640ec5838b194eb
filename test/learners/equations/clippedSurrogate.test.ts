import { describe, expect, test } from 'vitest'
import { clippedSurrogate, clippedSurrogateSlope } from '../../../src/learners/equations/clippedSurrogate.js'
import { expectSlope } from './differences.js'

const clip = 0.2
const within = Math.log(1.1)
const above = Math.log(1.5)
const below = Math.log(0.5)

describe('clippedSurrogate', () => {
  test.each([
    ['as likely as before', 0, 2, -2],
    ['a good action that became more likely counts up to 1 + ε', above, 2, -2.4],
    ['a good action that became less likely counts in full', below, 2, -1],
    ['a bad action that became less likely counts down to 1 - ε', below, -2, 1.6],
    ['a bad action that became more likely counts in full', above, -2, 3],
  ])('%s', (_, logRatio, advantage, loss) => {
    expect(clippedSurrogate(logRatio, advantage, clip)).toBeCloseTo(loss, 12)
  })

  test.each([within, above, below].flatMap((logRatio) => [2, -2, 0].map((advantage) => [logRatio, advantage])))(
    'its slope by log π at a log-ratio of %d and an advantage of %d',
    (logRatio, advantage) => {
      const loss = (x: number): number => clippedSurrogate(x, advantage, clip)
      expectSlope(clippedSurrogateSlope(logRatio, advantage, clip), logRatio, loss)
    },
  )

  test('it never rewards a step beyond the clip: no slope is left there, and there is one on the way back', () => {
    expect([above, below].map((ratio) => clippedSurrogateSlope(ratio, 1, clip) === 0)).toEqual([true, false])
    expect([above, below].map((ratio) => clippedSurrogateSlope(ratio, -1, clip) === 0)).toEqual([false, true])
  })
})
