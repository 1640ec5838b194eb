import { expect, test } from 'vitest'
import { crc32c } from '../../src/edge/crc32c.js'

const hex = (value: number): string => value.toString(16).padStart(8, '0')

test.each([
  ['123456789', 'e3069283'],
  ['', '00000000'],
  ['a', 'c1d04330'],
])('of %j', (text, expected) => {
  expect(hex(crc32c(new TextEncoder().encode(text)))).toBe(expected)
})

/** RFC 3720, B.4. */
test.each([
  ['32 zeros', new Uint8Array(32), '8a9136aa'],
  ['32 ones', new Uint8Array(32).fill(0xff), '62a8ab43'],
  ['0 to 31', Uint8Array.from({ length: 32 }, (_, i) => i), '46dd794e'],
  ['31 to 0', Uint8Array.from({ length: 32 }, (_, i) => 31 - i), '113fdb5c'],
])('of %s', (_name, bytes, expected) => {
  expect(hex(crc32c(bytes))).toBe(expected)
})
