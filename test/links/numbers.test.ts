/** Readings as devices write them: what is a number, and what is bad and can be skipped. */
import * as t from 'io-ts'
import { NEVER, concat, from, of } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { finiteNumber, finiteNumbers } from '../../src/edge/codecs.js'
import { link } from '../../src/links/link.js'
import { type SourceOptions, fromJson, ignored } from '../../src/links/message.js'
import { parseNumber, parseNumbers } from '../../src/links/numbers.js'
import { sourceOn } from '../../src/links/source.js'

test.each<[string, number]>([
  ['3.1', 3.1],
  ['+3.1', 3.1],
  ['-3.1', -3.1],
  ['021.5', 21.5],
  ['.5', 0.5],
  ['-.5', -0.5],
  ['5.', 5],
  ['1e-3', 0.001],
  ['1E+2', 100],
  [' 21.5\t', 21.5],
  ['21.5\0', 21.5],
  ['21.5\0\0\0', 21.5],
  ['21.5 \0', 21.5],
  ['\ufeff21.5', 21.5],
  ['0', 0],
  ['-0', -0],
  ['1e-999', 0],
])('%j is the number %d', (text, value) => {
  expect(parseNumber(text)).toBe(value)
  expect(parseNumber(new TextEncoder().encode(text))).toBe(value)
})

const none = [
  '',
  ' ',
  '\0',
  'nan',
  'NaN',
  'inf',
  'Infinity',
  '-Infinity',
  '0x10',
  '0b1',
  '1,5',
  '1_000',
  '1e999',
  '--1',
  '+',
  '.',
  'e5',
  '21.5C',
  '2 1',
  '21\u00005',
  'true',
  'null',
  '１',
]

test.each(none)('%j is no number', (text) => {
  expect(() => parseNumber(text)).toThrow(/^a finite number/)
  expect(() => parseNumbers(';')(`1;${text};2`)).toThrow(/^a finite number in field 2|^a finite number in field 3/)
})

test('numbers are separated by the given separator, or by any blanks', () => {
  expect(parseNumbers(',')('23.60, -0.5,+1\0')).toEqual([23.6, -0.5, 1])
  expect(parseNumbers(';')('1;2')).toEqual([1, 2])
  expect(parseNumbers(' ')('  1   2\t3 ')).toEqual([1, 2, 3])
  expect(() => parseNumbers(',')('23.60,')).toThrow('a finite number in field 2')
  expect(() => parseNumbers(',')('')).toThrow('a finite number in field 1')
  expect(() => parseNumbers(',')('nan,nan')).toThrow('a finite number in field 1')
})

/** What a source makes of some texts. */
const shown = <A>(
  texts: readonly (string | Uint8Array)[],
  options: SourceOptions<string | Uint8Array, A, undefined>,
) => {
  const line = link({ label: 'x', secrets: [] }, {}, concat(of(0), NEVER))
  const out: unknown[] = []
  sourceOn<number, string | Uint8Array, undefined, A>(line, options, fromJson, (_, { message }) =>
    from(texts).subscribe((text) => message(text, undefined)),
  ).subscribe({ next: (value) => out.push(value), error: (error: unknown) => out.push(String(error)) })
  return { out, counts: line.counts.value }
}

describe('a bad reading is skipped like any other bad message, or fails the stream by its name', () => {
  const numbers = t.array(t.number)
  test.each<[string, string, SourceOptions<string | Uint8Array, unknown, undefined>, string]>([
    [
      'nan,nan',
      'of Number',
      { codec: numbers, parse: (text) => String(text).split(',').map(Number) },
      '[0]: expected a finite number; got NaN',
    ],
    [
      'nan,nan',
      'of parseNumbers',
      { codec: numbers, parse: parseNumbers(',') },
      'expected a finite number in field 1; got "nan,nan"',
    ],
    [
      '23.60,',
      'of parseNumbers',
      { codec: numbers, parse: parseNumbers(',') },
      'expected a finite number in field 2; got "23.60,"',
    ],
    [
      '1,2,3',
      'of another size',
      { codec: finiteNumbers(2), parse: parseNumbers(',') },
      'expected 2 finite numbers; got [1,2,3]',
    ],
    ['[1]', 'of another size in JSON', { codec: finiteNumbers(2) }, 'expected 2 finite numbers; got [1]'],
    ['1e999', 'in JSON', { codec: t.number }, 'expected a finite number; got Infinity'],
    ['[1,-1e999]', 'in a list of JSON', { codec: numbers }, '[1]: expected a finite number; got -Infinity'],
    ['{"a":{"b":[0,1e400]}}', 'deep in JSON', { codec: t.unknown }, 'a.b[1]: expected a finite number; got Infinity'],
    [`1${'0'.repeat(400)}`, 'of many digits', { codec: t.number }, 'expected a finite number; got Infinity'],
    ['null', 'in JSON', { codec: finiteNumber }, 'expected a finite number; got null'],
    [
      'x',
      'that parse stumbles over',
      { codec: t.unknown, parse: () => (null as unknown as { y: number }).y },
      'expected what parse can read (Cannot read properties of null (reading \'y\')); got "x"',
    ],
  ])('%s %s', (text, _, options, complaint) => {
    const skipping = shown(['[1,2]', text, '[1,2]'], { ...options, onBad: 'skip' })
    expect(skipping.counts.bad).toBeGreaterThanOrEqual(1)
    expect(shown([text], options).out).toEqual([`SensorError: x: a bad message: ${complaint}`])
  })

  test('one that is of bytes is copied into a list of numbers', () => {
    const parse = (bytes: string | Uint8Array): Float32Array => new Float32Array((bytes as Uint8Array).slice().buffer)
    const bytes = new Uint8Array(Float32Array.of(1.5, -2).buffer)
    expect(shown([bytes], { codec: finiteNumbers(2), parse }).out).toEqual([[1.5, -2]])
    expect(shown([new Uint8Array(Float32Array.of(1.5, NaN).buffer)], { codec: finiteNumbers(2), parse }).out).toEqual([
      'SensorError: x: a bad message: [1]: expected a finite number; got NaN',
    ])
  })
})

test('a message that parse ignores is counted as dropped, and is not bad', () => {
  const parse = (text: string | Uint8Array): unknown => (text === 'hello' ? ignored : Number(text))
  const { out, counts } = shown(['hello', '1', 'hello'], { codec: finiteNumber, parse })
  expect(out).toEqual([1])
  expect(counts).toMatchObject({ messages: 1, bad: 0, dropped: 2 })
})

test('a byte order mark is no part of JSON', () => {
  expect(shown(['\ufeff{"a":1}', new TextEncoder().encode('\ufeff{"a":2}')], { codec: t.unknown }).out).toEqual([
    { a: 1 },
    { a: 2 },
  ])
})

test('a message that is too long is a bad one, and shows nothing of how that is known', () => {
  expect(shown(['"123456"'], { codec: t.unknown, longest: 5 }).out).toEqual([
    'SensorError: x: a bad message: expected a message of at most 5 characters; got "\\"123456\\""',
  ])
})
