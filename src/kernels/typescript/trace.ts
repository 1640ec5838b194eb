/** Eligibility traces. `contracts/trace.ts` documents the arguments, and has the equations. */
import type { Arena } from '../arena.js'
import type { TraceKernels } from '../contracts/trace.js'
import { TraceScalar } from '../kernels.js'

/** The kernels, bound to one arena. */
export const traceKernels = ({ f32, f64 }: Pick<Arena, 'f32' | 'f64'>): TraceKernels => {
  /** Moves `size` traces from z on, whose gradient is `by` times the vector at x, and adds their sizes to the double at `norm`. */
  const move = (z: number, x: number, size: number, by: number, scalars: number, norm: number): void => {
    const decay = f64[scalars + TraceScalar.decay]
    let sum = 0
    for (let i = 0; i < size; i++) {
      const trace = decay * f32[z + i] + by * f32[x + i]
      f32[z + i] = trace
      sum += Math.abs(trace)
    }
    f64[norm] += sum
  }

  const moveAdaptive = (
    z: number,
    second: number,
    direction: number,
    x: number,
    size: number,
    by: number,
    scalars: number,
    norm: number,
  ): void => {
    const decay = f64[scalars + TraceScalar.decay]
    const delta = f64[scalars + TraceScalar.delta]
    const beta2 = f64[scalars + TraceScalar.beta2]
    const correction = f64[scalars + TraceScalar.correction]
    const epsilon = f64[scalars + TraceScalar.epsilon]
    let sum = 0
    for (let i = 0; i < size; i++) {
      const trace = decay * f32[z + i] + by * f32[x + i]
      const square = beta2 * f32[second + i] + (1 - beta2) * (delta * trace) * (delta * trace)
      const along = trace / Math.sqrt(square * correction + epsilon)
      f32[z + i] = trace
      f32[second + i] = square
      f32[direction + i] = along
      sum += Math.abs(along)
    }
    f64[norm] += sum
  }

  const moveIntentional = (
    z: number,
    second: number,
    direction: number,
    x: number,
    size: number,
    by: number,
    scalars: number,
    sums: number,
  ): void => {
    const decay = f64[scalars + TraceScalar.decay]
    const beta2 = f64[scalars + TraceScalar.beta2]
    const correction = f64[scalars + TraceScalar.correction]
    const epsilon = f64[scalars + TraceScalar.epsilon]
    let ofGradient = 0
    let ofTrace = 0
    for (let i = 0; i < size; i++) {
      const g = by * f32[x + i]
      const square = beta2 * f32[second + i] + (1 - beta2) * g * g
      const scale = 1 / (Math.sqrt(square * correction) + epsilon)
      const trace = decay * f32[z + i] + g
      f32[second + i] = square
      f32[z + i] = trace
      f32[direction + i] = trace * scale
      ofGradient += g * g * scale
      ofTrace += trace * trace * scale
    }
    f64[sums] += ofGradient
    f64[sums + 1] += ofTrace
  }

  return {
    denseTrace: (trace, biasAt, input, inputs, gradient, outputs, scalars, norm) => {
      f64[norm] = 0
      for (let i = 0; i < outputs; i++) move(trace + i * inputs, input, inputs, f32[gradient + i], scalars, norm)
      move(trace + biasAt, gradient, outputs, 1, scalars, norm)
    },

    trace: (trace, gradient, size, scalars, norm) => {
      f64[norm] = 0
      move(trace, gradient, size, 1, scalars, norm)
    },

    denseAdaptiveTrace: (trace, second, direction, biasAt, input, inputs, gradient, outputs, scalars, norm) => {
      f64[norm] = 0
      for (let i = 0; i < outputs; i++) {
        const row = i * inputs
        moveAdaptive(trace + row, second + row, direction + row, input, inputs, f32[gradient + i], scalars, norm)
      }
      moveAdaptive(trace + biasAt, second + biasAt, direction + biasAt, gradient, outputs, 1, scalars, norm)
    },

    adaptiveTrace: (trace, second, direction, gradient, size, scalars, norm) => {
      f64[norm] = 0
      moveAdaptive(trace, second, direction, gradient, size, 1, scalars, norm)
    },

    denseIntentionalTrace: (trace, second, direction, biasAt, input, inputs, gradient, outputs, scalars, sums) => {
      f64[sums] = 0
      f64[sums + 1] = 0
      for (let i = 0; i < outputs; i++) {
        const row = i * inputs
        moveIntentional(trace + row, second + row, direction + row, input, inputs, f32[gradient + i], scalars, sums)
      }
      moveIntentional(trace + biasAt, second + biasAt, direction + biasAt, gradient, outputs, 1, scalars, sums)
    },

    intentionalTrace: (trace, second, direction, gradient, size, scalars, sums) => {
      f64[sums] = 0
      f64[sums + 1] = 0
      moveIntentional(trace, second, direction, gradient, size, 1, scalars, sums)
    },
  }
}
