import { expect, test } from 'vitest'
import { excessOf } from '../../src/learners/algorithm.js'

const widths = { setting: 'hidden', what: 'widths of a learner', limit: 2 ** 32 }
const replay = { setting: 'replaySize', what: 'a replay buffer', limit: 2 ** 33 }

test('memory that fits is not refused, up to the last byte', () => {
  const memory = [
    { ...widths, bytes: 2 ** 32 },
    { ...replay, bytes: 0 },
  ]
  expect(excessOf(memory, { hidden: [4], replaySize: 1 })).toEqual([])
})

test('each part that does not fit is refused by its setting, with the bytes that it needs', () => {
  const memory = [
    { ...widths, bytes: 2 ** 32 + 1 },
    { ...replay, bytes: 24.5 * 2 ** 30 },
  ]
  expect(excessOf(memory, { hidden: [9, 9], replaySize: 8e6 })).toEqual([
    {
      path: 'hidden',
      expected: 'widths of a learner that fits into 4 GiB',
      got: '[9,9], which takes 4 GiB',
      nearest: null,
    },
    {
      path: 'replaySize',
      expected: 'a replay buffer that fits into 8 GiB',
      got: '8000000, which takes 24.5 GiB',
      nearest: null,
    },
  ])
})

test('memory whose bytes are not a finite number is refused', () => {
  expect(excessOf([{ ...widths, bytes: NaN }], { hidden: [] })).toHaveLength(1)
})
