import { describe, expect, test } from 'vitest'
import { goldenTable } from './goldenTable.js'
import { expectClose } from './learners/avg/goldenTrace.js'

describe('the published trace of-two-numbers', () => {
  test('is reproduced in a test', ({ task }) => {
    expectClose([1, 2], [1.25, 2], 1, 'first')
    expectClose([1], [1.5], 1, 'second')
    expectClose([1], [1.0625], 0.5, 'third')
    const row = task.meta.golden
    // Not a trace of anyone's: the table of the suite does not have it.
    delete task.meta.golden
    expect(row).toEqual({
      trace: 'of-two-numbers',
      engine: 'a test',
      worst: { 1: { numbers: 3, difference: 0.5 }, 0.5: { numbers: 1, difference: 0.0625 } },
    })
    expect(goldenTable(row === undefined ? [] : [row])).toEqual([
      '\nPublished traces:',
      '  trace           engine  worst difference, of its bound (numbers compared)',
      '  of-two-numbers  a test  6.3e-2 of 5e-1 (1), 5.0e-1 of 1e+0 (3)',
    ])
    expect(() => expectClose([NaN], [1], 1, 'what is not a number')).toThrow('what is not a number')
    delete task.meta.golden
  })
})

test('other comparisons are in no table', ({ task }) => {
  expectClose([1], [1], 1, 'one')
  expect(task.meta.golden).toBeUndefined()
  expect(goldenTable([])).toEqual([])
})
