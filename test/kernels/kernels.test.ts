import { describe, expect, test } from 'vitest'
import { arena } from '../../src/kernels/arena.js'
import {
  adam,
  affine,
  affineBackward,
  leakyRelu,
  leakyReluBackward,
  norm,
  normalize,
  normalizeBackward,
  outer,
} from '../../src/kernels/reference.js'
import { seeded } from '../../src/random.js'
import { homes } from './homes.js'

/** Rows and columns that are multiples of four, that leave each remainder, and single ones. */
const shapes = [
  [1, 1],
  [3, 5],
  [4, 4],
  [6, 11],
  [17, 256],
  [256, 23],
  [256, 256],
] as const

const close = (got: ArrayLike<number>, want: ArrayLike<number>, bound: number): void => {
  expect(got.length).toBe(want.length)
  let worst = 0
  for (let i = 0; i < want.length; i++) worst = Math.max(worst, Math.abs(got[i] - want[i]) / (1 + Math.abs(want[i])))
  expect(worst).toBeLessThanOrEqual(bound)
}

describe.each(homes)('%s kernels', (_, bind) => {
  describe.each(shapes)('on %i x %i', (rows, columns) => {
    const memory = arena(8 * (rows * columns + rows + columns) + 64, 8)
    const kernels = bind(memory)
    const { f32, f64 } = memory
    seeded(7)(`${rows}x${columns}`).normal(f32)
    const filled = f32.slice()
    // Deliberately unaligned, with a guard element between the vectors.
    const weights = 1
    const bias = weights + rows * columns
    const input = bias + rows + 1
    const output = input + columns + 1
    const gradient = output + rows + 1
    const inputGradient = gradient + rows + 1
    const first = inputGradient + columns + 1
    const second = first + rows * columns + rows + 1
    const at = (offset: number, size: number): Float64Array => Float64Array.from(f32.subarray(offset, offset + size))
    const start = (): void => f32.set(filled)
    const touchedOnly = (...ranges: readonly (readonly [number, number])[]): void => {
      const strays: number[] = []
      for (let i = 0; i < f32.length; i++) {
        if (f32[i] !== filled[i] && !ranges.some(([from, size]) => i >= from && i < from + size)) strays.push(i)
      }
      expect(strays).toEqual([])
    }

    test('dense', () => {
      start()
      kernels.dense(weights, bias, input, columns, output, rows)
      close(
        at(output, rows),
        affine(Float64Array, at(weights, rows * columns), at(bias, rows), at(input, columns)),
        1e-5,
      )
      touchedOnly([output, rows])
    })

    test('denseBackward, all columns and some', () => {
      start()
      const want = affineBackward(Float64Array, at(weights, rows * columns), columns, at(gradient, rows))
      kernels.denseBackward(weights, columns, gradient, rows, 0, columns, inputGradient)
      close(at(inputGradient, columns), want, 1e-5)
      touchedOnly([inputGradient, columns])
      const from = Math.floor(columns / 2)
      start()
      kernels.denseBackward(weights, columns, gradient, rows, from, columns - from, inputGradient)
      close(at(inputGradient, columns - from), want.subarray(from), 1e-5)
      touchedOnly([inputGradient, columns - from])
    })

    test('leakyRelu and its gradient', () => {
      start()
      f32[input] = 0
      const x = at(input, columns)
      kernels.leakyRelu(input, columns)
      close(at(input, columns), leakyRelu(x), 1e-7)
      const g = at(inputGradient, columns)
      kernels.leakyReluBackward(input, inputGradient, columns)
      close(at(inputGradient, columns), leakyReluBackward(leakyRelu(x), g), 1e-7)
      touchedOnly([input, columns], [inputGradient, columns])
    })

    test('largest, at any place, an infinity, and a NaN above all', () => {
      start()
      const found = (): number => {
        kernels.largest(input, columns, 5)
        return f64[5]
      }
      expect(found()).toBe(Math.max(...at(input, columns).map(Math.abs)))
      f32.fill(0, input, input + columns)
      expect(found()).toBe(0)
      for (let i = 0; i < columns; i++) {
        for (const value of [-1e-45, 1e18, -3e38, -Infinity]) {
          f32[input + i] = value
          expect(found()).toBe(Math.abs(Math.fround(value)))
        }
        f32[input] = NaN
        expect(found()).toBeNaN()
        f32.fill(0, input, input + columns)
      }
      f32.set(filled.subarray(input, input + columns), input)
      touchedOnly()
    })

    test('normalize and its gradient', () => {
      start()
      const x = at(input, columns)
      const g = at(gradient - 1, columns)
      const y = output
      kernels.normalize(input, columns, y, 5)
      expect(f64[5]).toBeCloseTo(norm(x), 5)
      close(at(y, columns), normalize(x), 1e-6)
      f32.set(g, first)
      kernels.normalizeBackward(y, 5, first, columns, second)
      // The input is the difference of two numbers of the gradient's size, so its error is counted in those.
      close(at(second, columns), normalizeBackward(x, g), 3e-6)
    })

    test('normalize leaves a zero vector at zero, and a NaN at NaN', () => {
      start()
      f32.fill(0, input, input + columns)
      kernels.normalize(input, columns, inputGradient, 5)
      expect(f64[5]).toBe(0)
      expect(at(inputGradient, columns).every((value) => value === 0)).toBe(true)
      kernels.normalizeBackward(inputGradient, 5, first, columns, second)
      expect(at(second, columns).every((value) => value === 0)).toBe(true)
      f32[input] = NaN
      kernels.normalize(input, columns, inputGradient, 5)
      expect(at(inputGradient, columns).every((value) => Number.isNaN(value))).toBe(true)
    })

    test.each([0, 0.9])('denseAdam is the outer product and then Adam, with beta1 %d', (beta1) => {
      start()
      const size = rows * columns
      const settings = { stepSize: 3e-3, beta1, beta2: 0.999, epsilon: 1e-8 }
      const parameters = [at(weights, size), at(bias, rows)]
      const moments = parameters.map((p) => ({ first: new Float64Array(p.length), second: new Float64Array(p.length) }))
      f32.fill(0, first, first + size + rows)
      f32.fill(0, second, second + size + rows)
      for (let t = 1; t <= 5; t++) {
        const factor = t === 3 ? -0.7 : 0.3 * t
        f32.set(
          seeded(t)('step').uniform() > 0.5 ? filled.subarray(0, columns) : filled.subarray(9, 9 + columns),
          input,
        )
        const g = at(gradient, rows).map((value) => factor * value)
        const by = [outer(Float64Array, g, at(input, columns)), g]
        parameters.forEach((p, i) => adam(p, by[i], moments[i], t, settings))
        const root = Math.sqrt(1 - 0.999 ** t)
        const step = (settings.stepSize * root) / (1 - beta1 ** t)
        const small = settings.epsilon * root
        f64.set([factor, step, small, beta1, settings.beta2], 1)
        kernels.denseAdam(weights, first, second, size, input, columns, gradient, rows, 1)
      }
      close(at(weights, size), parameters[0], 1e-6)
      close(at(bias, rows), parameters[1], 1e-6)
      close(at(second + size, rows), moments[1].second, 1e-6)
      if (beta1 > 0) close(at(first, size), moments[0].first, 1e-6)
      const moved = [weights, size + rows] as const
      const averaged = beta1 > 0 ? ([first, size + rows] as const) : null
      f32.set(filled.subarray(input, input + columns), input)
      if (averaged === null) f32.set(filled.subarray(first, first + size + rows), first)
      touchedOnly(moved, [second, size + rows], ...(averaged === null ? [] : [averaged]))
    })
  })
})

