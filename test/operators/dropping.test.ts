import { expect, test } from 'vitest'
import { dropping } from '../../operators/dropping.js'
import { capital, expectMarbles, flooded, overflowTests } from './overflowing.js'

overflowTests('dropping', dropping)

test('the first value waits, the one after it is dropped, and the work on the last is done before the completion', () =>
  expectMarbles(({ hot, expectObservable }) => {
    const source = hot('   --a-b-c-d-------e--|')
    const expected = '     -------A----B----D----(E|)'
    expectObservable(dropping(1, { work: capital })(source)).toBe(expected)
  }))

test('two places hold the first two', () =>
  expectMarbles(({ hot, expectObservable }) => {
    const source = hot('   --abcd---|')
    const expected = '     -------A----B----(C|)'
    expectObservable(dropping(2, { work: capital })(source)).toBe(expected)
  }))

test('under a fast source each work is on the first value after the place became free, and the drops are exact', () => {
  // A value comes at 1, 2, ... 1000 ms, value n at n + 1. Work begins at 1, 101, ... 1001 ms, on the one that came first
  // after the place had become free, a hundred milliseconds before.
  const { worked, state } = flooded(dropping, 1)
  expect(worked).toEqual([0, 1, 101, 201, 301, 401, 501, 601, 701, 801, 901])
  expect(state).toEqual({ arrived: 1000, begun: 11, dropped: 989, waiting: [], underway: null })
})
