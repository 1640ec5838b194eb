import { Subject, map, throwError } from 'rxjs'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { actuate } from '../../operators/actuate.js'
import { halt } from '../../operators/halt.js'
import { timeSteps } from '../../src/testing/marbles.js'
import { operatorSuite } from '../../src/testing/operatorSuite.js'
import { play } from '../../src/testing/play.js'
import type { TimeStep } from '../../src/types.js'
import { decide } from './bounds.js'
import { fakeDriver } from './fakeDriver.js'

describe('suite', () => {
  for (const { name, run } of operatorSuite({ make: () => halt(fakeDriver(['thrust'])) })) test(name, run)
})

test('an error from above stops the world, in its frame', () => {
  const source = '--a-b---#'
  const result = '--a-b---#'
  const world = fakeDriver(['thrust'])
  expect(play(source, halt(world)).timeline).toBe(result)
  expect(world.told).toEqual(['stop'])
})

test('the world is stopped before any subscriber gets the error', () => {
  const world = fakeDriver(['thrust'])
  let toldBefore: readonly string[] = []
  halt(world)(throwError(() => new Error('above'))).subscribe({ error: () => (toldBefore = [...world.told]) })
  expect(toldBefore).toEqual(['stop'])
})

test('neither a completion nor an unsubscription is an error', () => {
  const world = fakeDriver(['thrust'])
  play('--a-b-t|', halt(world))
  play('--a-b-t|', halt(world), { unsubscribe: '^---!' })
  expect(world.told).toEqual([])
})

test('at the end of a chain it stops the world on an error from below actuate', () => {
  const source = '--a-b-c|'
  const failed = '--a-#'
  const world = fakeDriver(['thrust'])
  const below = map((step: TimeStep) => {
    if (step.index === 1) throw new Error('below')
    return step
  })
  const { timeline } = play(source, (steps) => halt(world)(below(actuate(world)(steps))), { prepare: decide([0.5]) })
  expect(timeline).toBe(failed)
  expect(world.told).toEqual(['act 0 [0.5]', 'act 1 [0.5]', 'stop'])
})

test('a completion that stopping the world causes does not replace the error', () => {
  const steps = new Subject<TimeStep>()
  const world = fakeDriver(['thrust'], { stop: async () => steps.complete() })
  const failing = map((): never => {
    throw new Error('above')
  })
  const heard: string[] = []
  halt(world)(failing(steps)).subscribe({
    error: (error: unknown) => heard.push(String(error)),
    complete: () => heard.push('complete'),
  })
  steps.next(timeSteps('a')[0])
  expect(heard).toEqual(['Error: above'])
})

describe('a world whose stop fails is reported in one line, and the error is passed on', () => {
  const refusal = new Error('the brake is stuck')
  test.each<readonly [string, () => Promise<void>]>([
    ['by rejecting', () => Promise.reject(refusal)],
    [
      'by throwing',
      () => {
        throw refusal
      },
    ],
  ])('%s', async (_how, stop) => {
    const warned = vi.spyOn(console, 'warn').mockReturnValue()
    onTestFinished(() => warned.mockRestore())
    let passed: unknown = null
    halt(fakeDriver(['thrust'], { stop }))(throwError(() => 'above')).subscribe({
      error: (error) => (passed = error),
    })
    expect(passed).toBe('above')
    await new Promise((resolve) => setImmediate(resolve))
    expect(warned.mock.calls).toEqual([['halt: stop failed: the brake is stuck; the world may not be at rest']])
  })
})
