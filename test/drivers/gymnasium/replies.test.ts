import { describe, expect, it } from 'vitest'
import { HEADER, replyCutter } from '../../../src/drivers/gymnasium/replies.js'

const reply = (kind: number, body: string): Buffer => {
  const header = Buffer.alloc(HEADER)
  header.writeUInt32LE(body.length, 0)
  header.writeUInt32LE(kind, 4)
  return Buffer.concat([header, Buffer.from(body)])
}
const bytes = Buffer.concat([reply(1, 'first'), reply(2, ''), reply(3, 'the third')])

const cutAll = (pieces: readonly Buffer[], longest = 100) => {
  const seen: (string | number)[] = []
  const cut = replyCutter({
    longest: () => longest,
    take: ({ kind, body }) => seen.push(`${kind} ${body.toString()}`),
    refuse: (length) => seen.push(length),
  })
  for (const piece of pieces) cut(piece)
  return seen
}

describe('replies', () => {
  it('are the same wherever the pieces are cut', () => {
    const whole = ['1 first', '2 ', '3 the third']
    expect(cutAll([bytes])).toEqual(whole)
    for (let size = 1; size < bytes.length; size++) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      )
      expect(cutAll(pieces)).toEqual(whole)
    }
  })

  it('wait for their end', () => {
    expect(cutAll([bytes.subarray(0, bytes.length - 1)])).toEqual(['1 first', '2 '])
  })

  it('that are too long are refused by their length alone, and nothing is read any more', () => {
    expect(cutAll([bytes], 8)).toEqual(['1 first', '2 ', 9])
    const [header] = [Buffer.from([0xf0, 0xff, 0xff, 0xff, 1, 0, 0, 0])]
    expect(cutAll([header.subarray(0, 7), header.subarray(7), bytes])).toEqual([0xfffffff0])
  })
})
