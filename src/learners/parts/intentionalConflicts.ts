/** Settings of intentional updates that exclude each other, or that float32 does not hold. Loads no kernel. */
import type { Failure } from '../../edge/decode.js'
import { LARGEST } from '../../failure.js'
import { conflict } from '../algorithm.js'
import { LEAST_NORMAL } from './adamReach.js'

/** Settings of two networks that are moved by intentional updates. */
export interface IntentionalSettings {
  readonly actorFraction: number
  readonly criticFraction: number
  readonly discount: number
  readonly traceDecay: number
  readonly epsilon: number
}

/** The greatest fraction: over the least root that a step is divided by, and times the largest error, it is a float. */
const MOST = 1e12

/** Refuses settings with whose steps float32 would not hold, and traces that do not fade: the means of their steps fade by γλ too. */
export const intentionalConflicts = (settings: IntentionalSettings): readonly Failure[] => {
  const { discount, traceDecay, epsilon } = settings
  const least = LEAST_NORMAL.toPrecision(3)
  const fractions = (['actorFraction', 'criticFraction'] as const)
    .filter((name) => !(settings[name] >= LEAST_NORMAL && settings[name] <= MOST))
    .map((name) => conflict(name, `from ${least} to 1e12, so that float32 holds each step`, settings[name]))
  const held = epsilon >= LEAST_NORMAL && epsilon <= LARGEST
  return [
    ...fractions,
    ...(held ? [] : [conflict('epsilon', `from ${least} to 1e18, so that float32 holds each step`, epsilon)]),
    ...(discount * traceDecay < 1
      ? []
      : [conflict('traceDecay', 'a number below 1 with a discount of 1, so that traces fade', traceDecay)]),
  ]
}
