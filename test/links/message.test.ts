import * as t from 'io-ts'
import { NEVER, Subject, concat, from, of } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { closed, finiteNumber } from '../../src/edge/codecs.js'
import { link } from '../../src/links/link.js'
import { type SourceOptions, fromJson, toJson } from '../../src/links/message.js'
import { sourceOn } from '../../src/links/source.js'

const reading = closed({ warmth: finiteNumber })

const heard = (
  messages: readonly string[],
  options: Partial<SourceOptions<string, { readonly warmth: number }>> = {},
) => {
  const line = link({ label: 'fromTest test://here', secrets: [] }, {}, concat(of(0), NEVER))
  const out: unknown[] = []
  sourceOn<number, string, undefined, { readonly warmth: number }>(
    line,
    { codec: reading, ...options },
    fromJson,
    (_, { message }) => from(messages).subscribe((each) => message(each, undefined)),
  ).subscribe({
    next: (value) => out.push(value),
    error: (error: unknown) => out.push(String(error)),
  })
  return { out, counts: line.counts.value }
}

const good = '{"warmth":21.5}'

describe('a bad message', () => {
  test.each([
    ['{"warmth":"hot"}', 'warmth: expected a finite number; got "hot"'],
    [
      '{"warmht":21}',
      'warmht: expected one of warmth; got "warmht"; nearest: warmth; warmth: expected a finite number; got nothing',
    ],
    ['{"warmth":', 'expected JSON; got "{\\"warmth\\":"'],
    ['21.5', 'expected an object with warmth; got 21.5'],
  ])('%s fails the stream with field, expected and got', (message, complaint) => {
    const { out, counts } = heard([good, message, good])
    expect(out).toEqual([{ warmth: 21.5 }, `SensorError: fromTest test://here: a bad message: ${complaint}`])
    expect(counts).toMatchObject({ messages: 1, bad: 1, failure: complaint })
  })

  test('is counted and skipped if that was chosen', () => {
    const { out, counts } = heard([good, 'x', good, 'y'], { onBad: 'skip' })
    expect(out).toEqual([{ warmth: 21.5 }, { warmth: 21.5 }])
    expect(counts).toMatchObject({ messages: 2, bad: 2, failure: 'expected JSON; got "y"' })
  })

  test('is one that a parser of the caller throws at, in its words', () => {
    const parse = (line: string): unknown => {
      if (!line.startsWith('T=')) throw new Error('T= and a number')
      return { warmth: Number(line.slice(2)) }
    }
    expect(heard(['T=3', 'U=4', 'T=x'], { parse, onBad: 'skip' })).toMatchObject({
      out: [{ warmth: 3 }],
      counts: { bad: 2, failure: 'warmth: expected a finite number; got NaN' },
    })
    expect(heard(['U=4'], { parse }).out).toEqual([
      'SensorError: fromTest test://here: a bad message: expected T= and a number; got "U=4"',
    ])
  })

  test('is shown in few characters, at any length', () => {
    const [complaint] = heard([`"${'x'.repeat(1e6)}"`]).out as string[]
    expect(complaint.length).toBeLessThan(250)
  })
})

test('each message is handed on before the next one is taken', () => {
  const source = new Subject<string>()
  const order: string[] = []
  const line = link({ label: 'fromTest', secrets: [] }, {}, concat(of(0), NEVER))
  const numbers = sourceOn<number, string, undefined, number>(line, { codec: t.number }, fromJson, (_, { message }) =>
    source.subscribe((each) => message(each, undefined)),
  )
  numbers.subscribe((value) => order.push(`out ${String(value)}`))
  for (const message of ['1', '2']) {
    order.push(`in ${message}`)
    source.next(message)
  }
  expect(order).toEqual(['in 1', 'out 1', 'in 2', 'out 2'])
})

describe('JSON', () => {
  test('is read from text and from bytes', () => {
    expect(fromJson('{"a":1}')).toEqual({ a: 1 })
    expect(fromJson(new TextEncoder().encode('{"a":"°"}'))).toEqual({ a: '°' })
  })

  test('is written with vectors as arrays, and without numbers that it has no word for', () => {
    expect(toJson({ command: Float32Array.of(0.5, -1) })).toBe('{"command":[0.5,-1]}')
    expect(toJson(21.5)).toBe('21.5')
    expect(() => toJson(NaN)).toThrow('a value: expected a finite number, got NaN')
    expect(() => toJson({ speed: Infinity })).toThrow('speed: expected a finite number, got Infinity')
    expect(() => toJson({ speed: Float32Array.of(NaN) })).toThrow('expected a finite number, got NaN')
    expect(() => toJson(undefined)).toThrow('expected a value that JSON can hold, got nothing')
  })
})
