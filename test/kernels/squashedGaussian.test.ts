import { describe, expect, test } from 'vitest'
import { arena } from '../../src/kernels/arena.js'
import { SquashScalar } from '../../src/kernels/kernels.js'
import { seeded } from '../../src/random.js'
import { difference, homes, workbench } from './homes.js'

const at = { size: 3, head: 0, noise: 6, action: 9, sample: 0, logProbability: 6 }

const readings = [
  ['covariance', 0.5],
  ['deviation', 1],
] as const

describe.each(readings.flatMap(([reading, k]) => homes.map(([home, bind]) => ({ reading, k, home, bind }))))(
  'log_std read as $reading (k = $k), in $home',
  ({ k, bind }) => {
    const memory = arena(32, 7)
    const kernels = bind(memory)

    const sampleAt = (head: readonly number[], noise: readonly number[], k: number): number => {
      memory.f32.set(head, at.head)
      memory.f32.set(noise, at.noise)
      kernels.squash(at.head, at.noise, at.size, k, at.action, at.sample)
      return memory.f64[at.logProbability]
    }

    test('the action is tanh(mu + s noise) and its density is the normal one over 1 - a²', () => {
      const head = [0.3, -0.8, 0.1, -1, 0.4, 1.5]
      const noise = [0.5, -1.25, 0.75]
      const logProbability = sampleAt(head, noise, k)
      let want = 0
      for (let i = 0; i < 3; i++) {
        const s = Math.exp(k * Math.fround(head[3 + i]))
        const u = Math.fround(head[i]) + s * noise[i]
        const a = Math.tanh(u)
        expect(memory.f32[at.action + i]).toBeCloseTo(a, 7)
        want += Math.log(
          Math.exp(-(((u - Math.fround(head[i])) / s) ** 2) / 2) / (s * Math.sqrt(2 * Math.PI)) / (1 - a * a),
        )
      }
      expect(logProbability).toBeCloseTo(want, 9)
    })

    test('log_std is clamped to [-20, 2], and the clamp passes no gradient', () => {
      const outside = sampleAt([0, 0, 0, -25, 2.5, 1], [1, 1, 1], k)
      const edge = sampleAt([0, 0, 0, -20, 2, 1], [1, 1, 1], k)
      expect(outside).toBe(edge)
      memory.f32.set([1, 1, 1], 12)
      kernels.squashBackward(at.head, at.size, k, 0.1, at.sample, 12, 16)
      expect([...memory.f32.subarray(19, 22)].map((value) => value !== 0)).toEqual([true, true, true])
      sampleAt([0, 0, 0, -25, 2.5, 1], [1, 1, 1], k)
      kernels.squashBackward(at.head, at.size, k, 0.1, at.sample, 12, 16)
      expect([...memory.f32.subarray(19, 22)].map((value) => value !== 0)).toEqual([false, false, true])
    })

    test('where tanh rounds to 1, the log-probability stays finite and right', () => {
      const logProbability = sampleAt([40, -40, 0, 0, 0, 0], [0, 0, 0], k)
      const each = -0.5 * Math.log(2 * Math.PI)
      expect(logProbability).toBeCloseTo(3 * each + 2 * (2 * 40 - 2 * Math.LN2), 9)
      expect([...memory.f32.subarray(9, 12)]).toEqual([1, -1, 0])
    })
  },
)

test('both homes of the kernels compute the same bits', () => {
  const [one, other] = [arena(64, 17), arena(64, 17)]
  const [typescript, webassembly] = [homes[0][1](one), homes[1][1](other)]
  const random = seeded(3)('squash')
  for (let round = 0; round < 500; round++) {
    random.normal(one.f32)
    for (let i = 0; i < one.f32.length; i++) one.f32[i] *= round / 25
    other.f32.set(one.f32)
    for (const kernels of [typescript, webassembly]) {
      kernels.squash(0, 16, 8, 0.5, 24, 0)
      kernels.squashBackward(0, 8, 0.5, 0.1, 0, 32, 40)
    }
    expect(other.f32).toEqual(one.f32)
    expect(other.f64).toEqual(one.f64)
  }
})

