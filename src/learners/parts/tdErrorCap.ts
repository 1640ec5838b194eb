/** Capped and relative TD errors by running means of their squares and sizes (`equations/cappedTdError.ts`), one learner's. */
import type { Arena } from '../../kernels/arena.js'
import { checkRestored } from '../../restored.js'
import { cappedTdError, relativeTdError } from '../equations/cappedTdError.js'
import { movedMean } from '../equations/intentionalStep.js'
import { checkClocks } from './clocks.js'
import type { Plan } from './plan.js'

/** Doubles that the statistics keep, their state: the mean square, which begins at 1, the mean size, and β^t. */
export const CAP_DOUBLES = 3
const [SQUARE, SIZE, CLOCK] = [0, 1, 2]

/** How errors are capped. */
export interface TdErrorCapSpec {
  /** Most deviations that an error may be, c. */
  readonly multiple: number
  /** β, the decay of the running means. */
  readonly decay: number
  /** The doubles of the statistics, where they are advanced. */
  readonly at: number
}

/** Capping, with its scratch: doubles. */
export interface TdErrorCap extends TdErrorCapSpec {
  /** δ, the caller's to write. */
  readonly tdError: number
  /** δc. */
  readonly capped: number
  /** δc / m̂. */
  readonly relative: number
}

/** Lays the scratch out. */
export const tdErrorCap = ({ doubles }: Plan, spec: TdErrorCapSpec): TdErrorCap => ({
  ...spec,
  tdError: doubles.take(1),
  capped: doubles.take(1),
  relative: doubles.take(1),
})

/** Puts the statistics before the first error: the mean square begins at 1, as published, so that the first caps are very large. */
export const startCap = ({ f64 }: Arena, { at }: TdErrorCap): void => {
  f64[at + SQUARE] = 1
  f64[at + SIZE] = 0
  f64[at + CLOCK] = 1
}

/** Takes an error into the statistics, and writes it capped and relative. */
export const capTdError = ({ f64 }: Arena, cap: TdErrorCap): void => {
  const { at, multiple, decay } = cap
  const tdError = f64[cap.tdError]
  f64[at + CLOCK] *= decay
  f64[at + SQUARE] = movedMean(f64[at + SQUARE], tdError * tdError, decay)
  const correction = 1 - f64[at + CLOCK]
  const capped = cappedTdError(tdError, multiple, f64[at + SQUARE] / correction)
  f64[cap.capped] = capped
  f64[at + SIZE] = movedMean(f64[at + SIZE], Math.abs(capped), decay)
  f64[cap.relative] = relativeTdError(capped, f64[at + SIZE] / correction)
}

/**
 * Refuses statistics that no learner leaves behind, when a snapshot is restored.
 *
 * Fails: RangeError with the owner, the double and what came.
 */
export const checkCap = (owner: string, doubles: ArrayLike<number>, at: number): void => {
  for (const [place, what] of [
    [at + SQUARE, 'mean square of TD errors'],
    [at + SIZE, 'mean size of TD errors'],
  ] as const) {
    const value = doubles[place]
    checkRestored({ owner, field: `the ${what}, doubles[${place}],` }, value, 'a number from 0 up', value >= 0)
  }
  checkClocks(owner, doubles, at + CLOCK, 1)
}
