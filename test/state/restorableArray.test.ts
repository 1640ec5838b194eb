import { describe, expect, test } from 'vitest'
import { restorableArray } from '../../src/state/restorableArray.js'
import { RestoreError } from '../../src/state/restoreError.js'
import type { Part } from '../../src/types.js'
import { bytesOf, parsed } from './serialized.js'

const numbers = (size: number, first = 1) => Float32Array.from({ length: size }, (_, i) => first + i / 8)
const partsOf = (array: Float32Array, piece = 16): readonly Part[] => parsed(bytesOf(restorableArray(array, { piece })))

test('its parts are views of the array, without a copy', () => {
  const array = numbers(10)
  const parts = [...restorableArray(array, { piece: 16 }).parts()]
  expect(parts[0]).toEqual({ name: '', version: 1, json: { $array: 'Float32Array', length: 10, pieces: 3 } })
  expect(parts.slice(1).map((part) => [part.name, 'bytes' in part && part.bytes.length])).toEqual([
    ['0', 16],
    ['1', 16],
    ['2', 8],
  ])
  for (const part of parts.slice(1)) expect('bytes' in part && part.bytes.buffer).toBe(array.buffer)
})

test.each([1, 16, 17, 4096])('comes back bit for bit through bytes, in place, in pieces of %i bytes', (piece) => {
  const from = numbers(1000).map((number, i) => (i === 3 ? -0 : number))
  const to = numbers(1000, -500)
  restorableArray(to).restore(parsed(bytesOf(restorableArray(from, { piece }))))
  expect(to).toEqual(from)
})

test('an array of bytes, of whole numbers, and none at all', () => {
  for (const from of [Uint8Array.of(255, 0), BigInt64Array.of(-5n), new Float64Array(0), Float64Array.of(1e300)]) {
    const to = from.map((number: number | bigint) => (typeof number === 'bigint' ? 0n : 0) as never)
    restorableArray(to).restore(parsed(bytesOf(restorableArray(from))))
    expect(to).toEqual(from)
  }
})

test('the used numbers are restored, and the numbers behind them do not change', () => {
  let used = 3
  const from = restorableArray(numbers(10), { used: () => used, piece: 8 })
  const to = new Float32Array(10).fill(-1)
  const target = restorableArray(to, { used: () => 0 })
  target.restore(parsed(bytesOf(from)))
  expect([...to]).toEqual([...numbers(3), -1, -1, -1, -1, -1, -1, -1])
  used = 10
  target.restore(parsed(bytesOf(from)))
  expect(to).toEqual(numbers(10))
})

test('prepare checks and changes nothing, and keeps no part', () => {
  const to = new Float32Array(10)
  const parts = partsOf(numbers(10))
  const put = restorableArray(to).prepare(parts)
  expect(to).toEqual(new Float32Array(10))
  put(parts)
  expect(to).toEqual(numbers(10))
})

