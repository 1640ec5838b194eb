/** Draws that are taken back come again, in whatever sizes and kinds they are asked for. */
import { describe, expect, test } from 'vitest'
import { drawsOf } from '../../../src/learners/parts/draws.js'
import { seeded } from '../../../src/random.js'
import type { Random } from '../../../src/types.js'

const sources: readonly (readonly [string, () => Random])[] = [
  ['a stream of seeded', () => seeded(3)('draws')],
  [
    'a source that saves its place',
    () => {
      const { normal, uniform, snapshot, restore } = seeded(3)('draws')
      const saving = { normal, uniform, snapshot, restore }
      return saving
    },
  ],
]

/** Counts from 1 on, of each kind of its own: what it gave it does not give again. */
const forgetful = (): Random => {
  let [normals, uniforms] = [0, 0]
  return {
    normal: (out) => {
      for (let i = 0; i < out.length; i++) out[i] = ++normals
    },
    uniform: () => ++uniforms / 1024,
  }
}

const normals = (random: Random, size: number): number[] => {
  const out = new Float32Array(size)
  random.normal(out)
  return [...out]
}

describe.each([...sources, ['a source that cannot go back', forgetful]] as const)('%s', (_, source) => {
  test('gives an update that is refused the same numbers again', () => {
    const [draws, plain] = [drawsOf(source()), source()]
    const update = (random: Random) => [
      random.uniform(),
      ...normals(random, 2),
      random.uniform(),
      ...normals(random, 4),
    ]
    const wanted = [update(plain), update(plain)]
    draws.begin()
    expect(update(draws)).toEqual(wanted[0])
    draws.takeBack()
    draws.begin()
    expect(update(draws)).toEqual(wanted[0])
    draws.takeBack()
    expect(update(draws)).toEqual(wanted[0])
    draws.begin()
    expect(update(draws)).toEqual(wanted[1])
  })
})

describe.each([...sources, ['a source that cannot go back', forgetful]] as const)(
  'several uniform numbers of %s',
  (_, source) => {
    test('are those of as many single ones, and come again where they were taken back', () => {
      const [draws, plain] = [drawsOf(source()), source()]
      const several = (count: number): number[] => {
        const out = new Float64Array(count)
        draws.uniforms(out)
        return [...out]
      }
      const wanted = Array.from({ length: 7 }, () => plain.uniform())
      draws.begin()
      expect(several(3)).toEqual(wanted.slice(0, 3))
      draws.takeBack()
      expect([...several(1), draws.uniform(), ...several(3)]).toEqual(wanted.slice(0, 5))
      draws.begin()
      expect(several(0)).toEqual([])
      expect(several(2)).toEqual(wanted.slice(5))
    })
  },
)

test('a source that cannot go back fills another size from what was taken back, and then anew', () => {
  const draws = drawsOf(forgetful())
  draws.begin()
  expect(normals(draws, 3)).toEqual([1, 2, 3])
  draws.takeBack()
  expect(normals(draws, 2)).toEqual([1, 2])
  draws.begin()
  expect(normals(draws, 3)).toEqual([3, 4, 5])
  draws.takeBack()
  expect(normals(draws, 3)).toEqual([3, 4, 5])
})

test.each([NaN, 1, -0.1])('a source one of whose uniform numbers is %d is refused', (u) => {
  const given = [0.5, u]
  const draws = drawsOf({ normal: () => undefined, uniform: () => given.shift() ?? 0 })
  expect(() => draws.uniforms(new Float64Array(3))).toThrow(`random.uniform: expected a number in [0, 1), got ${u}`)
})

test.each([NaN, 1, -0.1])('a source whose uniform number is %d is refused', (u) => {
  const draws = drawsOf({ normal: () => undefined, uniform: () => u })
  expect(() => draws.uniform()).toThrow(`random.uniform: expected a number in [0, 1), got ${u}`)
})
