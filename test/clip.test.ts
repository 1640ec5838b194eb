import { expect, test } from 'vitest'
import { checkBound, clipped } from '../src/clip.js'

test('a number beyond the bound becomes the bound on its side, and any other stays', () => {
  for (const [value, expected] of [
    [3, 2],
    [-3, -2],
    [2, 2],
    [-2, -2],
    [0.5, 0.5],
    [-0, -0],
  ]) {
    expect(clipped(value, 2)).toBe(expected)
  }
})

test('a bound is a positive number', () => {
  for (const bound of [5e-324, 10, Number.MAX_VALUE]) expect(() => checkBound('mine', bound)).not.toThrow()
  for (const bound of [0, -1, NaN, Infinity]) {
    expect(() => checkBound('mine', bound)).toThrow(`mine: expected bound to be a positive number, got ${bound}`)
  }
})
