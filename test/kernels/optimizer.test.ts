import { describe, expect, test } from 'vitest'
import { AdamScalar } from '../../src/kernels/kernels.js'
import { adam } from '../../src/kernels/reference.js'
import { difference, homes, workbench } from './homes.js'

const sizes = [...Array.from({ length: 19 }, (_, i) => i + 1), 1_003]

describe.each(homes)('%s optimizers', (_, bind) => {
  const { kernels, f32, f64, lay } = workbench(bind, 8_000)

  describe.each([0, 0.9])('adam with beta1 %d', (beta1) => {
    /** Puts the scalars of the t-th step at the doubles from 1 on. */
    const setScalars = (t: number, stepSize: number, epsilon: number, factor: number): void => {
      const root = Math.sqrt(1 - 0.999 ** t)
      f64[1 + AdamScalar.factor] = factor
      f64[1 + AdamScalar.step] = (stepSize * root) / (1 - beta1 ** t)
      f64[1 + AdamScalar.epsilon] = epsilon * root
      f64[1 + AdamScalar.beta1] = beta1
      f64[1 + AdamScalar.beta2] = 0.999
    }

    test.each([1e-8, 1e-5])('is the reference on a stored gradient, times a factor, with epsilon %d', (epsilon) => {
      for (const size of sizes) {
        const laid = lay({ weights: size, first: size, second: size, gradient: size }, size % 4)
        const { at, read } = laid
        f32.fill(0, at.first, at.second + size)
        laid.keep()
        const weights = read('weights')
        const moments = { first: new Float64Array(size), second: new Float64Array(size) }
        for (let t = 1; t <= 5; t++) {
          const factor = t === 3 ? -0.5 : 1 / t
          const gradient = read('gradient').map((value) => factor * value)
          adam(weights, gradient, moments, t, { stepSize: 3e-3, beta1, beta2: 0.999, epsilon })
          setScalars(t, 3e-3, epsilon, factor)
          kernels.adam(at.weights, at.first, at.second, at.gradient, size, 1)
        }
        expect(difference(read('weights'), weights)).toBeLessThan(1e-6)
        expect(difference(read('second'), moments.second)).toBeLessThan(1e-6)
        if (beta1 > 0) expect(difference(read('first'), moments.first)).toBeLessThan(1e-6)
        if (beta1 > 0) laid.wroteOnly('weights', 'first', 'second')
        else laid.wroteOnly('weights', 'second')
      }
    })

    test('equals denseAdam if the gradient is one outer product', () => {
      const [inputs, outputs] = [13, 6]
      const size = inputs * outputs + outputs
      const each = { weights: size, first: size, second: size }
      const { at, read } = lay({ ...each, gradient: size, input: inputs, output: outputs })
      f32.fill(0, at.first, at.second + size)
      for (let i = 0; i < outputs; i++) {
        for (let j = 0; j < inputs; j++) {
          f32[at.gradient + i * inputs + j] = f32[at.output + i] * f32[at.input + j]
        }
        f32[at.gradient + inputs * outputs + i] = f32[at.output + i]
      }
      const start = f32.slice(at.weights, at.second + size)
      setScalars(1, 1e-2, 1e-8, 0.7)
      kernels.adam(at.weights, at.first, at.second, at.gradient, size, 1)
      const flat = [read('weights'), read('first'), read('second')]
      f32.set(start, at.weights)
      const biasAt = inputs * outputs
      kernels.denseAdam(at.weights, at.first, at.second, biasAt, at.input, inputs, at.output, outputs, 1)
      const dense = [read('weights'), read('first'), read('second')]
      flat.forEach((values, i) => expect(difference(values, dense[i])).toBeLessThan(1e-7))
    })
  })

  test('polyak moves a target by its share of the difference, and not at all if there is none', () => {
    for (const size of sizes) {
      const laid = lay({ source: size, target: size }, size % 4)
      const { at, read } = laid
      f64[9] = 0.005
      f32[at.target] = f32[at.source]
      const [source, before] = [read('source'), read('target')]
      laid.keep()
      kernels.polyak(at.source, size, 9, at.target)
      const want = before.map((value, i) => 0.005 * source[i] + 0.995 * value)
      expect(difference(read('target'), want)).toBeLessThan(2e-7)
      expect(read('target')[0]).toBe(source[0])
      laid.wroteOnly('target')
    }
  })

  test('polyak with a share of 1 copies', () => {
    const { at, read } = lay({ source: 9, target: 9 })
    f64[9] = 1
    kernels.polyak(at.source, 9, 9, at.target)
    expect(difference(read('target'), read('source'))).toBeLessThan(3e-7)
  })
})
