import { type Observable, of, toArray } from 'rxjs'
import { expect, expectTypeOf, test } from 'vitest'
import { type Stamped, isStamped, mapStamped } from '../../src/time/stamped.js'

test('a projection leaves stamp, liveness and whatever else there is', () => {
  const source: Observable<Stamped<{ readonly x: number }>> = of(
    { value: { x: 1 }, stamp: 5, live: true, topic: 'plant/x' },
    { value: { x: 2 }, stamp: null, live: false },
  )
  const projected = source.pipe(mapStamped(({ x }) => [x, -x]))
  expectTypeOf(projected).toEqualTypeOf<Observable<Stamped<number[]>>>()
  let seen: unknown
  projected.pipe(toArray()).subscribe((all) => (seen = all))
  expect(seen).toEqual([
    { value: [1, -1], stamp: 5, live: true, topic: 'plant/x' },
    { value: [2, -2], stamp: null, live: false },
  ])
})

test.each([
  [{ value: 1, stamp: null, live: true }, true],
  [{ value: 1, stamp: 2 }, false],
  [[1, 2], false],
  [Float64Array.of(1), false],
  [null, false],
  [undefined, false],
  [7, false],
])('%o is stamped: %o', (value, is) => {
  expect(isStamped(value)).toBe(is)
})
