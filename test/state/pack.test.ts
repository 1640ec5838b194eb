import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { seeded } from '../../src/random.js'
import { pack } from '../../src/state/pack.js'
import { plainFormat } from '../../src/state/formats.js'
import { restorable } from '../../src/state/restorable.js'
import { type ArrayKind, arrayKinds } from '../../src/state/typedArrays.js'
import { cell } from '../../src/cell.js'
import { difference } from '../../src/testing/difference.js'
import { bytesOf, parsed } from './serialized.js'

/** The data after they were written to bytes and read. */
const through = (data: unknown): unknown => {
  const [from, to] = [cell<unknown>(data), cell<unknown>('nothing yet')]
  restorable(to, plainFormat).restore(parsed(bytesOf(restorable(from, plainFormat))))
  return to.value
}

/** Random plain data, with all kinds of values. */
const drawn = (uniform: () => number, depth: number): unknown => {
  const below = (end: number): number => Math.floor(uniform() * end)
  const numbers = [0, -0, 1.5, -1e300, 5e-324, NaN, Infinity, -Infinity, 2 ** 53]
  const keys = ['a', 'b/c', '~1', '$array', '$$', '', '0', 'with space', 'é', '__proto__', 'length']
  const kinds = Object.keys(arrayKinds) as readonly ArrayKind[]
  const choice = below(depth > 3 ? 5 : 8)
  if (choice === 0) return numbers[below(numbers.length)]
  if (choice === 1) return [null, true, false, '', 'text', '-0', '\n'][below(7)]
  if (choice < 5) {
    const kind = kinds[below(kinds.length)]
    const bytes = Uint8Array.from({ length: 8 * below(5) }, () => below(256))
    return new arrayKinds[kind](bytes.buffer)
  }
  if (choice === 5) return Array.from({ length: below(4) }, () => drawn(uniform, depth + 1))
  return Object.fromEntries(
    Array.from({ length: below(5) }, () => [keys[below(keys.length)], drawn(uniform, depth + 1)]),
  )
}

test('random data are read back from bytes bit for bit', () => {
  const random = seeded(5)('data')
  for (let k = 0; k < 300; k++) {
    const data = drawn(() => random.uniform(), 0)
    const back = through(data)
    expect(difference(data, back, `data ${k}`)).toBeNull()
    expect(back).toEqual(data)
    expect(through(back)).toEqual(data)
  }
})

test('each kind of array is read back as that kind, with the same bits', () => {
  for (const [name, kind] of Object.entries(arrayKinds)) {
    const bytes = Uint8Array.from({ length: 24 }, (_, i) => (i * 89 + 7) % 256)
    const back = through({ array: new kind(bytes.buffer, 8, 8 / kind.BYTES_PER_ELEMENT) }) as {
      readonly array: InstanceType<typeof kind>
    }
    expect(back.array.constructor.name).toBe(name)
    expect(new Uint8Array(back.array.buffer)).toEqual(bytes.slice(8, 16))
  }
})

test('the parts have the paths of the arrays as names, and the JSON has an empty name', () => {
  const data = { a: { 'b/c': Float32Array.of(1), '': [Int8Array.of(2)] }, d: new Float64Array(0) }
  const parts = [...restorable(cell(data), plainFormat).parts()]
  expect(parts.map(({ name }) => name)).toEqual(['', 'a/b~1c', 'a/~2/0'])
  expect(parts[0]).toMatchObject({ version: 1, json: { d: { $array: 'Float64Array', length: 0, pieces: 0 } } })
})

test('an array alone is a state, too', () => {
  expect(through(Float32Array.of(1, 2))).toEqual(Float32Array.of(1, 2))
  expect(through(new Float32Array(0))).toEqual(new Float32Array(0))
})

