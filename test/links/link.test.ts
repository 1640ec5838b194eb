import * as t from 'io-ts'
import { NEVER, Observable, Subject, concat, defer, map, of, throwError, timer } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, test } from 'vitest'
import { SensorError } from '../../src/failure.js'
import { seeded } from '../../src/random.js'
import type { Backoff } from '../../src/links/backoff.js'
import { type LinkOptions, link } from '../../src/links/link.js'
import { emptyLinkCounts } from '../../src/links/linkCounts.js'
import { sourceOn } from '../../src/links/source.js'

const place = { label: 'fromTest test://here', secrets: ['sesame'] }

/** A source of the texts of a connection. */
const texts = <C>(options: LinkOptions, connect: Observable<C>, use: (connection: C) => Observable<string>) =>
  sourceOn<C, string, undefined, string>(
    link(place, { report: () => {}, ...options }, connect),
    { codec: t.string },
    (text) => text,
    (connection, { message, fail }) =>
      use(connection).subscribe({ next: (text) => message(text, undefined), error: fail }),
  )

/** When a link connects, by the virtual millisecond, if each connection does this; until `until`. */
const attempts = (options: LinkOptions, connection: (attempt: number) => Observable<string>, until = 100_000) => {
  const scheduler = new TestScheduler(() => {})
  const frames: number[] = []
  const heard: string[] = []
  let counts = emptyLinkCounts
  scheduler.run(() => {
    const connect = defer(() => {
      frames.push(scheduler.now())
      return concat(of(frames.length), NEVER)
    })
    const source = texts({ scheduler, ...options }, connect, connection)
    const subscription = source.subscribe({
      next: (value) => heard.push(String(value)),
      error: (error: unknown) => heard.push(String(error)),
      complete: () => heard.push('complete'),
    })
    scheduler.schedule(() => {
      subscription.unsubscribe()
      counts = source.link.value
    }, until)
  })
  return { frames, heard, counts }
}

const lost = (): Observable<never> => throwError(() => new Error('cable pulled'))
const gaps = (frames: readonly number[]): readonly number[] => frames.slice(1).map((frame, i) => frame - frames[i])

describe('backing off', () => {
  test('waits twice as long each time, up to the longest wait', () => {
    const { frames } = attempts({ backoff: { first: 100, longest: 1000 } }, lost, 5000)
    expect(gaps(frames)).toEqual([100, 200, 400, 800, 1000, 1000, 1000])
  })

  test('begins with 100 ms, and never waits longer than ten seconds', () => {
    const { frames } = attempts({}, lost)
    expect(gaps(frames).slice(0, 9)).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000])
  })

  test('begins anew when a message came through', () => {
    const connection = (attempt: number) => (attempt % 3 === 0 ? concat(of(`message of ${attempt}`), lost()) : lost())
    const { frames, heard } = attempts({ backoff: { first: 10 } }, connection, 135)
    expect(gaps(frames)).toEqual([10, 20, 10, 20, 40, 10, 20])
    expect(heard.slice(0, 2)).toEqual(['message of 3', 'message of 6'])
  })

  test('shortens waits at random, at most by half, and the same for the same seed', () => {
    const run = () =>
      gaps(attempts({ backoff: { first: 1000, longest: 1000, random: seeded(4)('link') } }, lost).frames)
    const waits = run()
    expect(waits.length).toBeGreaterThan(100)
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(500)
    expect(Math.max(...waits)).toBeLessThanOrEqual(1000)
    expect(new Set(waits).size).toBeGreaterThan(50)
    expect(run()).toEqual(waits)
  })

  test('tries for ever by default, and with retries fails with the last failure', () => {
    expect(attempts({}, lost, 3_600_000).frames.length).toBeGreaterThan(300)
    const { frames, heard } = attempts({ backoff: { retries: 2 } }, lost)
    expect(frames).toEqual([0, 100, 300])
    expect(heard).toEqual(['SensorError: fromTest test://here: gave up (failures in a row: 3): cable pulled'])
    expect(attempts({ backoff: { retries: 0 } }, lost).frames).toEqual([0])
  })

  test('does not try again what is final', () => {
    const { frames, heard } = attempts({}, () => throwError(() => new SensorError('who are you')))
    expect([frames, heard]).toEqual([[0], ['SensorError: who are you']])
  })
})

