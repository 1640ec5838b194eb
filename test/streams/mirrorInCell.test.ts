import { NEVER, type Observable, Subject, of, throwError } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { cell } from '../../src/cell.js'
import { mirrorInCell } from '../../src/streams/mirrorInCell.js'

const held = 'an operator that is subscribed keeps its memory in this cell'

test('without a cell the source is passed on as it is', () => {
  expect(mirrorInCell<number, never>(undefined, () => 1)(NEVER)).toBe(NEVER)
})

describe('the cell mirrors the memory from the subscription on, and holds its last value', () => {
  const ends: Readonly<Record<string, (source: Subject<number>, leave: () => void) => void>> = {
    'after a completion': (source) => source.complete(),
    'after an error': (source) => source.error('scripted'),
    'after it was left': (_, leave) => leave(),
  }
  test.each(Object.entries(ends))('%s', (_, end) => {
    const memory = cell(0)
    const source = new Subject<number>()
    let state = 5
    const kept = mirrorInCell<number, number>(memory, () => state)(source)
    expect(memory.value).toBe(0)
    const subscription = kept.subscribe({ error: () => {} })
    expect(memory.value).toBe(5)
    state = 6
    expect(memory.snapshot()).toBe(6)
    end(source, () => subscription.unsubscribe())
    state = 7
    expect(memory.value).toBe(6)
    memory.restore(8)
    expect(memory.value).toBe(8)
  })
})

test.each<[string, Observable<number>]>([
  ['a completion', of(1)],
  ['an error', throwError(() => 'scripted')],
])('%s frees the cell before it goes on, so that its observer may subscribe again', (_, source) => {
  const memory = cell(0)
  const kept = mirrorInCell<number, number>(memory, () => 1)
  const ends: unknown[] = []
  const again = () => kept(NEVER).subscribe({ error: (error: unknown) => ends.push(error) })
  kept(source).subscribe({ complete: again, error: again })
  expect(ends).toEqual([])
  expect(memory.value).toBe(1)
})

test('a second subscription gets an error, and the first continues', () => {
  const memory = cell(0)
  const source = new Subject<number>()
  const heard: unknown[] = []
  const kept = mirrorInCell<number, number>(memory, () => 1)(source)
  kept.subscribe((value) => heard.push(value))
  kept.subscribe({ error: (error: unknown) => heard.push(String(error)) })
  source.next(3)
  expect(heard).toEqual([expect.stringContaining(held), 3])
  source.complete()
  expect(memory.value).toBe(1)
})
