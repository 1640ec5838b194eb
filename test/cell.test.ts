import { describe, expect, test } from 'vitest'
import { cell } from '../src/cell.js'

test('holds what was put into it', () => {
  const count = cell(3)
  expect([count.value, count.snapshot()]).toEqual([3, 3])
  count.value = 4
  expect(count.snapshot()).toBe(4)
  count.restore(5)
  expect(count.value).toBe(5)
})

describe('a mirrored memory', () => {
  test('is read when `value` is read, and not before', () => {
    const memory = cell('initial')
    const reads: string[] = []
    const end = memory.mirror(() => {
      reads.push('read')
      return `read ${reads.length}`
    })
    expect(reads).toEqual([])
    expect([memory.value, memory.snapshot()]).toEqual(['read 1', 'read 2'])
    end()
    expect([memory.value, memory.value]).toEqual(['read 3', 'read 3'])
  })

  test('refuses other memories until it ends', () => {
    const memory = cell(1)
    const end = memory.mirror(() => 2)
    const held = 'cell: an operator that is subscribed keeps its memory in this cell; unsubscribe it first'
    expect(() => memory.mirror(() => 3)).toThrow(held)
    expect(() => memory.restore(3)).toThrow(held)
    expect(() => (memory.value = 3)).toThrow(held)
    expect(memory.value).toBe(2)
    end()
    memory.value = 3
    expect(memory.value).toBe(3)
  })

  test('ends once: a second call of its end does not affect the next memory', () => {
    const memory = cell(1)
    const end = memory.mirror(() => 2)
    end()
    memory.mirror(() => 5)
    end()
    expect(memory.value).toBe(5)
  })
})
