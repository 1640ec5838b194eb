import { describe, expect, test } from 'vitest'
import { boundedQueue, type Overflow } from '../../src/streams/overflow.js'
import { seeded } from '../../src/random.js'

const drained = <V>(queue: { readonly size: number; shift(): V | undefined }): (V | undefined)[] => {
  const values: (V | undefined)[] = []
  while (queue.size > 0) values.push(queue.shift())
  return values
}

describe('a bounded queue', () => {
  test('returns values in the order in which they came', () => {
    const queue = boundedQueue<string>({ kind: 'sliding', size: 3 }, 'test')
    for (const value of 'abc') queue.push(value)
    expect(queue.size).toBe(3)
    expect(drained(queue)).toEqual(['a', 'b', 'c'])
    expect([queue.shift(), queue.size, queue.dropped]).toEqual([undefined, 0, 0])
  })

  test('sliding drops the oldest, dropping the one that came', () => {
    const left = (kind: Overflow['kind']) => {
      const queue = boundedQueue<string>({ kind, size: 2 }, 'test')
      for (const value of 'abcde') queue.push(value)
      return [drained(queue), queue.dropped]
    }
    expect(left('sliding')).toEqual([['d', 'e'], 3])
    expect(left('dropping')).toEqual([['a', 'b'], 3])
  })

  test.each(['sliding', 'dropping'] as const)('%s agrees with an array that is cut, whatever happens', (kind) => {
    const random = seeded(7)('queue')
    for (const size of [1, 2, 3, 8]) {
      const queue = boundedQueue<number>({ kind, size }, 'test')
      const plain: number[] = []
      let dropped = 0
      for (let value = 0; value < 2000; value++) {
        if (random.uniform() < 0.6) {
          queue.push(value)
          plain.push(value)
          if (plain.length > size) {
            plain.splice(kind === 'sliding' ? 0 : size, 1)
            dropped += 1
          }
        } else expect(queue.shift()).toBe(plain.shift())
        expect([queue.size, queue.dropped, queue.values()]).toEqual([plain.length, dropped, plain])
      }
    }
  })

  test('does not hold a value that was removed', async () => {
    const queue = boundedQueue<object>({ kind: 'sliding', size: 4 }, 'test')
    queue.push({})
    const held = new WeakRef(queue.shift()!)
    const { setFlagsFromString } = await import('node:v8')
    const { runInNewContext } = await import('node:vm')
    setFlagsFromString('--expose-gc')
    await new Promise((resolve) => setImmediate(resolve))
    ;(runInNewContext('gc') as () => void)()
    expect(held.deref()).toBeUndefined()
    expect(queue.size).toBe(0)
  })

  test.each([0, -1, 1.5, NaN, Infinity])('refuses a size of %s, naming its owner', (size) => {
    expect(() => boundedQueue({ kind: 'dropping', size }, 'camera')).toThrow(
      `camera: expected a positive integer of values that may wait, got ${size}`,
    )
  })
})