describe('is refused, and nothing is overwritten', () => {
  const parts = partsOf(numbers(10))
  const [head, first, second, third] = parts
  const json = (fields: object): Part => ({
    ...head,
    json: { $array: 'Float32Array', length: 10, pieces: 3, ...fields },
  })
  const cut = (part: Part, length: number): Part =>
    'bytes' in part ? { ...part, bytes: part.bytes.subarray(0, length) } : part
  const odd: Part = { name: '1', version: 1, bytes: new Uint8Array(Float32Array.of(1, 2, NaN, 4).buffer) }

  test.each<[string, readonly Part[], string]>([
    ['no part', [], 'state: expected this part; got none'],
    ['no description', [first, second, third], 'state: expected this part before 0; got none'],
    ['a description in bytes', [{ ...first, name: '' }, second, third], 'state: expected JSON; got bytes'],
    [
      'another kind',
      [json({ $array: 'Float64Array' }), first, second, third],
      'state: $array: expected Float32Array; got Float64Array',
    ],
    ['another length', [json({ length: 11 }), first, second, third], 'length: expected 10 numbers; got 11'],
    ['a smaller length', [json({ length: 9 }), first, second, third], 'length: expected 10 numbers; got 9'],
    [
      'a piece larger than all that is left',
      [head, first, { ...second, name: '1', bytes: new Uint8Array(28) }, third],
      '1: expected 24 bytes at most, a multiple of 4; got 28 bytes',
    ],
    ['another version', [{ ...head, version: 2 }, first, second, third], 'version: expected 1, the one known; got 2'],
    ['a piece of another version', [head, first, { ...second, version: 2 }, third], '1: version: expected 1; got 2'],
    ['a piece in JSON', [head, first, { name: '1', version: 1, json: [] }, third], '1: expected bytes; got JSON'],
    ['no first piece', [head, second, third], '0: expected this part before 1; got none'],
    ['no last piece', [head, first, second], '2: expected this part; got none'],
    ['a piece twice', [head, first, first, second, third], '0: expected it once; got it twice'],
    ['a piece too much', [...parts, { ...third, name: '3' }], '3: expected no further part; got "3"'],
    ['a name that is none', [head, first, { ...second, name: 'one' }, third], 'one: expected 1; got "one"'],
    [
      'half a number',
      [head, first, cut(second, 13), third],
      '1: expected 24 bytes at most, a multiple of 4; got 13 bytes',
    ],
    ['a number too little', [head, first, cut(second, 12), third], '2: expected 12 bytes; got 8 bytes'],
    [
      'a piece that is too large',
      [head, first, second, second].map((part, i) => (i === 3 ? { ...part, name: '2' } : part)),
      '2: expected 8 bytes; got 16 bytes',
    ],
    [
      'a number that is not finite',
      [head, first, odd, third],
      '1: expected finite numbers; got another one at place 6',
    ],
  ])('%s', (_, changed, message) => {
    const to = new Float32Array(10).fill(7)
    const restore = () => restorableArray(to).restore(changed)
    expect(restore).toThrow(RestoreError)
    expect(restore).toThrow(message)
    expect(to).toEqual(new Float32Array(10).fill(7))
  })

  test('a part that is longer than the whole array', () => {
    const restore = () => restorableArray(new Float32Array(9), { used: () => 9 }).restore(parts)
    expect(restore).toThrow('length: expected 9 numbers at most; got 10')
  })

  test('a value that is not a typed array, when it is made', () => {
    expect(() => restorableArray([1] as never)).toThrow('restorableArray: expected a typed array, got [1]')
  })
})

test('a gigabyte is read and checked piece by piece, in memory for one piece', () => {
  // Bytes of a buffer that is never written: until then the system allocates no memory for it.
  const bytes = new Uint8Array(2 ** 30)
  const state = restorableArray(bytes)
  const before = process.memoryUsage().arrayBuffers
  let pieces = 0
  for (const part of state.parts()) {
    if ('bytes' in part) pieces += 1
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24)
  }
  expect(pieces).toBe(2 ** 8)
})

test('is restored piece by piece from one buffer that each piece overwrites, in memory for one piece', () => {
  const [size, piece] = [2 ** 24, 2 ** 16]
  const array = new Float64Array(size / 8)
  const buffer = new Float64Array(piece / 8)
  const parts: Iterable<Part> = {
    *[Symbol.iterator]() {
      yield { name: '', version: 1, json: { $array: 'Float64Array', length: size / 8, pieces: size / piece } }
      for (let index = 0; index < size / piece; index++) {
        buffer.fill(index + 0.5)
        yield { name: `${index}`, version: 1, bytes: new Uint8Array(buffer.buffer) }
      }
    },
  }
  const before = process.memoryUsage().arrayBuffers
  restorableArray(array).restore(parts)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(size / 8)
  expect(array.every((number, i) => number === Math.floor((8 * i) / piece) + 0.5)).toBe(true)
})
