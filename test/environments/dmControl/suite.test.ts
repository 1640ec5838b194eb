import { describe, expect, it } from 'vitest'
import { pendulum } from '../../../src/environments/dmControl/pendulum.js'
import { smallControl, suiteFields } from '../../../src/environments/dmControl/suite.js'
import { open } from './starts.js'

describe('smallControl', () => {
  it('is 1 without an action and 0.8 for a whole one, in the mean of squares', () => {
    expect(smallControl([0, 0])).toBe(1)
    expect(smallControl([1, -1])).toBe(0.8)
    expect(smallControl([5, -5])).toBe(0.8)
    expect(smallControl([0.5, 0])).toBeCloseTo(1 - 0.2 * 0.125, 12)
  })
})

describe('the limit of 1000 steps', () => {
  it.each([
    ['truncated', [false, true]],
    ['terminated', [true, false]],
  ] as const)('is %s', async (timeLimit, last) => {
    const world = await open(pendulum('swingup')({ timeLimit }))
    world.reset()
    const ends = Array.from({ length: 1000 }, () => {
      const { terminated, truncated } = world.step([0])
      return [terminated, truncated]
    })
    expect(ends.slice(0, 999).flat()).not.toContain(true)
    expect(ends[999]).toEqual(last)
    world.reset()
    const { terminated, truncated } = world.step([0])
    expect([terminated, truncated]).toEqual([false, false])
    world.close()
  })

  it('is truncated if nothing else is said', () => {
    expect(suiteFields.timeLimit.default).toBe('truncated')
    expect(pendulum('swingup')().timeLimit).toBe('truncated')
  })
})
