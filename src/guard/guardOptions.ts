/** The options of a guard, their defaults and their checks. */
import type { Snapshots, Vector } from '../types.js'
import type { Trip } from './trip.js'

/** Options of `guard`. */
export interface GuardOptions {
  /**
   * What a trip does. `stop`: an error that names the cause is thrown; weights that are spoilt are first replaced by those of the last good
   * snapshot. `rollback`: the learner goes back to the last good snapshot, with smaller steps, and goes on; a bad input is refused alone.
   */
  readonly onDivergence: 'stop' | 'rollback'
  /**
   * The action after a trip, shape `[action.size]`, in the policy's own units, before `rescaleAction`. The default is the middle of the
   * policy's bounds, and zeros without bounds.
   */
  readonly safeAction?: Vector
  /** What is saved and put back with the learner, such as running moments. The default is nothing. */
  readonly alongside?: readonly Snapshots<unknown>[]
  /** By what a rollback multiplies all step sizes, above 0 and at most 1. The default is 0.5. */
  readonly stepSizeFactor?: number
  /** Trips after which the next one ends the run also with `rollback`. The default is 3. */
  readonly mostTrips?: number
  /** Updates from one look at the weights to the next. The default is 1000. */
  readonly lookEvery?: number
  /**
   * Updates from one good snapshot to the next, at least: it is taken at the end of an episode, or after twice as many updates where none has
   * ended. The default is 10,000.
   */
  readonly snapshotEvery?: number
  /** Decisions after which saturation and dead units are counted anew. The default is 10,000. */
  readonly window?: number
  /**
   * How far a network may move from one look to the next, as a multiple of its norm at the first of them, or of 1 where that is smaller; 'none'
   * for any distance. The default is 10.
   */
  readonly largestMove?: number | 'none'
  /**
   * The share of the components of a window's actions that are within 1 % of the range of a bound, at which a policy is saturated; 'none' for
   * no such bound. Only for policies with `actionBounds`. The default is 0.99.
   */
  readonly saturatedShare?: number | 'none'
  /**
   * The share of the policy's hidden units that are not active in a window at which they are too many; 'none' for no such bound. One decision
   * in 100 is looked at. Only for learners with `markActive`. The default is 0.95.
   */
  readonly deadShare?: number | 'none'
  /** Called with each trip, before the error if it ends the run. The default does nothing. */
  readonly onTrip?: (trip: Trip) => void
}

/** Options of a guard without those that have no default. */
export type WholeGuardOptions = Required<Omit<GuardOptions, 'safeAction'>>

/** The defaults. */
export const guardDefaults = {
  alongside: [],
  stepSizeFactor: 0.5,
  mostTrips: 3,
  lookEvery: 1000,
  snapshotEvery: 10_000,
  window: 10_000,
  largestMove: 10,
  saturatedShare: 0.99,
  deadShare: 0.95,
  onTrip: () => undefined,
} as const satisfies Omit<WholeGuardOptions, 'onDivergence'>

const refuse = (option: string, expected: string, got: unknown): never => {
  throw new RangeError(`guard: ${option}: expected ${expected}, got ${String(got)}`)
}

/**
 * Adds the defaults.
 *
 * Fails: RangeError with the option, what was expected and what came.
 */
export const wholeGuardOptions = (options: GuardOptions): WholeGuardOptions => {
  const all = { ...guardDefaults, ...options }
  const notFinite = Array.from(options.safeAction ?? []).find((component) => !Number.isFinite(component))
  if (notFinite !== undefined) refuse('safeAction', 'finite numbers', notFinite)
  if (all.onDivergence !== 'stop' && all.onDivergence !== 'rollback') {
    refuse('onDivergence', "'stop' or 'rollback'", all.onDivergence)
  }
  for (const name of ['lookEvery', 'snapshotEvery', 'window'] as const) {
    if (!(Number.isSafeInteger(all[name]) && all[name] > 0)) refuse(name, 'a positive integer', all[name])
  }
  const { mostTrips, stepSizeFactor, largestMove } = all
  if (!(Number.isSafeInteger(mostTrips) && mostTrips >= 0)) refuse('mostTrips', 'an integer from 0 up', mostTrips)
  if (!(stepSizeFactor > 0 && stepSizeFactor <= 1)) {
    refuse('stepSizeFactor', 'a number above 0 and at most 1', stepSizeFactor)
  }
  if (largestMove !== 'none' && !(largestMove > 0)) refuse('largestMove', "a positive number or 'none'", largestMove)
  for (const name of ['saturatedShare', 'deadShare'] as const) {
    const share = all[name]
    if (share !== 'none' && !(share > 0 && share <= 1)) refuse(name, "a number above 0 and at most 1, or 'none'", share)
  }
  return all
}
