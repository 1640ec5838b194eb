import { expect, test } from 'vitest'
import { sliding } from '../../operators/sliding.js'
import { capital, expectMarbles, flooded, overflowTests } from './overflowing.js'

overflowTests('sliding', sliding)

test('the latest value waits, the one before it is dropped, and the work on the last is done before the completion', () =>
  expectMarbles(({ hot, expectObservable }) => {
    const source = hot('   --a-b-c-d-------e--|')
    const expected = '     -------A----C----D----(E|)'
    expectObservable(sliding(1, { work: capital })(source)).toBe(expected)
  }))

test('two places hold the latest two', () =>
  expectMarbles(({ hot, expectObservable }) => {
    const source = hot('   --abcd---|')
    const expected = '     -------A----C----(D|)'
    expectObservable(sliding(2, { work: capital })(source)).toBe(expected)
  }))

test('under a fast source each work is on the newest value, and the drops are exact', () => {
  // A value comes at 1, 2, ... 1000 ms, value n at n + 1. Work begins at 1, 101, ... 901 ms, each time on what came last
  // by then, and once more on what came last of all.
  const { worked, state } = flooded(sliding, 1)
  expect(worked).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 999])
  expect(state).toEqual({ arrived: 1000, begun: 11, dropped: 989, waiting: [], underway: null })
})
