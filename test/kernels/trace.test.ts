import { describe, expect, test } from 'vitest'
import { TraceScalar } from '../../src/kernels/kernels.js'
import { outer } from '../../src/kernels/reference.js'
import { seeded } from '../../src/random.js'
import { difference, homes, workbench } from './homes.js'

/** Outputs and inputs of a layer: every remainder of a vector and of a pair of them, and rows that are longer than a stretch of sums. */
const shapes = [
  ...Array.from({ length: 19 }, (_, i) => [1 + ((5 * i) % 19), i + 1] as const),
  [2, 1_500] as const,
  [256, 17] as const,
]

/** The numbers of an optimizer for some weights, by its equations in float64. */
interface Kept {
  trace: Float64Array
  second: Float64Array
  direction: Float64Array
}

const settings = { decay: 0.99 * 0.8, beta2: 0.999, epsilon: 1e-8 }
const sumOf = (terms: Float64Array): number => terms.reduce((sum, term) => sum + term, 0)

/** z ← γλ z + g, and Σ |z|. */
const plain = (kept: Kept, g: Float64Array): readonly number[] => {
  kept.trace = kept.trace.map((z, i) => settings.decay * z + g[i])
  return [sumOf(kept.trace.map(Math.abs))]
}

/** Adaptive ObGD's t-th step. */
const adaptive = (kept: Kept, g: Float64Array, t: number, delta: number): readonly number[] => {
  const { beta2, epsilon } = settings
  plain(kept, g)
  kept.second = kept.second.map((v, i) => beta2 * v + (1 - beta2) * (delta * kept.trace[i]) ** 2)
  const corrected = kept.second.map((v) => v / (1 - beta2 ** t))
  kept.direction = kept.trace.map((z, i) => z / Math.sqrt(corrected[i] + epsilon))
  return [sumOf(kept.direction.map(Math.abs))]
}

/** The t-th step of intentional updates. */
const intentional = (kept: Kept, g: Float64Array, t: number): readonly number[] => {
  const { beta2, epsilon } = settings
  kept.second = kept.second.map((v, i) => beta2 * v + (1 - beta2) * g[i] ** 2)
  const scale = kept.second.map((v) => Math.sqrt(v / (1 - beta2 ** t)) + epsilon)
  plain(kept, g)
  kept.direction = kept.trace.map((z, i) => z / scale[i])
  return [sumOf(g.map((value, i) => value ** 2 / scale[i])), sumOf(kept.trace.map((z, i) => z ** 2 / scale[i]))]
}

