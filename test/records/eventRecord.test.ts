import { describe, expect, test } from 'vitest'
import { eventRecord } from '../../src/records/eventRecord.js'
import { readEvents } from './eventReader.js'

test('the first record of a file, byte by byte', () => {
  const record = eventRecord({ wallTime: 1, step: 0, fileVersion: 'brain.Event:2' })
  const payload = '09000000000000f03f' + '1000' + '1a0d' + Buffer.from('brain.Event:2').toString('hex')
  expect(Buffer.from(record.subarray(0, 8)).toString('hex')).toBe('1a00000000000000')
  expect(Buffer.from(record.subarray(12, -4)).toString('hex')).toBe(payload)
  expect(readEvents(record)).toEqual([{ wallTime: 1, step: 0n, fileVersion: 'brain.Event:2', scalars: [] }])
})

describe('reads back', () => {
  test.each([0, 1, 127, 128, 16_383, 16_384, 2 ** 31, 2 ** 32 + 5, 10_000_000, Number.MAX_SAFE_INTEGER])(
    'step %i',
    (step) => {
      expect(readEvents(eventRecord({ wallTime: 0, step, scalars: {} }))[0].step).toBe(BigInt(step))
    },
  )

  test.each([0, -0, 1.5, -1e30, 1e-40, NaN, Infinity, -Infinity])('%d, as float32', (value) => {
    const [{ scalars }] = readEvents(eventRecord({ wallTime: 0, step: 1, scalars: { 'train/loss': value } }))
    expect(scalars).toEqual([['train/loss', Math.fround(value)]])
  })

  test('many scalars, long tags, and letters beyond ASCII, in their order', () => {
    const scalars = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [`rivulet/größe-${i}-${'x'.repeat(i * 7)}`, i / 4]),
    )
    const events = readEvents(eventRecord({ wallTime: 1.75e9 + 0.123456, step: 300, scalars }))
    expect(events).toEqual([{ wallTime: 1.75e9 + 0.123456, step: 300n, scalars: Object.entries(scalars) }])
  })
})

test('a changed bit anywhere is found by the reader', () => {
  const record = eventRecord({ wallTime: 5, step: 77, scalars: { a: 1, b: 2 } })
  for (let bit = 0; bit < record.length * 8; bit++) {
    const bad = record.slice()
    bad[bit >> 3] ^= 1 << (bit & 7)
    expect(() => readEvents(bad)).toThrow('checksum of')
  }
})
