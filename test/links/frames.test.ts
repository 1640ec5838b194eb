import { describe, expect, test } from 'vitest'
import { seeded } from '../../src/random.js'
import { lines } from '../../src/links/frames.js'
import { Garbled } from '../../src/links/message.js'

const quiet = { dropped: () => {}, warn: () => {} }

const all = (pieces: readonly (string | Uint8Array)[], longest?: number) => {
  const { cut, end } = lines({ firstLine: 'keep', ...(longest === undefined ? {} : { longest }) }).cutter(quiet)
  return [...pieces.flatMap((piece) => cut(piece)), ...end()]
}

describe('lines', () => {
  test('end with a newline, with or without a carriage return; empty ones are left out', () => {
    expect(all(['a\nb\r\n\n\r\nc'])).toEqual(['a', 'b', 'c'])
    expect(all(['a\n'])).toEqual(['a'])
    expect(all([])).toEqual([])
  })

  test('are the same however the bytes were cut', () => {
    const text = 'warm 21.5 °C\r\n{"x":"ÄÖÜ — 温度"}\n\nlast'
    const bytes = new TextEncoder().encode(text)
    const random = seeded(3)('cuts')
    for (let round = 0; round < 200; round++) {
      const pieces: Uint8Array[] = []
      for (let at = 0; at < bytes.length;) {
        const end = at + 1 + Math.floor(random.uniform() * 9)
        pieces.push(bytes.subarray(at, end))
        at = end
      }
      expect(all(pieces)).toEqual(['warm 21.5 °C', '{"x":"ÄÖÜ — 温度"}', 'last'])
    }
  })
})

describe('a line that is too long', () => {
  test('is cut, and the next one is whole again', () => {
    const [cut, next] = all(['x'.repeat(11), '\nfine\n'], 10)
    expect(cut).toEqual(new Garbled('x'.repeat(11), 'a line of at most 10 characters'))
    expect(next).toBe('fine')
    expect(all([`${'x'.repeat(10)}\r\n`, `${'y'.repeat(10)}\n`], 10)).toEqual(['x'.repeat(10), 'y'.repeat(10)])
  })

  test('is not kept, however long it grows', () => {
    const { cut, end } = lines({ longest: 100, firstLine: 'keep' }).cutter(quiet)
    const before = process.memoryUsage().heapUsed
    for (let piece = 0; piece < 20_000; piece++) expect(cut('x'.repeat(10_000))).toEqual([])
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(50e6)
    expect(end()).toEqual([new Garbled('x'.repeat(40), 'a line of at most 100 characters')])
  })
})

test.each([0, 1.5, NaN])('throws on %s characters', (longest) => {
  expect(() => lines({ longest })).toThrow(`lines: longest: expected a positive integer, got ${longest}`)
})
