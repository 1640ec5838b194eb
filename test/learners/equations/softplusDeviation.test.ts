import { expect, test } from 'vitest'
import { softplusDeviation, softplusDeviationSlope } from '../../../src/learners/equations/softplusDeviation.js'
import { expectSlope } from './differences.js'

test.each([-30, -2, -0.3, 0, 1.7, 40])(
  'the deviation of a head of %d is log(1 + e^x), and its slope the logistic function',
  (x) => {
    expect(softplusDeviation(x)).toBeGreaterThan(0)
    expect(softplusDeviation(x) / Math.log1p(Math.exp(x))).toBeCloseTo(1, 12)
    expectSlope(softplusDeviationSlope(x), x, softplusDeviation)
  },
)
