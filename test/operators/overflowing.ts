/** The tests of both `sliding` and `dropping`, which differ only in which value they drop. */
import {
  type Observable,
  Subject,
  concat,
  filter,
  ignoreElements,
  interval,
  map,
  of,
  take,
  tap,
  throwError,
  timer,
} from 'rxjs'
import { type RunHelpers, TestScheduler } from 'rxjs/testing'
import { describe, expect, test } from 'vitest'
import { type Cell, cell } from '../../src/cell.js'
import { finiteNumber } from '../../src/edge/codecs.js'
import { seeded } from '../../src/random.js'
import { overflowFormat } from '../../src/state/formats.js'
import { emptyOverflow, type OverflowState, type WorkOptions } from '../../src/streams/workOneByOne.js'
import { operatorSuite } from '../../src/testing/operatorSuite.js'
import { expectResumable } from './resume.js'

type OverflowOperator = <In, Out>(
  size: number,
  options: WorkOptions<In, Out>,
) => (source: Observable<In>) => Observable<Out>

/** Work on a letter that emits its capital five frames later. */
export const capital = (letter: string): Observable<string> => map(() => letter.toUpperCase())(timer(5))

/** Work that fails with the marbles' own error five frames later. */
export const failing = (): Observable<never> =>
  concat(
    ignoreElements()(timer(5)),
    throwError(() => 'error'),
  )

/** Compares marbles with the output of the operator, in virtual time. */
export const expectMarbles = (play: (helpers: RunHelpers) => void): void =>
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(play)

/** A thousand values, one a millisecond, for work that takes a hundred: what was worked on, and the counts on the way. */
export const flooded = (operator: OverflowOperator, size: number) => {
  const memory = cell<OverflowState<number>>(emptyOverflow)
  const looks: OverflowState<number>[] = []
  const worked: number[] = []
  new TestScheduler(() => {}).run(() => {
    const source = tap<number>(() => looks.push(memory.value))(take<number>(1000)(interval(1)))
    const work = (value: number) => map(() => value)(timer(100))
    operator(size, { work, cell: memory })(source).subscribe((value) => worked.push(value))
  })
  return { worked, looks, state: memory.value }
}

