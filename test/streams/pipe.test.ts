import { identity, lastValueFrom, of, pipe as joined, toArray } from 'rxjs'
import { expect, test } from 'vitest'
import { takeSteps } from '../../operators/takeSteps.js'
import { transitions } from '../../operators/transitions.js'
import { pipe } from '../../src/streams/pipe.js'
import type { TimeStep } from '../../src/types.js'

const step: TimeStep = {
  kind: 'first',
  observation: [0],
  reward: 0,
  terminated: false,
  truncated: false,
  previousAction: null,
  index: 0,
  time: 0,
}

test('applies operators from left to right, and returns the result of the last one', async () => {
  expect(await pipe(of(step), takeSteps(1), transitions(), toArray(), lastValueFrom)).toMatchObject([{ index: 0 }])
  expect(pipe(3)).toBe(3)
})

test('a list of operators without a source gets an error that names the pipe of RxJS', () => {
  // @ts-expect-error an operator is no source
  const build = () => pipe(takeSteps(1), transitions())
  expect(build).toThrow(
    "pipe: expected a stream first, got a function; pipe(source, operator, ...) applies operators to a source. RxJS's pipe " +
      "joins operators without one: import { pipe as joined } from 'rxjs'",
  )
})

test.each([undefined, null])('no source, which a world that was not awaited has, is told so: %s', (source) => {
  expect(() => pipe(source as never, takeSteps(1))).toThrow(
    `pipe: expected a stream first, got ${source}; the timeSteps of a world are undefined until simulate was awaited: ` +
      'const world = await simulate(...)',
  )
})

test('an operator that was not called is named', () => {
  const build = () => pipe(of(step), takeSteps(1), transitions as never)
  expect(build).toThrow(
    'pipe: operator 2 (transitions) returned a function and no stream: call it with its options, transitions(...)',
  )
})

test('a value that is not a function is refused as an operator', () => {
  for (const wrong of [undefined, of(1)]) {
    expect(() => pipe(of(step), wrong as never)).toThrow(/^pipe: operator 1: expected a function, got /)
  }
})

test('an operator that returns nothing is an error, unless it is the last', () => {
  const forgetful = () => undefined
  expect(() => pipe(of(step), forgetful as unknown as typeof identity, takeSteps(1))).toThrow(
    'pipe: operator 1 (forgetful) returned undefined, expected a stream',
  )
  expect(pipe(of(step), forgetful)).toBe(undefined)
})

test('RxJS’s pipe refuses a stream when it is compiled', () => {
  // @ts-expect-error a stream is no operator
  expect(joined(of(step), takeSteps(1))).not.toHaveProperty('subscribe')
})
