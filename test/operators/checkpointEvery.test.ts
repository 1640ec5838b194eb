import { Subject, map, take, tap, throwError } from 'rxjs'
import { describe, expect, test, vi } from 'vitest'
import { checkpointEvery } from '../../operators/checkpointEvery.js'
import { operatorSuite } from '../../src/testing/operatorSuite.js'
import { play } from '../../src/testing/play.js'
import { virtualClock } from '../../src/testing/virtualClock.js'

const idle = async (): Promise<void> => undefined

describe('suite', () => {
  for (const { name, run } of operatorSuite({ make: () => checkpointEvery({ records: 2, save: idle }) }))
    test(name, run)
})

test('passes everything on, in its frame', () => {
  const source = '--a-b-t-a-|'
  const result = '--a-b-t-a-|'
  expect(play(source, checkpointEvery({ records: 1, save: idle })).timeline).toBe(result)
})

/** A source of numbers, and the order of what happens. */
const run = (options: Partial<Parameters<typeof checkpointEvery>[0]> = {}) => {
  const [source, said] = [new Subject<number>(), [] as string[]]
  const save = async (): Promise<void> => void said.push('save')
  return { source, said, operator: checkpointEvery({ save, ...options }) }
}

test('saves when the chain below has handled the record', async () => {
  const { source, said, operator } = run({ records: 2 })
  tap((value: number) => said.push(`${value} above`))(map((value: number) => value)(operator(source))).subscribe(
    (value) => said.push(`${value} below`),
  )
  for (const value of [1, 2, 3, 4]) {
    source.next(value)
    await Promise.resolve()
  }
  expect(said.join(', ')).toBe('1 above, 1 below, 2 above, 2 below, save, 3 above, 3 below, 4 above, 4 below, save')
})

test('saves after a minute of the clock by default, at the next record', async () => {
  const clock = virtualClock()
  const { source, said, operator } = run({ clock })
  operator(source).subscribe()
  for (const [elapsed, saves] of [
    [59_999, 0],
    [1, 1],
    [59_999, 1],
    [10, 2],
  ]) {
    clock.block(elapsed)
    source.next(0)
    await vi.waitFor(() => expect(said).toHaveLength(saves))
  }
})

test('one checkpoint is written at a time: a slow disk holds nothing up and loses nothing but checkpoints', async () => {
  let release = (): void => undefined
  let saves = 0
  const save = (): Promise<void> => {
    saves++
    return new Promise((resolve) => (release = resolve))
  }
  const { source, operator } = run({ records: 1, save })
  const got: number[] = []
  operator(source).subscribe((value) => got.push(value))
  for (const value of [1, 2, 3]) source.next(value)
  expect([saves, got]).toEqual([1, [1, 2, 3]])
  release()
  await Promise.resolve()
  await Promise.resolve()
  source.next(4)
  expect(saves).toBe(2)
})

test('a disk that refuses a checkpoint ends the run with the reason, and stops the source', async () => {
  const { source, operator } = run({ records: 1, save: () => Promise.reject(new Error('no space')) })
  const failed = new Promise((resolve) => operator(source).subscribe({ error: resolve }))
  source.next(1)
  expect(await failed).toEqual(new Error('no space'))
  expect(source.observed).toBe(false)
})

test('a state that cannot be copied does as well', async () => {
  const { source, operator } = run({
    records: 1,
    save: () => {
      throw new Error('no plain data')
    },
  })
  const failed = new Promise((resolve) => operator(source).subscribe({ error: resolve }))
  source.next(1)
  expect(await failed).toEqual(new Error('no plain data'))
})

test('saves nothing after the run has ended, nor on an error', () => {
  const { source, said, operator } = run({ records: 2 })
  take(2)(operator(source)).subscribe()
  source.next(1)
  source.next(2)
  expect(said).toEqual([])
  operator(throwError(() => new Error('above'))).subscribe({ error: () => undefined })
  expect(said).toEqual([])
})

test.each([0, 0.5, NaN])('%d records are refused', (records) => {
  expect(() => checkpointEvery({ records, save: idle })).toThrow(
    `checkpointEvery: records must be a positive integer, got ${records}`,
  )
})
test.each([-1, NaN])('%d milliseconds are refused', (milliseconds) => {
  expect(() => checkpointEvery({ milliseconds, save: idle })).toThrow(
    `checkpointEvery: milliseconds must be a number from 0 up, got ${milliseconds}`,
  )
})