describe('what counts as a loss', () => {
  test('no connection within the patience', () => {
    const scheduler = new TestScheduler(() => {})
    let counts = emptyLinkCounts
    let tries = 0
    scheduler.run(() => {
      const connect = defer(() => (tries++, NEVER))
      const source = texts({ scheduler, patience: 50, backoff: { first: 10, longest: 10 } }, connect, () => NEVER)
      const subscription = source.subscribe()
      scheduler.schedule(() => {
        subscription.unsubscribe()
        counts = source.link.value
      }, 185)
    })
    expect(tries).toBe(4)
    expect(counts).toMatchObject({
      connected: false,
      attempts: 4,
      connections: 0,
      failure: 'no connection within 50 ms',
    })
  })

  test('a silence that is too long', () => {
    const talk = (attempt: number) => map(() => `${attempt}`)(timer(0, 20))
    const hush = (attempt: number) => (attempt === 1 ? concat(of('1'), NEVER) : talk(attempt))
    const { frames, heard, counts } = attempts({ silence: 30, backoff: { first: 5 } }, hush, 100)
    expect(frames).toEqual([0, 35])
    expect(heard).toEqual(['1', '2', '2', '2', '2'])
    expect(counts.failure).toBe('no message for 30 ms')
  })
})

describe('the counts', () => {
  test('show the state of the link at any time', () => {
    const connections: Subject<string>[] = []
    const connect = new Observable<Subject<string>>((subscriber) => {
      const connection = new Subject<string>()
      connections.push(connection)
      subscriber.next(connection)
    })
    const source = texts({ backoff: { first: 0, retries: 0 } }, connect, (connection) => connection)
    const counts = source.link
    expect(counts.value).toEqual(emptyLinkCounts)
    const subscription = source.subscribe()
    expect(counts.value).toEqual({ ...emptyLinkCounts, connected: true, attempts: 1, connections: 1 })
    subscription.unsubscribe()
    expect(counts.value).toEqual({ ...emptyLinkCounts, attempts: 1, connections: 1 })
    expect(connections[0].observed).toBe(false)
  })

  test('give the failure of an outage', () => {
    const { counts } = attempts({}, lost, 250)
    expect(counts).toEqual({ ...emptyLinkCounts, attempts: 2, connections: 2, failure: 'cable pulled' })
  })
})

describe('unsubscribing', () => {
  test('leaves no timer, whether connected or waiting', () => {
    const pending = (until: number): number => {
      const scheduler = new TestScheduler(() => {})
      let left = 0
      scheduler.run(() => {
        const connect = concat(of(0), NEVER)
        const source = texts({ scheduler, silence: 1000, patience: 1000 }, connect, () => (until < 5 ? NEVER : lost()))
        const subscription = source.subscribe()
        scheduler.schedule(() => {
          subscription.unsubscribe()
          left = scheduler.actions.length
        }, until)
      })
      return left
    }
    expect([pending(2), pending(50)]).toEqual([0, 0])
  })

  test('lets go of a connection that is used', () => {
    let open = 0
    const connect = new Observable<string>((subscriber) => {
      open += 1
      subscriber.next('')
      return () => (open -= 1)
    })
    const subscription = texts({}, connect, () => NEVER).subscribe()
    expect(open).toBe(1)
    subscription.unsubscribe()
    expect(open).toBe(0)
  })
})

test.each<[string, LinkOptions]>([
  ['backoff.first', { backoff: { first: -1 } }],
  ['backoff.longest', { backoff: { longest: NaN } }],
  ['backoff.retries', { backoff: { retries: -2 } satisfies Backoff }],
  ['patience', { patience: 0 }],
  ['silence', { silence: NaN }],
])('throws on %s that is none, when it is built', (option, options) => {
  expect(() => link(place, options, NEVER)).toThrow(`fromTest test://here: ${option}: expected`)
})
