/** A run of every algorithm that is cut at 200 random steps, saved, and continued in new objects, is the run that was never cut. */
import { expect, test } from 'vitest'
import { algorithms } from '../../src/runs/algorithms.js'
import { expectSameWhenCut } from '../runs/cutRuns.js'

const CUTS = 200

test.each(algorithms.map(({ name }, index) => [name, index] as const))('%s', async (name, index) => {
  await expectSameWhenCut(name, 'Pendulum-v1', CUTS, 100 + index)
  expect.hasAssertions()
})
