/** What `sliding` and `dropping` are both proved by, since they differ in one thing alone. */
import { type Observable, Subject, concat, ignoreElements, interval, map, of, take, tap, throwError, timer } from 'rxjs'
import { type RunHelpers, TestScheduler } from 'rxjs/testing'
import { describe, expect, test } from 'vitest'
import { cell } from '../../src/cell.js'
import { emptyOverflowCounts, type OverflowCounts, type WorkOptions } from '../../src/streams/overflow.js'
import { operatorSuite } from '../../src/testing/operatorSuite.js'

type OverflowOperator = <In, Out>(
  size: number,
  options: WorkOptions<In, Out>,
) => (source: Observable<In>) => Observable<Out>

/** Work on a letter that says it in capitals, five frames on. */
export const capital = (letter: string): Observable<string> => map(() => letter.toUpperCase())(timer(5))

/** Work that fails with the marbles' own error, five frames on. */
export const failing = (): Observable<never> =>
  concat(
    ignoreElements()(timer(5)),
    throwError(() => 'error'),
  )

/** Holds marbles against what comes of them, in virtual time. */
export const expectMarbles = (play: (helpers: RunHelpers) => void): void =>
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(play)

/** A thousand values, one a millisecond, for work that takes a hundred: what was worked on, and the counts on the way. */
export const flooded = (operator: OverflowOperator, size: number) => {
  const counts = cell(emptyOverflowCounts)
  const looks: OverflowCounts[] = []
  const worked: number[] = []
  new TestScheduler(() => {}).run(() => {
    const source = tap<number>(() => looks.push(counts.value))(take<number>(1000)(interval(1)))
    const work = (value: number) => map(() => value)(timer(100))
    operator(size, { work, cell: counts })(source).subscribe((value) => worked.push(value))
  })
  return { worked, looks, counts: counts.value }
}

/** The tests that both of them pass in the same words. */
export const overflowTests = (name: string, operator: OverflowOperator): void => {
  describe('suite, with work as fast as its source', () => {
    const make = () => operator(2, { work: of })
    for (const rule of operatorSuite({ make, throwing: (fail) => operator(2, { work: fail }) }))
      test(rule.name, rule.run)
  })

  test('an error of the source comes at once, whatever waits', () =>
    expectMarbles(({ hot, expectObservable }) => {
      const source = hot('   a-b-c-d-#')
      const expected = '     -----A--#'
      expectObservable(operator(2, { work: capital })(source)).toBe(expected)
    }))

  test('an error of the work ends it, and leaves the source', () =>
    expectMarbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('   a-b-c-d-e-|')
      const subscription = ' ^----!'
      const expected = '     -----#'
      expectObservable(operator(2, { work: failing })(source)).toBe(expected)
      expectSubscriptions(source.subscriptions).toBe(subscription)
    }))

  test('unsubscribing leaves the source and the work', () =>
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

  test('a source a hundred times faster than its consumer: never more wait than may, and every value is accounted for', () => {
    for (const size of [1, 7]) {
      const { looks, counts } = flooded(operator, size)
      expect(looks).toHaveLength(1000)
      expect(Math.max(...looks.map(({ waiting }) => waiting))).toBe(size)
      for (const { arrived, begun, waiting, dropped } of [...looks, counts]) {
        expect(begun + waiting + dropped).toBe(arrived)
      }
      expect(counts.waiting).toBe(0)
    }
  })

  test('what still waits when it is left counts as dropped', () => {
    const counts = cell(emptyOverflowCounts)
    const source = new Subject<string>()
    const subscription = operator(3, { work: capital, cell: counts })(source).subscribe()
    for (const letter of 'abc') source.next(letter)
    expect(counts.value).toEqual({ arrived: 3, begun: 1, waiting: 2, dropped: 0 })
    subscription.unsubscribe()
    expect(counts.value).toEqual({ arrived: 3, begun: 1, waiting: 0, dropped: 2 })
  })

  test('subscriptions that share a memory add up, and share no queue', () => {
    const counts = cell(emptyOverflowCounts)
    const source = new Subject<string>()
    const both = [1, 2].map(() => operator(1, { work: capital, cell: counts })(source).subscribe())
    for (const letter of 'abc') source.next(letter)
    expect(counts.value).toEqual({ arrived: 6, begun: 2, waiting: 2, dropped: 2 })
    for (const subscription of both) subscription.unsubscribe()
  })

  test.each([0, -1, 1.5, NaN, Infinity])('throws when built on a size of %s', (size) => {
    expect(() => operator(size, { work: of })).toThrow(
      `${name}: expected a positive integer of values that may wait, got ${size}`,
    )
  })
}
