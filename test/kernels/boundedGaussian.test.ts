import { describe, expect, test } from 'vitest'
import { arena } from '../../src/kernels/arena.js'
import { SquashScalar } from '../../src/kernels/kernels.js'
import { boundedNormal, boundedSlopesByC, boundedSlopesByMean } from '../../src/learners/equations/boundedNormal.js'
import { seeded } from '../../src/random.js'
import { homes, workbench } from './homes.js'

const ETA = 0.3

describe.each(homes)('%s kernels of bounded rows', (_, bind) => {
  const { kernels, f32, f64, lay } = workbench(bind, 2_000, 200)

  test.each([
    [1, 1],
    [1, 3],
    [5, 2],
  ])('are the equations, for %d rows of %d components', (rows, size) => {
    const stride = size + 2
    const sizes = {
      head: 2 * rows * size,
      noise: rows * size,
      action: rows * stride,
      byAction: rows * size,
      by: 2 * rows * size,
    }
    const laid = lay(sizes, 1)
    const { at, read } = laid
    const sample = 10
    f64[SquashScalar.entropyCoefficient] = ETA
    f64[SquashScalar.factor] = 1 / rows
    const kept = read('action')
    laid.keep()
    kernels.boundedRows(at.head, at.noise, rows, size, 0, at.action, stride, sample)
    kernels.boundedBackwardRows(at.head, rows, size, 0, sample, at.byAction, at.by)
    const [head, noise, action, byAction, by] = [
      read('head'),
      read('noise'),
      read('action'),
      read('byAction'),
      read('by'),
    ]
    for (let r = 0; r < rows; r++) {
      let logProbability = 0
      for (let i = 0; i < size; i++) {
        const c = head[2 * r * size + size + i]
        const drawn = boundedNormal(head[2 * r * size + i], c, noise[r * size + i])
        logProbability += drawn.logProbability
        expect(action[r * stride + i]).toBe(Math.fround(drawn.action))
        const through = byAction[r * size + i]
        const slopes = [boundedSlopesByMean(drawn), boundedSlopesByC(drawn, c)]
        const want = slopes.map((slope) => (ETA * slope.logProbability - through * slope.action) / rows)
        expect(by[2 * r * size + i]).toBeCloseTo(want[0], 5)
        expect(by[2 * r * size + size + i]).toBeCloseTo(want[1], 5)
      }
      expect(f64[sample + r * (2 * size + 1) + 2 * size]).toBeCloseTo(logProbability, 12)
      // What stands between the actions is not theirs.
      for (let i = size; i < stride; i++) expect(action[r * stride + i]).toBe(kept[r * stride + i])
    }
    laid.wroteOnly('action', 'by')
    expect(f32[at.by - 1]).not.toBe(0)
  })
})

test('both homes of the kernels compute the same bits', () => {
  const [one, other] = [arena(64, 30), arena(64, 30)]
  const [typescript, webassembly] = [homes[0][1](one), homes[1][1](other)]
  const random = seeded(3)('bounded')
  for (let round = 0; round < 500; round++) {
    random.normal(one.f32)
    for (let i = 0; i < one.f32.length; i++) one.f32[i] *= round / 25
    other.f32.set(one.f32)
    for (const [{ f64 }, kernels] of [[one, typescript] as const, [other, webassembly] as const]) {
      f64.set([0, 0.2, 0.5])
      kernels.boundedRows(0, 16, 2, 4, 0, 24, 4, 3)
      kernels.boundedBackwardRows(0, 2, 4, 0, 3, 32, 40)
    }
    expect(other.f32).toEqual(one.f32)
    expect(other.f64).toEqual(one.f64)
  }
})
