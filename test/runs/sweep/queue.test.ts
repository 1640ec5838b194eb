import { expect, test } from 'vitest'
import { localQueue } from '../../../src/runs/sweep/queue.js'

test('gives each job once, in their order, and records what became of it', async () => {
  const recorded: unknown[] = []
  const queue = localQueue<string, number>({ jobs: ['a', 'b', 'c'], record: (...all) => recorded.push(all) })
  expect(await Promise.all([queue.take(), queue.take()])).toEqual(['a', 'b'])
  await queue.failed('b', 2)
  await queue.finished('a', 1)
  expect(await queue.take()).toBe('c')
  await queue.released('c')
  expect(await queue.take()).toBeNull()
  expect(recorded).toEqual([
    ['b', 'failed', 2],
    ['a', 'finished', 1],
  ])
})

test('an error of the record reaches the worker', async () => {
  const queue = localQueue<string, null>({
    jobs: [],
    record: () => {
      throw new Error('disk full')
    },
  })
  await expect(queue.finished('a', null)).rejects.toThrow('disk full')
})
