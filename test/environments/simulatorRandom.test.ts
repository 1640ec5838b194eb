import { describe, expect, it } from 'vitest'
import { simulatorRandom, uniformWithin } from '../../src/environments/simulatorRandom.js'
import { seeded } from '../../src/random.js'
import type { Random } from '../../src/types.js'

const draws = (random: Random) => [random.uniform(), random.uniform(), random.uniform()]

/** A random number generator that counts up and cannot save its place. */
const plain = (): Random => {
  let next = 0
  return { normal: (out) => out.fill((next += 1)), uniform: () => (next += 1) / 1000 }
}

describe('simulatorRandom', () => {
  it('draws from the given stream', () => {
    expect(draws(simulatorRandom(seeded(3)('a')).random())).toEqual(draws(seeded(3)('a')))
  })

  it('switches to a stream that the seed alone determines, and does not move the given one', () => {
    const given = seeded(3)('a')
    const random = simulatorRandom(given)
    random.reseed(5)
    const other = simulatorRandom(plain())
    other.reseed(5)
    expect(draws(random.random())).toEqual(draws(other.random()))
    expect(draws(given)).toEqual(draws(seeded(3)('a')))
    other.reseed(6)
    random.reseed(5)
    expect(draws(random.random())).not.toEqual(draws(other.random()))
  })

  it('continues from a snapshot of the given stream, in any other given stream', () => {
    const random = simulatorRandom(seeded(3)('a'))
    draws(random.random())
    const kept = structuredClone(random.snapshot())
    const truth = draws(random.random())
    const other = simulatorRandom(seeded(4)('b'))
    other.restore(kept)
    expect(draws(other.random())).toEqual(truth)
  })

  it('continues from a snapshot of a stream of a seed without moving the given one', () => {
    const random = simulatorRandom(seeded(3)('a'))
    random.reseed(9)
    draws(random.random())
    const kept = structuredClone(random.snapshot())
    const truth = draws(random.random())
    const given = seeded(4)('b')
    const other = simulatorRandom(given)
    other.restore(kept)
    expect(draws(other.random())).toEqual(truth)
    expect(draws(given)).toEqual(draws(seeded(4)('b')))
  })

  it('returns to the given stream when a snapshot from before the seed is restored', () => {
    const random = simulatorRandom(seeded(3)('a'))
    const kept = random.snapshot()
    random.reseed(9)
    random.restore(kept)
    expect(draws(random.random())).toEqual(draws(seeded(3)('a')))
  })

  it('does not move a stream that cannot save its place', () => {
    const random = simulatorRandom(plain())
    const kept = random.snapshot()
    expect(kept).toEqual({ source: 'given', state: null })
    draws(random.random())
    random.restore(kept)
    expect(draws(random.random())).toEqual([0.004, 0.005, 0.006])
  })
})

describe('uniformWithin', () => {
  it('reaches from -bound up to bound', () => {
    const at = (uniform: number) => uniformWithin(4, { uniform: () => uniform, normal: () => undefined })
    expect([at(0), at(0.5), at(0.75)]).toEqual([-4, 0, 2])
  })
})
