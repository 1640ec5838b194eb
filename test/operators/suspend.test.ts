import { type Observable, Subject, map, of, take, timer } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { expect, test } from 'vitest'
import { suspend } from '../../operators/suspend.js'
import { cell } from '../../src/cell.js'
import { emptyOverflow, type OverflowState } from '../../src/streams/workOneByOne.js'
import { capital, expectMarbles, failing } from './overflowing.js'

/** Letters that record when they are asked for, and the call of `return`. */
const asked = (letters: string, note: (word: string) => void): Iterable<string> => ({
  *[Symbol.iterator]() {
    try {
      for (const letter of letters) {
        note(letter)
        yield letter
      }
    } finally {
      note('.')
    }
  },
})

/** The output for a pull source, in turns of the promise queue. */
const outcome = async (source: Observable<unknown>): Promise<readonly unknown[]> => {
  const heard: unknown[] = []
  await new Promise<void>((resolve) =>
    source.subscribe({
      next: (value) => heard.push(value),
      error: (error: unknown) => resolve(void heard.push(`error: ${String(error)}`)),
      complete: () => resolve(void heard.push('complete')),
    }),
  )
  return heard
}

test('asks for the next value when the work on the last one has completed', () =>
  expectMarbles(({ expectObservable }) => {
    const expected = '-----A----B----(C|)'
    expectObservable(suspend({ work: capital })(['a', 'b', 'c'])).toBe(expected)
  }))

test('asks in the frame in which the work completes, and not before', () => {
  const scheduler = new TestScheduler(() => {})
  const notes: string[] = []
  scheduler.run(() => {
    const source = asked('abc', (word) => notes.push(`${word}${scheduler.now()}`))
    suspend({ work: capital })(source).subscribe()
  })
  expect(notes).toEqual(['a0', 'b5', 'c10', '.15'])
})

test('a source that is a hundred times faster waits: one value is worked on at a time, and none is dropped', () => {
  const memory = cell<OverflowState<number>>(emptyOverflow)
  let given = 0
  const most: number[] = []
  const worked: number[] = []
  new TestScheduler(() => {}).run(() => {
    const source = (function* () {
      while (given < 500) {
        most.push(given - worked.length)
        yield given++
      }
    })()
    const work = (value: number) => map(() => value)(timer(100))
    suspend({ work, cell: memory })(source).subscribe((value) => worked.push(value))
  })
  expect(worked).toHaveLength(500)
  expect(Math.max(...most)).toBe(0)
  expect(memory.value).toEqual({ ...emptyOverflow, arrived: 500, begun: 500 })
})

test('an error of the work ends the output, and ends the source by `return`', () =>
  expectMarbles(({ expectObservable, flush }) => {
    const notes: string[] = []
    const expected = '-----#'
    expectObservable(suspend({ work: failing })(asked('ab', (word) => notes.push(word)))).toBe(expected)
    flush()
    expect(notes).toEqual(['a', '.'])
  }))

test('unsubscribing ends the work, and ends the source at once by `return`', () => {
  const notes: string[] = []
  const subscription = suspend({ work: capital })(asked('ab', (word) => notes.push(word))).subscribe()
  subscription.unsubscribe()
  expect(notes).toEqual(['a', '.'])
})

test('an endless synchronous source, of which three values are taken', () => {
  const out: number[] = []
  const endless = (function* () {
    for (let value = 0; ; value++) yield value
  })()
  take<number>(3)(suspend({ work: (value: number) => of(value) })(endless)).subscribe((value) => out.push(value))
  expect(out).toEqual([0, 1, 2])
})

test('a long synchronous source does not nest calls', () => {
  let count = 0
  suspend({ work: (value: number) => of(value) })(new Array<number>(100_000).fill(1)).subscribe(() => count++)
  expect(count).toBe(100_000)
})

test('an asynchronous source, its end, its error and the error of the work', async () => {
  const give = async function* (letters: string, end?: Error) {
    for (const letter of letters) yield letter
    if (end !== undefined) throw end
  }
  const work = (letter: string) => [letter, letter.toUpperCase()]
  expect(await outcome(suspend({ work })(give('ab')))).toEqual(['a', 'A', 'b', 'B', 'complete'])
  expect(await outcome(suspend({ work })(give('a', new Error('gone'))))).toEqual(['a', 'A', 'error: Error: gone'])
  const refuse = (): never => {
    throw new Error('refused')
  }
  expect(await outcome(suspend({ work: refuse })(give('ab')))).toEqual(['error: Error: refused'])
})

test('an asynchronous source with a pending value is ended at once, and its late value is not emitted', async () => {
  const notes: string[] = []
  const source: AsyncIterable<string> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise((resolve) => setImmediate(() => resolve({ done: false, value: 'late' }))),
      return: async () => {
        notes.push('told')
        throw new Error('nobody hears this')
      },
    }),
  }
  suspend({ work: (word: string) => of(notes.push(word)) })(source)
    .subscribe()
    .unsubscribe()
  expect(notes).toEqual(['told'])
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  expect(notes).toEqual(['told'])
})

test('a run that is stopped, saved and resumed on the rest of its source equals one that is never stopped', () => {
  const letters = [...'abcd']
  for (let cut = 0; cut <= 2 * letters.length; cut++) {
    const memory = cell<OverflowState<string>>(emptyOverflow)
    const out: string[] = []
    const gate = new Subject<void>()
    const work = (letter: string) => map(() => letter.toUpperCase())(take<void>(1)(gate))
    const asking = (from: number) =>
      suspend({ work, cell: memory })(letters.slice(from)).subscribe((letter) => out.push(letter))
    const first = asking(0)
    for (let ended = 0; ended < cut; ended++) gate.next()
    const saved = structuredClone(memory.snapshot())
    expect(saved).toMatchObject({ arrived: saved.begun, dropped: 0, waiting: [] })
    first.unsubscribe()
    expect(memory.snapshot()).toEqual(saved)
    memory.restore(saved)
    asking(saved.arrived)
    for (let ended = cut; ended < 2 * letters.length; ended++) gate.next()
    expect(out.join('')).toBe('ABCD')
    expect(memory.value).toEqual({ ...emptyOverflow, arrived: 4, begun: 4 })
  }
})
