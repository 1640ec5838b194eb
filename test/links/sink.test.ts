import { NEVER, Observable, concat, of, throwError } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { type LinkOptions, link } from '../../src/links/link.js'
import { toJson } from '../../src/links/message.js'
import { type Write, sinkOn } from '../../src/links/sink.js'

const place = { label: 'toTest test://here', secrets: [] }

/** A sink over connections of a kind. */
const over = <C>(connect: Observable<C>, options: LinkOptions, writer: (connection: C) => Write<string>) =>
  sinkOn<C, unknown, string>(link(place, { report: () => {}, ...options }, connect), toJson, writer)

/** A sink whose transport accepts a message when the test lets it. */
const opened = async () => {
  const taken: string[] = []
  const waiting: { readonly take: () => void; readonly refuse: (error: Error) => void }[] = []
  let lose: (error: Error) => void = () => {}
  const connect = new Observable<Write<string>>((subscriber) => {
    lose = (error) => subscriber.error(error)
    subscriber.next(
      (message) =>
        new Promise((resolve, reject) => {
          const take = (): void => resolve(void taken.push(message))
          waiting.push({ take, refuse: reject })
        }),
    )
  })
  const sink = over(connect, { backoff: { first: 1 } }, (write) => write)
  return { sink, counts: sink.link, taken, waiting, lose: (error: Error) => lose(error) }
}

const outcome = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => String(error))

describe('send', () => {
  test('resolves when the transport has taken the value', async () => {
    const { sink, taken, waiting, counts } = await opened()
    const sending = sink.send({ speed: Float32Array.of(0.5) })
    await Promise.resolve()
    expect(counts.value).toMatchObject({ connected: true, sent: 0 })
    waiting[0].take()
    expect(await sending).toBe(true)
    expect(taken).toEqual(['{"speed":[0.5]}'])
    expect(counts.value.sent).toBe(1)
  })

  test('a hundred times faster than the transport: two values are kept, the newest is sent next, the others resolve with false and are counted', async () => {
    const { sink, taken, waiting, counts } = await opened()
    const sending = Array.from({ length: 100 }, (_, i) => sink.send(i))
    await Promise.resolve()
    expect(waiting).toHaveLength(1)
    waiting[0].take()
    await sending[0]
    await Promise.resolve()
    expect(waiting).toHaveLength(2)
    waiting[1].take()
    expect(await Promise.all(sending)).toEqual([true, ...new Array<boolean>(98).fill(false), true])
    expect(taken).toEqual(['0', '99'])
    expect(counts.value).toMatchObject({ sent: 2, dropped: 98 })
  })

  test('rejects with the error of the transport, and goes on', async () => {
    const { sink, waiting, counts } = await opened()
    const sending = outcome(sink.send(1))
    await Promise.resolve()
    waiting[0].refuse(new Error('too large'))
    expect(await sending).toBe('SensorError: toTest test://here: not sent: too large')
    expect(counts.value).toMatchObject({ dropped: 1, failure: 'too large' })
    const next = sink.send(2)
    await Promise.resolve()
    waiting[1].take()
    expect(await next).toBe(true)
  })

  test('rejects on a value that cannot be written, before anything is sent', async () => {
    const { sink, waiting } = await opened()
    expect(await outcome(sink.send(NaN))).toBe('RangeError: a value: expected a finite number, got NaN')
    expect(waiting).toEqual([])
  })
})

describe('a connection that is lost', () => {
  test('rejects what is under way and what waits, keeps nothing for later, and takes values again when it is back', async () => {
    const { sink, counts, waiting, taken, lose } = await opened()
    const sending = [1, 2].map((value) => outcome(sink.send(value)))
    await Promise.resolve()
    lose(new Error('cable pulled'))
    const lost =
      'SensorError: toTest test://here: not connected: cable pulled: the connection was lost before it was sent'
    expect(await Promise.all(sending)).toEqual([lost, lost])
    expect(await outcome(sink.send(3))).toBe('SensorError: toTest test://here: not connected: cable pulled')
    expect(counts.value).toMatchObject({ connected: false, dropped: 3, failure: 'cable pulled' })
    while (!counts.value.connected) await new Promise((resolve) => setImmediate(resolve))
    const again = sink.send(4)
    await Promise.resolve()
    waiting.at(-1)!.take()
    expect(await again).toBe(true)
    expect(taken).toEqual(['4'])
  })

  test.each(['take', 'refuse'] as const)(
    'is not heard of any more: a write of before that ends late (%s) lets no second one start',
    async (end) => {
      const { sink, counts, waiting, lose } = await opened()
      const before = outcome(sink.send(1))
      await Promise.resolve()
      lose(new Error('cable pulled'))
      expect(await before).toContain('the connection was lost before it was sent')
      while (!counts.value.connected) await new Promise((resolve) => setImmediate(resolve))
      const underway = sink.send(2)
      await Promise.resolve()
      const next = sink.send(3)
      await Promise.resolve()
      expect(waiting).toHaveLength(2)
      waiting[0][end](new Error('too late'))
      await new Promise((resolve) => setImmediate(resolve))
      expect(waiting).toHaveLength(2)
      expect(counts.value).toMatchObject({ sent: 0, dropped: 1, failure: 'cable pulled' })
      waiting[1].take()
      expect(await underway).toBe(true)
      waiting[2].take()
      expect(await next).toBe(true)
    },
  )
})

describe('the end', () => {
  test('close lets go at once, and what is under way is rejected', async () => {
    const { sink, counts } = await opened()
    const sending = outcome(sink.send(1))
    await Promise.resolve()
    await sink.close()
    await sink.close()
    expect(await sending).toBe('SensorError: toTest test://here: closed')
    expect(await outcome(sink.send(2))).toBe('SensorError: toTest test://here: closed')
    expect(counts.value.connected).toBe(false)
  })

  test('a sink that cannot be opened rejects each send with the reason', async () => {
    const refused = throwError(() => new Error('refused'))
    const sink = over(refused, { backoff: { retries: 0 } }, () => async () => {})
    expect(await outcome(sink.send(1))).toBe('SensorError: toTest test://here: gave up (failures in a row: 1): refused')
  })

  test('one that fails for good later rejects each send with the reason', async () => {
    const gone = concat(
      of(0),
      throwError(() => new Error('gone')),
    )
    const sink = over(gone, { backoff: { retries: 0 } }, () => () => NEVER as never)
    expect(await outcome(sink.send(1))).toBe('SensorError: toTest test://here: gave up (failures in a row: 1): gone')
  })
})
