import { concat, delay, map, repeat, tap } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { scriptedError } from '../../src/testing/marbles.js'
import { play } from '../../src/testing/play.js'
import type { TimeStep } from '../../src/types.js'

const same = map((step: TimeStep) => step)

describe('a timeline', () => {
  for (const source of ['---', '--|', '--a-b-t-a-u|', '--a-b-#', '-(ab)-t|', '(ab|)']) {
    test(`${source} comes out as it went in`, () => {
      expect(play(source, same).timeline).toBe(source)
    })
  }

  test('is played in virtual time', () => {
    const source = '--a-b---t-|'
    const result = '---a-b---t|'
    expect(play(source, delay(1)).timeline).toBe(result)
  })

  test('shows an end by what the record has become', () => {
    const source = '--a-b-c|'
    const result = '--a-u-c|'
    const end = map((step: TimeStep): TimeStep => (step.index === 1 ? { ...step, kind: 'last' } : step))
    expect(play(source, end).timeline).toBe(result)
  })

  test('shows whatever is no record as a star, or as one likes', () => {
    const source = '--a-b-t|'
    const result = '--*-*-*|'
    const letter = '--m-m-l|'
    const kinds = map((step: TimeStep) => (step.kind === 'last' ? 'last' : 'mid'))
    expect(play(source, kinds).timeline).toBe(result)
    expect(play(source, kinds, { letter: (kind) => kind[0] }).timeline).toBe(letter)
  })
})

test('a pipeline that needs a scheduler or a clock receives the one on which it is played', () => {
  const source = '--a-b-c|'
  const result = '-----a-b-(c|)'
  const asked: number[] = []
  const { timeline } = play(source, (steps, clock) =>
    tap(() => void asked.push(clock.now()))(delay<TimeStep>(3, clock)(steps)),
  )
  expect(timeline).toBe(result)
  expect(asked).toEqual([5, 7, 9])
})

test('an unsubscription is executed, and the subscriptions to the source are recorded', () => {
  const source = '--a-b-c-d|'
  const unsubs = '^----!'
  const result = '--a-b-----'
  const played = play(source, same, { unsubscribe: unsubs })
  expect(played.timeline).toBe(result)
  expect(played.subscriptions).toEqual([unsubs])
})

test('every subscription is recorded, and receives records of its own', () => {
  const source = '--a-b|'
  const result = '--a-b--a-b|'
  const before = '^----!'
  const behind = '-----^----!'
  const played = play(source, (steps) => concat(steps, steps))
  expect(played.timeline).toBe(result)
  expect(played.subscriptions).toEqual([before, behind])
  expect(played.values[2]).toEqual(played.values[0])
  expect(played.values[2]).not.toBe(played.values[0])
})

test('values and the error are there to be looked at', () => {
  const { values, error } = play('--a-b-#', map((step: TimeStep) => step.index)) // prettier-ignore
  expect(values).toEqual([0, 1])
  expect(error).toBe(scriptedError)
  expect(play('--a|', same).error).toBeNull()
})

test('a stream that does not end is unsubscribed ten seconds after its last notification', () => {
  expect(play('--a', repeat()).subscriptions).toEqual(['^ 10001ms !'])
})