test('an array of 10 MiB comes in pieces of 4', () => {
  const array = Float64Array.from({ length: 1.25 * 2 ** 20 }, (_, i) => i)
  const parts = [...restorable(cell({ array }), plainFormat).parts()]
  expect(parts.slice(1).map((part) => [part.name, 'bytes' in part && part.bytes.length])).toEqual([
    ['array/0', 2 ** 22],
    ['array/1', 2 ** 22],
    ['array/2', 2 ** 21],
  ])
  expect(difference({ array }, through({ array }), 'data')).toBeNull()
})

test('a field that is undefined is left out, as JSON does', () => {
  expect(through({ a: undefined, b: 1 })).toStrictEqual({ b: 1 })
})

test("records of another realm, and Node's own arrays of bytes, are plain data", () => {
  expect(through(runInNewContext('({ a: [1] })'))).toStrictEqual({ a: [1] })
  expect(through(Buffer.of(1, 2))).toStrictEqual(Uint8Array.of(1, 2))
})

describe('a value that is not plain data is refused with its field', () => {
  const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)])
  test.each<[unknown, string]>([
    [new Map(), 'state: expected plain data that can be saved, got a Map'],
    [{ a: [1, () => 1] }, 'a/1: expected plain data that can be saved, got a value of type function'],
    [{ a: { b: Symbol('c') } }, 'a/b: expected plain data that can be saved, got a value of type symbol'],
    [{ a: 1n }, 'a: expected plain data that can be saved, got a value of type bigint'],
    [[undefined], '0: expected plain data that can be saved, got a value of type undefined'],
    [{ a: new Date(0) }, 'a: expected plain data that can be saved, got a Date'],
    [{ a: new DataView(new ArrayBuffer(1)) }, 'a: expected plain data that can be saved, got a DataView'],
    [nested(65), `${new Array(65).fill(0).join('/')}: expected plain data that can be saved, got more than 64 levels`],
  ])('%#', (data, message) => {
    expect(() => pack(data)).toThrow(TypeError)
    expect(() => pack(data)).toThrow(message)
  })

  test('and 64 levels are not', () => {
    expect(through(nested(64))).toEqual(nested(64))
  })
})

describe('JSON that no state has is refused with its field', () => {
  const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)])
  test.each<[unknown, string]>([
    [{ a: { $array: 'Float16Array', length: 1, pieces: 1 } }, 'state: a/"$array": expected one of Int8Array, '],
    [{ a: { $array: 'Float32Aray', length: 1, pieces: 1 } }, 'nearest: Float32Array'],
    [{ a: { $array: 'Int8Array', length: -1, pieces: 1 } }, 'state: a/length: expected an integer from 0 to 2^53 - 1'],
    [{ a: { $array: 'Int8Array', length: 1 } }, 'state: a/pieces: expected an integer from 0 to 2^53 - 1; got nothing'],
    [{ a: { $array: 'Int8Array', length: 1, pieces: 1, size: 1 } }, 'state: a/size: expected one of $array, length'],
    [{ a: { $array: 'Int8Array', length: 1, pieces: 0 } }, 'state: a.pieces: expected a count of pieces of 1 numbers'],
    [{ a: { $array: 'Int8Array', length: 1, pieces: 2 } }, 'state: a.pieces: expected a count of pieces of 1 numbers'],
    [{ a: { $array: 'Int8Array', length: 2 ** 50, pieces: 2 ** 30 } }, 'a/0: expected this part; got none'],
    [{ a: { $number: '1' } }, 'state: a/"$number": expected one of NaN, Infinity, -Infinity, -0; got "1"'],
    [{ a: { $numbr: 'NaN' } }, 'state: a: expected a field whose name has no $; got "$numbr"'],
    [nested(65), 'expected 64 levels of data at most; got more'],
  ])('%#', (json, message) => {
    const target = cell<unknown>('before')
    const restore = () => restorable(target, plainFormat).restore([{ name: '', version: 1, json }])
    expect(restore).toThrow(message)
    expect(target.value).toBe('before')
  })
})
