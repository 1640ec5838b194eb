import { expect, test } from 'vitest'
import { type Extent, secondsLeft } from '../../../src/runs/sweep/timeLeft.js'

const run = (kind: string, executed: number, seconds: number, steps = 100): Extent => ({
  kind,
  steps,
  executed,
  seconds,
})

test.each<[string, readonly Extent[], number, number | null]>([
  ['of nothing', [], 2, null],
  ['before any step', [run('a', 0, 0)], 2, null],
  ['of one run', [run('a', 50, 10)], 1, 10],
  ['of runs of one kind', [run('a', 100, 20), run('a', 0, 0), run('a', 0, 0)], 2, 20],
  ['of a kind that nothing is known of, by the mean of a step', [run('a', 100, 20), run('b', 0, 0)], 1, 20],
  [
    'of two kinds, each by its own steps',
    [run('a', 100, 10), run('b', 100, 90), run('a', 0, 0), run('b', 0, 0)],
    1,
    100,
  ],
  ['of more workers than runs: the longest run', [run('a', 100, 10), run('a', 0, 0, 300)], 8, 30],
  ['of runs that are all done', [run('a', 100, 10)], 2, 0],
])('the time left %s', (_what, runs, workers, seconds) => {
  expect(secondsLeft(runs, workers)).toBe(seconds)
})
