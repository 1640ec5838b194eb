import { describe, expect, test } from 'vitest'
import { seeded } from '../src/random.js'

const normals = (count: number, seed = 1, name = 'policy'): Float32Array => {
  const out = new Float32Array(count)
  seeded(seed)(name).normal(out)
  return out
}

describe('seeded', () => {
  test('the same seed and name give the same numbers, another seed or name gives others', () => {
    expect(normals(50)).toEqual(normals(50))
    expect(normals(50)).not.toEqual(normals(50, 2))
    expect(normals(50)).not.toEqual(normals(50, 1 + 2 ** 32))
    expect(normals(50)).not.toEqual(normals(50, 1, 'environment'))
  })

  test('the first numbers of seed 1 are these, on any machine', () => {
    const random = seeded(1)('policy')
    expect([random.uniform(), random.uniform(), random.uniform()]).toMatchInlineSnapshot(`
      [
        0.24916556756538866,
        0.03918962984197372,
        0.7275261969051858,
      ]
    `)
    expect([...normals(3)]).toMatchInlineSnapshot(`
      [
        0.7152042984962463,
        0.8843910098075867,
        0.06928988546133041,
      ]
    `)
  })

  test('streams of one seed do not disturb each other', () => {
    const random = seeded(1)
    const [a, b] = [random('a'), random('b')]
    const mixed = Array.from({ length: 20 }, () => [a.uniform(), b.uniform()][0])
    const alone = seeded(1)('a')
    expect(mixed).toEqual(Array.from({ length: 20 }, () => alone.uniform()))
  })

  test('normal draws have mean 0, variance 1, normal tails and no correlation of neighbors', () => {
    const x = normals(200_000)
    const mean = (f: (value: number, i: number) => number): number =>
      x.reduce((sum, value, i) => sum + f(value, i), 0) / x.length
    expect(Math.abs(mean((v) => v))).toBeLessThan(0.01)
    expect(Math.abs(mean((v) => v * v) - 1)).toBeLessThan(0.02)
    expect(Math.abs(mean((v) => v ** 4) - 3)).toBeLessThan(0.1)
    expect(Math.abs(mean((v) => (Math.abs(v) > 1.96 ? 1 : 0)) - 0.05)).toBeLessThan(0.003)
    expect(Math.abs(mean((v, i) => v * x[(i + 1) % x.length]))).toBeLessThan(0.01)
  })

  test('uniform draws fill [0, 1) evenly', () => {
    const random = seeded(4)('u')
    const bins = new Array<number>(10).fill(0)
    for (let i = 0; i < 100_000; i++) bins[Math.floor(10 * random.uniform())]++
    expect(bins.length).toBe(10)
    bins.forEach((count) => expect(Math.abs(count - 10_000)).toBeLessThan(400))
  })

  test.each([1, 2, 3, 6])('a draw of %i goes on bit for bit from a saved place', (size) => {
    const random = seeded(9)('policy')
    random.normal(new Float32Array(size))
    const place = structuredClone(random.snapshot())
    const draw = (from: typeof random): number[] => {
      const out = new Float32Array(size)
      from.normal(out)
      return [...out, from.uniform()]
    }
    const want = draw(random)
    const other = seeded(0)('elsewhere')
    other.restore(place)
    expect(draw(other)).toEqual(want)
  })

  test('fills an array with the numbers that as many calls give', () => {
    const [random, single] = [seeded(9)('policy'), seeded(9)('policy')]
    const out = new Float64Array(5)
    random.uniforms(out)
    expect([...out]).toEqual(Array.from({ length: 5 }, () => single.uniform()))
    expect(random.snapshot()).toEqual(single.snapshot())
  })

  test('rewinds to the last mark, also repeatedly, and to the beginning without a mark', () => {
    const random = seeded(9)('policy')
    const draw = (): number[] => {
      const out = new Float32Array(5)
      random.normal(out)
      return [...out, random.uniform()]
    }
    const first = draw()
    random.rewind()
    expect(draw()).toEqual(first)
    random.mark()
    const place = random.snapshot()
    const second = draw()
    random.rewind()
    expect(random.snapshot()).toEqual(place)
    expect(draw()).toEqual(second)
    random.rewind()
    expect(draw()).toEqual(second)
  })

  test.each([
    [null, 'null'],
    [undefined, 'undefined'],
    [[1, 2, 3], '[1,2,3]'],
    [[0, 0, 0, 0], '[0,0,0,0]'],
    [[1, 2, 3, NaN], '[1,2,3,null]'],
    [[1, 2, 3, 2 ** 31], '[1,2,3,2147483648]'],
    [[1, 2, 3, '4'], '[1,2,3,"4"]'],
    [{ 0: 1, 1: 2, 2: 3, 3: 4 }, '{"0":1,"1":2,"2":3,"3":4}'],
  ])('refuses the place %j, and stays where it is', (state, got) => {
    const random = seeded(9)('policy')
    const place = random.snapshot()
    expect(() => random.restore(state as never)).toThrow(
      `random.restore: expected a place in a stream of random numbers, four signed 32-bit integers that are not all 0, got ${got}`,
    )
    expect(random.snapshot()).toEqual(place)
  })

  test.each([-1, 0.5, NaN, 2 ** 53])('refuses seed %d', (seed) => {
    expect(() => seeded(seed)).toThrow('seeded: seed must be an integer from 0 to 2^53 - 1')
  })
})
