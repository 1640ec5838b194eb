/** A run that is stopped between two steps, saved, and continued in new objects, equals the run that was never stopped. */
import { describe, test, vi } from 'vitest'
import { algorithms } from '../../src/runs/algorithms.js'
import { expectSameWhenCut } from './cutRuns.js'

vi.setConfig({ testTimeout: 120_000 })

const cases = algorithms.flatMap(({ name }) =>
  [['Pendulum-v1', 12] as const, ['Hopper-v4', 8] as const].map(([task, count]) => [name, task, count] as const),
)

describe.each(cases)('%s on %s', (name, task, count) => {
  test(`cut at ${count} steps, is the run that was never cut, in every bit of its state and its rows`, async () => {
    await expectSameWhenCut(name, task, count, name.length)
  })
})
