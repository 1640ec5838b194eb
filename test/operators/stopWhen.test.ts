import { of } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { stopWhen } from '../../operators/stopWhen.js'
import { type Episode, tallyEpisodes } from '../../operators/tallyEpisodes.js'
import { pipe } from '../../src/streams/pipe.js'
import { timeSteps } from '../../src/testing/marbles.js'
import { operatorSuite } from '../../src/testing/operatorSuite.js'
import { play } from '../../src/testing/play.js'
import type { TimeStep } from '../../src/types.js'
import { said } from './resume.js'

describe('suite', () => {
  const make = () => stopWhen(() => false)
  const throwing = (fail: () => never) => stopWhen(() => fail())
  for (const { name, run } of operatorSuite({ make, throwing })) test(name, run)
})

test('completes with the record for which the predicate holds, and unsubscribes from its source in that frame', () => {
  const source = '--a-b-t-a-b-'
  const result = '--a-b-t-(a|)'
  const upTill = '^-------!'
  const { timeline, subscriptions } = play(
    source,
    stopWhen(({ index }: TimeStep) => index === 3),
  )
  expect(timeline).toBe(result)
  expect(subscriptions).toEqual([upTill])
})

test('completes with the first record of all, and with its source', () => {
  expect(
    play(
      '--a-b-',
      stopWhen(() => true),
    ).timeline,
  ).toBe('--(a|)')
  expect(
    play(
      '--a-b|',
      stopWhen(() => false),
    ).timeline,
  ).toBe('--a-b|')
})

test('passes the records themselves, with the fields of users, whose types the predicate knows', () => {
  const steps = timeSteps('abtabt')
  const seen = said(
    (source) =>
      pipe(
        source,
        tallyEpisodes(),
        stopWhen(({ episode }) => episode !== null && episode.episode === 1),
      ),
    steps,
  )
  const last: TimeStep & { readonly episode: Episode | null } = seen[2]
  expect(seen).toHaveLength(3)
  expect(last.episode?.step).toBe(2)
})

test('takes records of any kind', () => {
  const passed: number[] = []
  pipe(
    of(1, 5, 2),
    stopWhen((value) => value > 4),
  ).subscribe((value) => passed.push(value))
  expect(passed).toEqual([1, 5])
})