/** The tests that both operators pass. */
export const overflowTests = (name: string, operator: OverflowOperator): void => {
  describe('suite, with work as fast as its source', () => {
    const make = () => operator(2, { work: of })
    for (const rule of operatorSuite({ make, throwing: (fail) => operator(2, { work: fail }) }))
      test(rule.name, rule.run)
  })

  test('an error of the source comes at once, even if values wait', () =>
    expectMarbles(({ hot, expectObservable }) => {
      const source = hot('   a-b-c-d-#')
      const expected = '     -----A--#'
      expectObservable(operator(2, { work: capital })(source)).toBe(expected)
    }))

  test('an error of the work ends the output, and unsubscribes from the source', () =>
    expectMarbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('   a-b-c-d-e-|')
      const subscription = ' ^----!'
      const expected = '     -----#'
      expectObservable(operator(2, { work: failing })(source)).toBe(expected)
      expectSubscriptions(source.subscriptions).toBe(subscription)
    }))

  test('unsubscribing ends the source and the work', () =>
    expectMarbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const source = hot('      --a-b|')
      const work = cold('         ------x|')
      const unsubscribe = '     ----!'
      const subscription = '    ^---!'
      const workSubscription = '--^-!'
      expectObservable(operator(2, { work: () => work })(source), unsubscribe).toBe('-----')
      expectSubscriptions(source.subscriptions).toBe(subscription)
      expectSubscriptions(work.subscriptions).toBe(workSubscription)
    }))

  test('works that complete at once do not nest, however many wait', () => {
    const gate = new Subject<number>()
    const source = new Subject<number>()
    const out: number[] = []
    operator(50_000, { work: (value: number) => (value === 0 ? take<number>(1)(gate) : of(value)) })(source).subscribe(
      (value) => out.push(value),
    )
    for (let value = 0; value <= 50_000; value++) source.next(value)
    gate.next(0)
    expect(out).toHaveLength(50_001)
    expect(out.every((value, place) => value === place)).toBe(true)
  })

  test('a value that comes from within the work on another waits for its turn', () => {
    const source = new Subject<number>()
    const out: string[] = []
    const work = (value: number) => {
      out.push(`begin ${value}`)
      if (value < 3) source.next(value + 1)
      return tap({ complete: () => out.push(`end ${value}`) })(of(value))
    }
    operator(1, { work })(source).subscribe()
    source.next(1)
    expect(out).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2', 'begin 3', 'end 3'])
  })

  test('a source a hundred times faster than its consumer: never more values wait than the size, and every value is counted', () => {
    for (const size of [1, 7]) {
      const { looks, state } = flooded(operator, size)
      expect(looks).toHaveLength(1000)
      expect(Math.max(...looks.map(({ waiting }) => waiting.length))).toBe(size)
      for (const { arrived, begun, waiting, dropped } of [...looks, state]) {
        expect(begun + waiting.length + dropped).toBe(arrived)
      }
      expect(state).toMatchObject({ waiting: [], underway: null })
    }
  })

  /** Works on numbers; each null ends the work that is under way. */
  const gated = (memory: Cell<OverflowState<number>>, size: number) => (events: Observable<number | null>) => {
    const gate = new Subject<void>()
    const values = filter((event: number | null): event is number => event !== null)(
      tap<number | null>((event) => event === null && gate.next())(events),
    )
    return operator(size, { work: (value: number) => map(() => value)(take<void>(1)(gate)), cell: memory })(values)
  }

  test.each([1, 2, 5])(
    'a run that is stopped, saved and resumed equals one that is never stopped, with %i places',
    (size) => {
      const random = seeded(size)('events')
      const events = Array.from({ length: 40 }, (_, value) => (random.uniform() < 0.6 ? value : null))
      expectResumable<OverflowState<number>, number, number | null>(
        emptyOverflow,
        overflowFormat(finiteNumber),
        (memory) => gated(memory, size),
        events,
      )
    },
  )

  test('values without finished work stay in the cell when a subscription ends, and the next subscription works on them', () => {
    const memory = cell<OverflowState<string>>(emptyOverflow)
    const source = new Subject<string>()
    const subscription = operator(3, { work: capital, cell: memory })(source).subscribe()
    for (const letter of 'abc') source.next(letter)
    const state = { arrived: 3, begun: 1, dropped: 0, waiting: ['b', 'c'], underway: { value: 'a' } }
    expect(memory.value).toEqual(state)
    subscription.unsubscribe()
    expect(memory.value).toEqual(state)
    const out: string[] = []
    operator(3, { work: (letter: string) => of(letter.toUpperCase()), cell: memory })(of('d')).subscribe((letter) =>
      out.push(letter),
    )
    expect(out).toEqual(['A', 'B', 'C', 'D'])
    expect(memory.value).toEqual({ arrived: 4, begun: 4, dropped: 0, waiting: [], underway: null })
  })

  test('values that do not fit into a smaller queue are dropped and counted', () => {
    const memory = cell<OverflowState<string>>({ ...emptyOverflow, arrived: 3, waiting: ['a', 'b', 'c'] })
    operator(1, { work: capital, cell: memory })(new Subject()).subscribe().unsubscribe()
    expect(memory.value).toMatchObject({ arrived: 3, begun: 1, dropped: 2, waiting: [] })
  })

  const never = (): Observable<string> => new Subject()
  const failed = (): Observable<string> => throwError(() => 'error')
  test.each([
    ['of the source', failed, never, { value: 'a' }],
    ['of the work', never, failed, null],
  ])('after an error %s the cell holds what was not worked off', (_, rest, work, underway) => {
    const memory = cell<OverflowState<string>>(emptyOverflow)
    let error: unknown = null
    operator(3, { work, cell: memory })(concat(of('a'), rest())).subscribe({
      error: (reason: unknown) => (error = reason),
    })
    expect(error).toBe('error')
    expect(memory.value).toMatchObject({ arrived: 1, begun: 1, dropped: 0, waiting: [], underway })
  })

  test('a second subscription to the same cell is refused, and the first goes on', () => {
    const memory = cell<OverflowState<string>>(emptyOverflow)
    const source = new Subject<string>()
    const out: unknown[] = []
    const operated = operator(1, { work: (letter: string) => of(letter), cell: memory })(source)
    operated.subscribe((letter) => out.push(letter))
    operated.subscribe({ error: (error: unknown) => out.push(String(error)) })
    source.next('a')
    expect(out).toEqual([expect.stringContaining('an operator that is subscribed keeps its memory in this cell'), 'a'])
  })

  test.each([0, -1, 1.5, NaN, Infinity])('throws when built on a size of %s', (size) => {
    expect(() => operator(size, { work: of })).toThrow(
      `${name}: expected a positive integer of values that may wait, got ${size}`,
    )
  })
}
