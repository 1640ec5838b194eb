import { expect, test } from 'vitest'
import { copied } from '../../src/drivers/copied.js'
import type { Vector } from '../../src/types.js'

const backing = new Float64Array([9, 1, -0, 9])

test.each<[name: string, vector: Vector & { [index: number]: number }, kind: unknown]>([
  ['a plain array', [1, -0], Array],
  ['a Float32Array', Float32Array.of(1, -0), Float32Array],
  ['a Float64Array', Float64Array.of(1, -0), Float64Array],
  ['a view of a larger buffer', backing.subarray(1, 3), Float64Array],
  ['a Node Buffer', Buffer.from([1, 0]), Float64Array],
  ['another array of integers', Int16Array.of(1, 0), Float64Array],
])('%s is copied, and later writes to it do not reach the copy', (_, vector, kind) => {
  const copy = copied(vector)
  expect(copy.constructor).toBe(kind)
  const before = Array.from(vector)
  vector[0] = 7
  expect(Array.from(copy)).toEqual(before)
})
