import { describe, expect, test } from 'vitest'
import { bytesOf, copyNumbers, descriptionOf, kindOf, pieceName, piecesOf } from '../../src/state/typedArrays.js'

describe('the kind of an array', () => {
  test.each<[unknown, string | null]>([
    [new Float32Array(1), 'Float32Array'],
    [new Uint8ClampedArray(1), 'Uint8ClampedArray'],
    [new BigInt64Array(1), 'BigInt64Array'],
    [Buffer.of(1), 'Uint8Array'],
    [new DataView(new ArrayBuffer(1)), null],
    [[1], null],
    [{ [Symbol.toStringTag]: 'Float32Array' }, null],
    [null, null],
  ])('%#', (value, kind) => expect(kindOf(value)).toBe(kind))
})

describe('pieces', () => {
  const array = Int32Array.of(1, 2, 3, 4, 5)

  test('are views of the array, of whole numbers', () => {
    const pieces = [...piecesOf(array, { piece: 11 })]
    expect(pieces.map(({ length }) => length)).toEqual([8, 8, 4])
    for (const { buffer } of pieces) expect(buffer).toBe(array.buffer)
    expect(descriptionOf(array, 11)).toEqual({ $array: 'Int32Array', length: 5, pieces: 3 })
  })

  test('hold one number at least', () => {
    expect([...piecesOf(array, { piece: 1 })]).toHaveLength(5)
    expect(descriptionOf(array, 1).pieces).toBe(5)
  })

  test('of a part of a buffer are those of the part', () => {
    const part = array.subarray(1, 3)
    expect([...piecesOf(part)].map((piece) => [...piece])).toEqual([[2, 0, 0, 0, 3, 0, 0, 0]])
  })

  test('of nothing are none', () => {
    expect([...piecesOf(new Int32Array(0))]).toEqual([])
    expect(descriptionOf(new Int32Array(0)).pieces).toBe(0)
  })

  test('have their lowest byte first on a big-endian machine, in one buffer that each piece overwrites', () => {
    const numbers = Uint16Array.of(0x0102, 0x0304, 0x0506)
    const buffers = new Set<ArrayBufferLike>()
    const turned = [...piecesOf(numbers, { piece: 4, order: 'big' })].map(
      (piece) => (buffers.add(piece.buffer), [...piece]),
    )
    // Here both pieces are collected first, so both show the last content of the buffer.
    expect(turned).toHaveLength(2)
    const each: number[][] = []
    for (const piece of piecesOf(numbers, { piece: 4, order: 'big' })) each.push([...piece])
    expect(each).toEqual([
      [1, 2, 3, 4],
      [5, 6],
    ])
    expect(buffers.size).toBe(1)
  })
})

test('numbers whose bytes were reversed twice are the same', () => {
  const from = Float64Array.of(1.5, -0, Math.PI)
  const [turned, back] = [new Uint8Array(25), new Float64Array(3)]
  copyNumbers(bytesOf(from), turned, 1, 8, 'big')
  expect(new DataView(turned.buffer).getFloat64(17)).toBe(Math.PI)
  copyNumbers(turned.subarray(1), bytesOf(back), 0, 8, 'big')
  expect(back).toEqual(from)
})

test('a piece has its number as a name, and the only piece of an array the path', () => {
  expect([pieceName('a', 1, 0), pieceName('a', 2, 1), pieceName('', 1, 0), pieceName('', 2, 1)]).toEqual([
    'a',
    'a/1',
    '0',
    '1',
  ])
})
