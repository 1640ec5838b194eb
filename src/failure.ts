/** The errors that Rivulet raises while a world runs. Input from outside is refused in `decode.ts` instead. */
import { escaped } from './edge/escaped.js'

/**
 * The largest magnitude of a number that a learner receives or computes: Adam stores squares as float32, whose largest value is 3.4e38,
 * and sums of some hundred squares of this magnitude still fit.
 */
export const LARGEST = 1e18

/**
 * A number that is not finite, or that would not be finite once it is squared and stored, with the quantity that it belongs to. It was not
 * clamped, and nothing was learnt from it. If `value` is finite, its magnitude is above `LARGEST`.
 */
export class NotFiniteError extends Error {
  override readonly name = 'NotFiniteError'
  constructor(
    /** The quantity: `observation`, `reward`, `command`, `tdError` and so on. */
    readonly quantity: string,
    /** Index and name of the component, or null for a scalar. */
    readonly component: { readonly index: number; readonly name?: string } | null,
    readonly value: number,
    /** The step's index in the run, or null while it is not known. */
    readonly step: number | null = null,
  ) {
    const place =
      component === null ? '' : `[${component.index}]${component.name === undefined ? '' : ` (${component.name})`}`
    const overflow = Number.isFinite(value) ? ', and in float32 a sum of its squares is Infinity' : ''
    super(
      `${step === null ? '' : `step ${step}: `}${quantity}${place} is ${value}${overflow}, expected a finite number`,
    )
  }

  /** The same failure with the step's index in the run. */
  at(step: number): NotFiniteError {
    return new NotFiniteError(this.quantity, this.component, this.value, step)
  }
}

/** What a guard found is more than it heals: the last of its trips, with the reason. */
export class DivergenceError extends Error {
  override readonly name = 'DivergenceError'
  constructor(
    /** Why, on one line. */
    readonly why: string,
    /** The step's index in the run, or null while it is not known. */
    readonly step: number | null = null,
  ) {
    super(step === null ? why : `step ${step}: ${why}`)
  }

  /** The same failure with the step's index in the run. */
  at(step: number): DivergenceError {
    return new DivergenceError(this.why, step)
  }
}

/** An error that was thrown at a step: a failure of numbers gets the step's index, any other error stays as it is. */
export const atStep = (error: unknown, step: number): unknown =>
  error instanceof NotFiniteError || error instanceof DivergenceError ? error.at(step) : error

/** The most characters of a reason: an error of another program may contain all of its input. */
const LONGEST_REASON = 1000

/** The message of an error, or any other thrown value, on one line of printable text. */
export const reason = (error: unknown): string =>
  escaped(
    (error instanceof Error ? error.message || error.name : String(error))
      .split(/[\r\n]+/)
      .map((line) => line.trim())
      .join(' ')
      .trim(),
    LONGEST_REASON,
  )

/** The reason of an error; of an error of the operating system without the call and the path, which it appends after a comma. */
export const causeOf = (error: unknown): string => {
  const line = reason(error)
  return /^E[A-Z\d]+: [^,]+/.exec(line)?.[0] ?? line
}

/** The line for a `stop` that failed and that no caller awaits. */
export const failedStop = (owner: string, error: unknown): string =>
  `${owner}: stop failed: ${reason(error)}; the world may not be at rest`

/** A violation of the driver protocol: a step without an answer or with two, or a call that the world does not allow. */
export class DriverError extends Error {
  override readonly name = 'DriverError'
}

/** A sensor or an actuator that failed for good, with its creator and its address without credentials. */
export class SensorError extends Error {
  override readonly name = 'SensorError'
}
