import { describe, expect, test } from 'vitest'
import type { ActivationKernels } from '../../src/kernels/contracts/activation.js'
import {
  leakyRelu,
  leakyReluBackward,
  type Numbers,
  relu,
  reluBackward,
  softplus,
  softplusBackward,
  tanh,
  tanhBackward,
} from '../../src/kernels/reference.js'
import { difference, homes, workbench } from './homes.js'

interface Activation {
  readonly forward: Exclude<keyof ActivationKernels, `${string}Backward`>
  readonly backward: Extract<keyof ActivationKernels, `${string}Backward`>
  readonly of: (x: Numbers) => Numbers
  readonly gradientOf: (y: Numbers, gradient: Numbers) => Numbers
  /** Its outputs for zero and for both infinities. */
  readonly limits: readonly [zero: number, infinity: number, minusInfinity: number]
}

const activations: readonly Activation[] = [
  {
    forward: 'leakyRelu',
    backward: 'leakyReluBackward',
    of: leakyRelu,
    gradientOf: leakyReluBackward,
    limits: [0, Infinity, -Infinity],
  },
  { forward: 'relu', backward: 'reluBackward', of: relu, gradientOf: reluBackward, limits: [0, Infinity, 0] },
  { forward: 'tanh', backward: 'tanhBackward', of: tanh, gradientOf: tanhBackward, limits: [0, 1, -1] },
  {
    forward: 'softplus',
    backward: 'softplusBackward',
    of: softplus,
    gradientOf: softplusBackward,
    limits: [Math.fround(Math.LN2), Infinity, 0],
  },
]

/** Sizes that leave every remainder of four, and one of many rows. */
const sizes = [...Array.from({ length: 19 }, (_, i) => i + 1), 16 * 65]

describe.each(activations)('$forward', ({ forward, backward, of, gradientOf, limits }) => {
  test('the gradient of the reference is the slope of the reference', () => {
    const x = Float64Array.from({ length: 41 }, (_, i) => (i - 20) / 3 + 0.01)
    const step = 1e-6
    const slopes = of(x.map((value) => value + step)).map(
      (value, i) => (value - of(x.map((each) => each - step))[i]) / (2 * step),
    )
    expect(
      difference(
        gradientOf(
          of(x),
          x.map(() => 1),
        ),
        slopes,
      ),
    ).toBeLessThan(1e-9)
  })

  describe.each(homes)('in %s', (_, bind) => {
    const { kernels, f32, lay } = workbench(bind, 5_000)

    test('equals the reference, and so does its gradient, at every size and place', () => {
      for (const size of sizes) {
        const laid = lay({ x: size, gradient: size }, size % 4)
        const { at, read } = laid
        for (let i = 0; i < size; i++) f32[at.x + i] *= 4
        f32[at.x + (size >> 1)] = 0
        const x: Numbers = read('x')
        kernels[forward](at.x, size)
        expect(difference(read('x'), of(x)), `${size}`).toBeLessThan(1e-7)
        laid.wroteOnly('x')
        const [y, gradient] = [read('x'), read('gradient')]
        kernels[backward](at.x, at.gradient, size)
        expect(difference(read('gradient'), gradientOf(y, gradient)), `${size}`).toBeLessThan(1e-7)
        laid.wroteOnly('x', 'gradient')
      }
    })

    test('keeps a NaN, and returns limits for infinities', () => {
      const { at, read } = lay({ x: 9 })
      f32.set([NaN, 0, Infinity, -Infinity, NaN, 0, Infinity, -Infinity, NaN], at.x)
      kernels[forward](at.x, 9)
      const four = [NaN, ...limits]
      expect([...read('x')]).toEqual([...four, ...four, NaN])
    })
  })
})

test.each(activations.filter(({ forward }) => forward !== 'leakyRelu'))(
  '$forward and its gradient have the same bits in both homes, for numbers of every size',
  ({ forward, backward }) => {
    const size = 4_001
    const [one, other] = homes.map(([, bind]) => {
      const { kernels, f32, lay } = workbench(bind, 9_000)
      const { at, read } = lay({ x: size, gradient: size })
      for (let i = 0; i < size; i++) f32[at.x + i] *= 2 ** ((i % 160) - 80)
      kernels[forward](at.x, size)
      kernels[backward](at.x, at.gradient, size)
      return [read('x'), read('gradient')]
    })
    expect(other).toEqual(one)
  },
)
