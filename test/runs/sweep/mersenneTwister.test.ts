import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { randomState } from '../../../src/runs/sweep/mersenneTwister.js'

const { words, bounded } = JSON.parse(
  readFileSync(new URL('../../golden/search/words.json', import.meta.url), 'utf8'),
) as {
  readonly words: readonly {
    readonly seed: number
    readonly first: readonly number[]
    readonly last: readonly number[]
  }[]
  readonly bounded: readonly {
    readonly seed: number
    readonly counts: readonly number[]
    readonly drawn: readonly number[]
  }[]
}

describe('randomState', () => {
  it.each(words)('draws the words of NumPy from seed $seed, over three blocks', ({ seed, first, last }) => {
    const { next } = randomState(seed)
    const drawn = Array.from({ length: 1300 }, next)
    expect([drawn.slice(0, 5), drawn.slice(-5)]).toEqual([first, last])
  })

  it.each(bounded)('draws the integers of NumPy from seed $seed', ({ seed, counts, drawn }) => {
    const { below } = randomState(seed)
    expect(counts.map(below)).toEqual(drawn)
  })

  it.each([-1, 0.5, 2 ** 32, NaN])('refuses the seed %d', (seed) => {
    expect(() => randomState(seed)).toThrow(RangeError)
  })

  it.each([0, 1.5, 2 ** 32])('refuses %d values', (count) => {
    expect(() => randomState(1).below(count)).toThrow(RangeError)
  })
})