describe.each(homes)('%s traces', (_, bind) => {
  const { kernels, f32, f64, lay } = workbench(bind, 40_000)
  const [scalars, sums] = [2, 2 + TraceScalar.count]
  const setScalars = (t: number, delta: number): void => {
    f64[scalars + TraceScalar.decay] = settings.decay
    f64[scalars + TraceScalar.delta] = delta
    f64[scalars + TraceScalar.beta2] = settings.beta2
    f64[scalars + TraceScalar.correction] = 1 / (1 - settings.beta2 ** t)
    f64[scalars + TraceScalar.epsilon] = settings.epsilon
  }

  /** Places of all vectors of one layer; its bias is one float behind its weights. */
  const layer = (outputs: number, inputs: number) => {
    const size = outputs * inputs
    const each = { trace: size, traceBias: outputs, second: size, secondBias: outputs, direction: size, bias: outputs }
    const laid = lay({ ...each, input: inputs, gradient: outputs, stored: size + outputs }, inputs % 4)
    const { at, read } = laid
    const biasAt = at.traceBias - at.trace
    f32.fill(0, at.trace, at.input)
    laid.keep()
    const whole = (
      weights: 'trace' | 'second' | 'direction',
      bias: 'traceBias' | 'secondBias' | 'bias',
    ): Float64Array => Float64Array.of(...read(weights), ...read(bias))
    return { laid, at, read, biasAt, size, whole }
  }
  const nothing = (size: number): Kept => ({
    trace: new Float64Array(size),
    second: new Float64Array(size),
    direction: new Float64Array(size),
  })

  type Layer = ReturnType<typeof layer>
  const kinds = [
    {
      name: 'plain',
      of: plain,
      dense: ({ at, biasAt }: Layer, inputs: number, outputs: number): void =>
        kernels.denseTrace(at.trace, biasAt, at.input, inputs, at.gradient, outputs, scalars, sums),
      flat: ({ at }: Layer, size: number): void => kernels.trace(at.trace, at.stored, size, scalars, sums),
      writes: ['trace', 'traceBias'],
    },
    {
      name: 'adaptive',
      of: adaptive,
      dense: ({ at, biasAt }: Layer, inputs: number, outputs: number): void => {
        const { trace, second, direction, input, gradient } = at
        kernels.denseAdaptiveTrace(trace, second, direction, biasAt, input, inputs, gradient, outputs, scalars, sums)
      },
      flat: ({ at }: Layer, size: number): void =>
        kernels.adaptiveTrace(at.trace, at.second, at.direction, at.stored, size, scalars, sums),
      writes: ['trace', 'traceBias', 'second', 'secondBias', 'direction', 'bias'],
    },
    {
      name: 'intentional',
      of: intentional,
      dense: ({ at, biasAt }: Layer, inputs: number, outputs: number): void => {
        const { trace, second, direction, input, gradient } = at
        kernels.denseIntentionalTrace(trace, second, direction, biasAt, input, inputs, gradient, outputs, scalars, sums)
      },
      flat: ({ at }: Layer, size: number): void =>
        kernels.intentionalTrace(at.trace, at.second, at.direction, at.stored, size, scalars, sums),
      writes: ['trace', 'traceBias', 'second', 'secondBias', 'direction', 'bias'],
    },
  ] as const

  describe.each(kinds)('$name', ({ name, of, dense, flat, writes }) => {
    test('follow their equations, step after step, for a layer whose gradient is an outer product', () => {
      for (const [outputs, inputs] of shapes) {
        const on = layer(outputs, inputs)
        const kept = nothing(on.size + outputs)
        const random = seeded(11)(`${outputs} x ${inputs}`)
        for (let t = 1; t <= 6; t++) {
          random.normal(f32.subarray(on.at.input, on.at.input + inputs))
          random.normal(f32.subarray(on.at.gradient, on.at.gradient + outputs))
          const [input, gradient] = [on.read('input'), on.read('gradient')]
          const g = Float64Array.of(...outer(Float64Array, gradient, input), ...gradient)
          const delta = t % 2 === 0 ? -0.6 : 1.3
          const want = of(kept, g, t, delta)
          setScalars(t, delta)
          dense(on, inputs, outputs)
          want.forEach((sum, i) => expect(f64[sums + i] / sum, `${outputs} x ${inputs}`).toBeCloseTo(1, 4))
        }
        // The mean square of a gradient near 0 has a root that is known to fewer digits, and z is divided by it.
        expect(difference(on.whole('trace', 'traceBias'), kept.trace)).toBeLessThan(1e-6)
        if (name !== 'plain') {
          expect(difference(on.whole('second', 'secondBias'), kept.second)).toBeLessThan(1e-6)
          expect(difference(on.whole('direction', 'bias'), kept.direction)).toBeLessThan(2e-5)
        }
        on.laid.wroteOnly('input', 'gradient', ...writes)
      }
    })

    test('are the same for a stored gradient', () => {
      for (const size of [...Array.from({ length: 19 }, (_, i) => i + 1), 1_100]) {
        const on = layer(1, size)
        const kept = nothing(size)
        for (let t = 1; t <= 4; t++) {
          const want = of(kept, on.read('stored').subarray(0, size), t, 0.8)
          setScalars(t, 0.8)
          flat(on, size)
          want.forEach((sum, i) => expect(f64[sums + i] / sum).toBeCloseTo(1, 4))
        }
        expect(difference(on.read('trace'), kept.trace)).toBeLessThan(1e-6)
        expect(difference(on.read('second'), kept.second)).toBeLessThan(1e-6)
        expect(difference(on.read('direction'), kept.direction)).toBeLessThan(1e-5)
        on.laid.wroteOnly('trace', 'second', 'direction')
      }
    })

    test('are cleared by a decay of 0', () => {
      const on = layer(3, 7)
      setScalars(1, 1)
      f64[scalars + TraceScalar.decay] = 0
      f32.fill(5, on.at.trace, on.at.trace + on.biasAt + 3)
      dense(on, 7, 3)
      const [input, gradient] = [on.read('input'), on.read('gradient')]
      const g = Float64Array.of(...outer(Float64Array, gradient, input), ...gradient)
      expect(difference(on.whole('trace', 'traceBias'), g)).toBeLessThan(1e-7)
    })

    test('show a gradient that is not a number in their sums, and keep it', () => {
      for (const at of [0, 5, 8]) {
        const on = layer(2, 9)
        setScalars(1, 1)
        f32[on.at.input + at] = NaN
        dense(on, 9, 2)
        expect(f64[sums]).toBeNaN()
        expect(on.read('trace')[at]).toBeNaN()
      }
    })
  })
})

test('in WebAssembly a mean square that fades becomes 0 before the processor would be slow', () => {
  const [, bind] = homes[1]
  const { kernels, f32, f64, lay } = workbench(bind, 200)
  const size = 21
  const { at, read } = lay({ trace: size, second: size, direction: size, gradient: size })
  for (const kernel of ['adaptiveTrace', 'intentionalTrace'] as const) {
    f32.fill(0, at.trace, at.gradient + size)
    f32.fill(4e-38, at.second, at.second + size)
    f64.set([0.8, 1, 0.5, 1, 1e-8])
    const step = (): void => kernels[kernel](at.trace, at.second, at.direction, at.gradient, size, 0, 8)
    step()
    expect(read('second').every((value) => value === Math.fround(4e-38) / 2)).toBe(true)
    step()
    expect(read('second').every((value) => value === 0)).toBe(true)
    expect(read('direction').every((value) => value === 0)).toBe(true)
  }
})