describe.each(homes)('rows of squashed samples in %s', (_, bind) => {
  const { kernels, f32, f64, lay } = workbench(bind, 2_000, 400)
  /** The scalars of rows, what is sampled, and what one row's sample is. */
  const [scalars, sample, one] = [1, 5, 350]

  test('are those of squash, row by row and to the bit, with actions between other numbers', () => {
    for (const [rows, size, stride] of [
      [1, 1, 1],
      [5, 3, 7],
      [19, 6, 6],
    ]) {
      const actions = rows * stride
      const each = { head: 2 * rows * size, noise: rows * size, action: actions, ones: size, behind: 1 }
      const laid = lay(each, size % 4)
      const { at, read } = laid
      f64[scalars + SquashScalar.k] = 0.5
      kernels.squashRows(at.head, at.noise, rows, size, scalars, at.action, stride, sample)
      laid.wroteOnly('action')
      const got = read('action')
      const untouched = lay(each, size % 4).read('action')
      for (let r = 0; r < rows; r++) {
        const row = got.subarray(r * stride, (r + 1) * stride)
        kernels.squash(at.head + 2 * r * size, at.noise + r * size, size, 0.5, at.ones, one)
        expect(row.subarray(0, size)).toEqual(read('ones'))
        expect(row.subarray(size)).toEqual(untouched.subarray(r * stride + size, (r + 1) * stride))
        const from = sample + r * (2 * size + 1)
        expect(f64.slice(from, from + 2 * size + 1)).toEqual(f64.slice(one, one + 2 * size + 1))
      }
    }
  })

  test('have the gradient of squashBackward, times a factor', () => {
    const [rows, size] = [7, 3]
    const each = { head: 2 * rows * size, noise: rows * size, action: rows * size, slope: rows * size }
    const laid = lay({ ...each, gradient: 2 * rows * size, ones: 2 * size })
    const { at, read } = laid
    f64.set([1, 0.2, 1 / rows], scalars)
    f32[at.head + size] = 2.5
    laid.keep()
    kernels.squashRows(at.head, at.noise, rows, size, scalars, at.action, size, sample)
    kernels.squashBackwardRows(at.head, rows, size, scalars, sample, at.slope, at.gradient)
    laid.wroteOnly('action', 'gradient')
    for (let r = 0; r < rows; r++) {
      const head = at.head + 2 * r * size
      kernels.squashBackward(head, size, 1, 0.2, sample + r * (2 * size + 1), at.slope + r * size, at.ones)
      const want = read('ones').map((value) => Math.fround(value * (1 / rows)))
      expect(read('gradient').subarray(2 * r * size, 2 * (r + 1) * size)).toEqual(want)
    }
  })

  test('have the gradient of finite differences', () => {
    const [rows, size, step] = [4, 2, 1e-3]
    const each = { head: 2 * rows * size, noise: rows * size, action: rows * size, slope: rows * size }
    const { at, read } = lay({ ...each, gradient: 2 * rows * size })
    const [eta, slope] = [0.3, read('slope')]
    f64.set([0.5, eta, 1 / rows], scalars)
    /** The mean of η log π(a) - Q(a), for a Q that is linear in a; in doubles but for the head. */
    const loss = (): number => {
      kernels.squashRows(at.head, at.noise, rows, size, scalars, at.action, size, sample)
      let sum = 0
      for (let r = 0; r < rows; r++) {
        const from = sample + r * (2 * size + 1)
        sum += eta * f64[from + 2 * size]
        for (let i = 0; i < size; i++) sum -= slope[r * size + i] * f64[from + i]
      }
      return sum / rows
    }
    const slopes = Array.from({ length: 2 * rows * size }, (_unused, i) => {
      const value = f32[at.head + i]
      f32[at.head + i] = value + step
      const [above, high] = [f32[at.head + i], loss()]
      f32[at.head + i] = value - step
      const found = (high - loss()) / (above - f32[at.head + i])
      f32[at.head + i] = value
      return found
    })
    loss()
    kernels.squashBackwardRows(at.head, rows, size, scalars, sample, at.slope, at.gradient)
    expect(difference(read('gradient'), slopes)).toBeLessThan(1e-6)
  })
})