describe('takeProjections', () => {
  /** `count` orthonormal vectors: corners of an identity matrix turned in the plane of each two neighbors. */
  const orthonormal = (count: number, size: number): number[][] =>
    Array.from({ length: count }, (_, v) =>
      Array.from({ length: size }, (_, i) => {
        if (i !== v - (v % 2) && i !== v - (v % 2) + 1) return 0
        if (v === count - 1 && v % 2 === 0) return i === v ? 1 : 0
        return v % 2 === 0 ? (i === v ? 0.6 : 0.8) : i === v ? 0.6 : -0.8
      }),
    )
  /** Odd and even sizes, and every remainder of the passes of four and two. */
  const cases = [
    [1, 1, 1],
    [1, 3, 5],
    [2, 2, 4],
    [3, 4, 8],
    [5, 6, 11],
    [8, 9, 32],
    [32, 7, 65],
    [0, 4, 6],
  ] as const

  test.each(cases)('with %i basis vectors, of %i vectors of size %i', (count, rows, size) => {
    const doubles = (count + rows) * size + 4 * count + 3
    const [basis, vectors, along] = [1, 1 + count * size, 2 + (count + rows) * size]
    const noise = new Float32Array(doubles)
    seeded(3)(`${count} of ${size}`).normal(noise)
    const results = homes.map(([, bind]) => {
      const memory = arena(0, doubles)
      memory.f64.set(noise)
      orthonormal(count, size).forEach((vector, v) => memory.f64.set(vector, basis + v * size))
      const before = memory.f64.slice()
      bind(memory).takeProjections(basis, count, vectors, rows, size, along)
      for (let row = 0; row < rows; row++) {
        const at = vectors + row * size
        const want = before.slice(at, at + size)
        for (const vector of orthonormal(count, size)) {
          let component = 0
          for (let i = 0; i < size; i++) component += vector[i] * before[at + i]
          for (let i = 0; i < size; i++) want[i] -= component * vector[i]
        }
        close(memory.f64.subarray(at, at + size), want, 1e-14)
      }
      // Only the vectors and the scratch were written to.
      expect(memory.f64.subarray(0, vectors)).toEqual(before.subarray(0, vectors))
      const behind = [vectors + rows * size, along + 4 * count] as const
      expect(memory.f64[behind[0]]).toBe(before[behind[0]])
      expect(memory.f64.subarray(behind[1])).toEqual(before.subarray(behind[1]))
      return memory.f64.slice(vectors, vectors + rows * size)
    })
    expect(results[1]).toEqual(results[0])
  })
})
