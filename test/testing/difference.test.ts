import { expect, test } from 'vitest'
import { difference } from '../../src/testing/difference.js'

test('equal values do not differ, whatever they are made of', () => {
  for (const value of [1, NaN, -0, 'a', null, undefined, true]) expect(difference(value, value, 'it')).toBeNull()
  const record = () => ({ a: [1, { b: Float64Array.of(NaN, -0) }], c: { d: null } })
  expect(difference(record(), record(), 'it')).toBeNull()
})

test('the first difference is named by its path', () => {
  expect(difference({ a: [1, { b: 2 }] }, { a: [1, { b: 3 }] }, 'it')).toBe('it.a.1.b: expected 2, got 3')
  expect(difference(Float32Array.of(1, 2), Float32Array.of(1, 3), 'it')).toBe('it.1: expected 2, got 3')
})

test('what is missing and what is too much are differences', () => {
  expect(difference([1], [1, 2], 'it')).toBe('it.1: expected undefined, got 2')
  expect(difference({ a: 1 }, {}, 'it')).toBe('it.a: expected 1, got undefined')
  expect(difference(null, {}, 'it')).toBe('it: expected null, got an object')
})

test('every bit counts', () => {
  expect(difference(0, -0, 'it')).toBe('it: expected 0, got -0')
  expect(difference(0.1 + 0.2, 0.3, 'it')).not.toBeNull()
})
