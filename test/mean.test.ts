import { describe, expect, test } from 'vitest'
import { mean } from '../src/mean.js'

describe('mean', () => {
  test('is the sum over the count', () => {
    expect(mean([1, 2, 6])).toBe(3)
    expect(mean([0.1, 0.2])).toBe((0.1 + 0.2) / 2)
  })

  test('of numbers near the largest double is finite', () => {
    const { MAX_VALUE } = Number
    for (const values of [
      [1.7e308, 1.7e308],
      [MAX_VALUE, MAX_VALUE, MAX_VALUE],
      [-1e308, -1e308, -1e308, 1e308],
    ]) {
      expect(Number.isFinite(mean(values))).toBe(true)
    }
    expect(mean([1.6e308, 1.6e308])).toBe(1.6e308)
    expect(mean(new Array<number>(10).fill(-1.5e308))).toBeCloseTo(-1.5e308, -295)
  })
})
