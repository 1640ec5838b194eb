/** Looks at the weights of a learner from time to time: whether they are finite, and how far they moved since the look before. */
import { NotFiniteError } from '../failure.js'
import type { Learner } from '../types.js'
import { explodingFault, type Fault } from './trip.js'

/** Weights by name, as they were at a look. */
export type EarlierWeights = Readonly<Record<string, Float32Array>>

/** A watch over weights. */
export interface WeightWatch {
  /** Compares the weights with those of the look before, which are then replaced by them; null if nothing is wrong. */
  look(updates: number): Fault | null
  /** The first weight that is not finite, as a fault; null if all are finite. */
  notFinite(): Fault | null
  /** Begins with the weights as they are now. */
  begin(): void
  /** The weights of the last look, or null before the first. */
  state(): EarlierWeights | null
  restore(state: EarlierWeights | null): void
}

const copyOf = (weights: EarlierWeights): EarlierWeights =>
  Object.fromEntries(Object.entries(weights).map(([name, values]) => [name, new Float32Array(values)]))

/** Sums of squares of a network. */
interface Squares {
  moved: number
  norm: number
}

/** Adds the squares of one array in four sums, since each addition to one sum would wait for the one before it. */
const addSquares = (sums: Squares, now: Float32Array, earlier: Float32Array): void => {
  const whole = now.length - (now.length % 2)
  let [a, b, c, d] = [0, 0, 0, 0]
  for (let i = 0; i < whole; i += 2) {
    const [first, second] = [earlier[i], earlier[i + 1]]
    a += (now[i] - first) * (now[i] - first)
    b += (now[i + 1] - second) * (now[i + 1] - second)
    c += first * first
    d += second * second
  }
  if (whole < now.length) {
    const first = earlier[whole]
    a += (now[whole] - first) * (now[whole] - first)
    c += first * first
  }
  sums.moved += a + b
  sums.norm += c + d
}

const firstNotFinite = (weights: EarlierWeights): Fault | null => {
  for (const [name, values] of Object.entries(weights)) {
    const index = values.findIndex((value) => !Number.isFinite(value))
    if (index >= 0) return { cause: 'weights', reason: new NotFiniteError(name, { index }, values[index]).message }
  }
  return null
}

/**
 * Watches the weights of a learner.
 *
 * Memory: a copy of the weights.
 * Numbers: Euclidean distances and norms, in float64, of all weights whose names begin with the same word. A weight that is not finite makes
 * the distance not finite, so that the weights are searched for it only then.
 */
export const weightWatch = (learner: Pick<Learner, 'parameters'>, largestMove: number | 'none'): WeightWatch => {
  let earlier: EarlierWeights | null = null
  return {
    look: (updates) => {
      const weights = learner.parameters
      if (earlier === null) {
        earlier = copyOf(weights)
        return firstNotFinite(weights)
      }
      const networks = new Map<string, Squares>()
      for (const [name, values] of Object.entries(weights)) {
        const network = name.split('.', 1)[0]
        const sums = networks.get(network) ?? { moved: 0, norm: 0 }
        networks.set(network, sums)
        addSquares(sums, values, earlier[name])
        earlier[name].set(values)
      }
      for (const [network, { moved, norm }] of networks) {
        if (!Number.isFinite(moved)) {
          const spoilt = firstNotFinite(weights)
          if (spoilt !== null) return spoilt
        }
        const relative = Math.sqrt(moved) / Math.max(1, Math.sqrt(norm))
        if (largestMove !== 'none' && !(relative <= largestMove)) {
          return explodingFault(network, relative, updates, largestMove)
        }
      }
      return null
    },
    notFinite: () => firstNotFinite(learner.parameters),
    begin: () => {
      earlier = copyOf(learner.parameters)
    },
    state: () => (earlier === null ? null : copyOf(earlier)),
    restore: (state) => {
      earlier = state === null ? null : copyOf(state)
    },
  }
}
