import { describe, expect, test } from 'vitest'
import { tdTarget } from '../../../src/learners/equations/tdTarget.js'

describe('tdTarget', () => {
  test('is the reward and the discounted value of what follows', () => {
    expect(tdTarget(1.5, 0.9, 2)).toBe(1.5 + 0.9 * 2)
    expect(tdTarget(-0.25, 1, -4)).toBe(-4.25)
  })
  test('is the reward alone at a discount of 0, whatever stands in the place of the next value', () => {
    for (const nextValue of [7, Infinity, NaN]) expect(tdTarget(-3, 0, nextValue)).toBe(-3)
  })
  test('of its own values an infinite life of reward 1 is worth 1 / (1 - γ): no TD error is left', () => {
    for (const discount of [0.5, 0.75, 0.875]) {
      const value = 1 / (1 - discount)
      expect(tdTarget(1, discount, value) - value).toBe(0)
    }
  })
})
