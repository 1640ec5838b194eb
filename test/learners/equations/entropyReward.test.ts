import { expect, test } from 'vitest'
import { entropyReward } from '../../../src/learners/equations/entropyReward.js'

test('an action that was unlikely is rewarded, one that was likely pays', () => {
  expect(entropyReward(1, 0.5, -3)).toBe(2.5)
  expect(entropyReward(1, 0.5, 3)).toBe(-0.5)
})
