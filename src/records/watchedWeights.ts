/** How far the weights of a learner move. */
import type { Learner } from '../types.js'
import type { MetricsState } from './metrics.js'

type NamedWeights = Learner['parameters']

/** Weights that are watched. */
export interface WatchedWeights {
  /** The distance that each network moved since the last call, by the first word of the names of its weights. */
  moved(): Readonly<Record<string, number>>
  /** A copy of the weights at the last call. */
  state(): NamedWeights
}

const copyOf = (weights: NamedWeights): NamedWeights =>
  Object.fromEntries(Object.entries(weights).map(([name, values]) => [name, new Float32Array(values)]))

const shapesOf = (weights: NamedWeights): string =>
  Object.entries(weights)
    .map(([name, { length }]) => `${name} of ${length}`)
    .join(', ')

/** In four sums, since each addition to one sum would wait for the one before it. */
const squaredDistance = (one: Float32Array, other: Float32Array): number => {
  const whole = one.length - (one.length % 4)
  let [a, b, c, d] = [0, 0, 0, 0]
  for (let i = 0; i < whole; i += 4) {
    a += (one[i] - other[i]) * (one[i] - other[i])
    b += (one[i + 1] - other[i + 1]) * (one[i + 1] - other[i + 1])
    c += (one[i + 2] - other[i + 2]) * (one[i + 2] - other[i + 2])
    d += (one[i + 3] - other[i + 3]) * (one[i + 3] - other[i + 3])
  }
  for (let i = whole; i < one.length; i++) a += (one[i] - other[i]) * (one[i] - other[i])
  return a + b + (c + d)
}

/**
 * Watches the weights of a learner, from `before` on, or if that is null from now on.
 *
 * Memory: a copy of the weights, which `moved` overwrites.
 * Numbers: Euclidean distances, summed up in float64.
 * Fails: throws a RangeError if `before` has other names or sizes than the learner's weights.
 */
export const watchedWeights = (
  learner: Pick<Learner, 'parameters'>,
  before: MetricsState['weights'],
): WatchedWeights => {
  const expected = shapesOf(learner.parameters)
  if (before !== null && shapesOf(before) !== expected) {
    throw new RangeError(`writeMetrics: weights of a cell: expected ${expected}, got ${shapesOf(before)}`)
  }
  const earlier = copyOf(before ?? learner.parameters)
  return {
    moved: () => {
      const squares: Record<string, number> = {}
      for (const [name, values] of Object.entries(learner.parameters)) {
        const network = name.split('.', 1)[0]
        squares[network] = (squares[network] ?? 0) + squaredDistance(values, earlier[name])
        earlier[name].set(values)
      }
      return Object.fromEntries(Object.entries(squares).map(([network, sum]) => [network, Math.sqrt(sum)]))
    },
    state: () => copyOf(earlier),
  }
}
