import { describe, expect, test } from 'vitest'
import { bindKernels } from '../../../src/kernels/bindKernels.js'
import { drawWeights } from '../../../src/learners/parts/initialization.js'
import { type Initialization, linearMaps, network } from '../../../src/learners/parts/network.js'
import { newPlan, plannedArena } from '../../../src/learners/parts/plan.js'
import { seeded } from '../../../src/random.js'
import type { Random } from '../../../src/types.js'

/** The weights and biases of a network of 30 -> 40 -> 20 -> (3 and 2), by the names of its maps. */
const drawn = (initialization: Initialization | undefined, random: Random) => {
  const plan = newPlan()
  const net = network(plan, {
    name: 'a',
    inputs: 30,
    hidden: [40, 20],
    heads: [
      { name: 'x', size: 3 },
      { name: 'y', size: 2 },
    ],
    ...(initialization === undefined ? {} : { initialization }),
  })
  const memory = plannedArena(plan)
  drawWeights(bindKernels.typescript, memory, [net], random)
  return linearMaps(net).map(({ path, weight, bias, rows, columns }) => ({
    path,
    rows,
    columns,
    weights: memory.f32.slice(weight, weight + rows * columns),
    bias: memory.f32.slice(bias, bias + rows),
  }))
}

const counting = () => {
  const { normal, uniform } = seeded(1)('initialization')
  const counts = { normals: 0, uniforms: 0 }
  const random: Random = {
    normal: (out) => {
      counts.normals += out.length
      normal(out)
    },
    uniform: () => {
      counts.uniforms++
      return uniform()
    },
  }
  return { counts, random }
}

const seed = () => seeded(1)('initialization')

test('maps are drawn in the order of the forward pass', () => {
  expect(drawn(undefined, seed()).map(({ path, rows, columns }) => [path, rows, columns])).toEqual([
    ['a.phi.0', 40, 30],
    ['a.phi.2', 20, 40],
    ['a.x', 3, 20],
    ['a.y', 2, 20],
  ])
})

describe('orthogonal', () => {
  test('is the default, with gain 1 and biases 0', () => {
    expect(drawn({ kind: 'orthogonal' }, seed())).toEqual(drawn(undefined, seed()))
    for (const { weights, bias, rows, columns } of drawn(undefined, seed())) {
      expect([...bias]).toEqual(new Array(rows).fill(0))
      const vectors = Math.min(rows, columns)
      const at = (v: number, i: number): number =>
        rows <= columns ? weights[v * columns + i] : weights[i * columns + v]
      for (let v = 0; v < vectors; v++) {
        for (let w = 0; w <= v; w++) {
          let product = 0
          for (let i = 0; i < Math.max(rows, columns); i++) product += at(v, i) * at(w, i)
          expect(product).toBeCloseTo(v === w ? 1 : 0, 6)
        }
      }
    }
  })

  test('a gain multiplies hidden layers, and one of their own the heads: PPO’s', () => {
    const plain = drawn(undefined, seed())
    const scaled = drawn({ kind: 'orthogonal', gain: Math.SQRT2, headGain: 0.01 }, seed())
    scaled.forEach(({ weights }, m) => {
      const gain = m < 2 ? Math.SQRT2 : 0.01
      expect(weights).toEqual(plain[m].weights.map((weight) => weight * gain))
    })
  })
})

describe('uniform', () => {
  test('weights and biases are spread evenly over ±1/√inputs, as those of a linear layer of PyTorch', () => {
    const { counts, random } = counting()
    for (const { weights, bias, columns } of drawn({ kind: 'uniform' }, random)) {
      const bound = 1 / Math.sqrt(columns)
      for (const values of [weights, bias]) {
        expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(Math.fround(bound))
        expect(new Set(values).size).toBe(values.length)
      }
      if (weights.length < 500) continue
      // The mean of n numbers within ±b is 0 to b / √(3 n), their mean square b²/3.
      const mean = weights.reduce((sum, value) => sum + value, 0) / weights.length
      expect(Math.abs(mean)).toBeLessThan((4 * bound) / Math.sqrt(3 * weights.length))
      const square = weights.reduce((sum, value) => sum + value * value, 0) / weights.length
      expect(square / (bound * bound)).toBeCloseTo(1 / 3, 1)
    }
    expect(counts).toEqual({ normals: 0, uniforms: 40 * 30 + 40 + 20 * 40 + 20 + 5 * 20 + 5 })
  })

  test('they are drawn weight by weight and then bias by bias', () => {
    const { uniform } = seed()
    const [{ weights, bias }] = drawn({ kind: 'uniform' }, seed())
    const bound = 1 / Math.sqrt(30)
    const expected = Array.from({ length: 1240 }, () => Math.fround(bound * (2 * uniform() - 1)))
    expect([...weights, ...bias]).toEqual(expected)
  })
})

describe('sparse', () => {
  test('each output has nine tenths of its inputs at 0, rounded up, and the rest within ±1/√inputs', () => {
    const { counts, random } = counting()
    for (const { weights, bias, rows, columns } of drawn({ kind: 'sparse' }, random)) {
      expect([...bias]).toEqual(new Array(rows).fill(0))
      const bound = Math.fround(1 / Math.sqrt(columns))
      for (let row = 0; row < rows; row++) {
        const inputs = [...weights.subarray(row * columns, (row + 1) * columns)]
        expect(inputs.filter((weight) => weight === 0)).toHaveLength(Math.ceil(0.9 * columns))
        expect(inputs.every((weight) => Math.abs(weight) <= bound)).toBe(true)
      }
    }
    expect(counts).toEqual({ normals: 0, uniforms: 40 * (30 + 27) + 20 * (40 + 36) + 5 * (20 + 18) })
  })

  test('every input is as likely to be kept', () => {
    const kept = new Array<number>(30).fill(0)
    for (let s = 0; s < 60; s++) {
      const [{ weights }] = drawn({ kind: 'sparse', zeros: 0.5 }, seeded(s)('initialization'))
      weights.forEach((weight, i) => (kept[i % 30] += weight === 0 ? 0 : 1))
    }
    // 60 networks of 40 outputs keep each input 1,200 times, to a deviation of some 24.
    for (const count of kept) expect(Math.abs(count - 1200)).toBeLessThan(100)
  })

  test('a share of 0 leaves every input', () => {
    for (const { weights } of drawn({ kind: 'sparse', zeros: 0 }, seed())) {
      expect(weights.every((weight) => weight !== 0)).toBe(true)
    }
  })
})
