/** The errors that Rivulet raises while a world runs. What comes from outside is refused in `decode.ts` instead. */
import { plain } from './edge/plain.js'

/**
 * The greatest size of a number that a learner takes in or makes: Adam stores squares as float32, which holds up to 3.4e38, and
 * sums of some hundred squares of this size still fit.
 */
export const LARGEST = 1e18

/**
 * A number that is not finite, or that would not be finite once it is squared and stored, named by what it belongs to; nothing
 * was clamped and nothing learnt from it. A finite `value` is one above `LARGEST` in size.
 */
export class NotFiniteError extends Error {
  override readonly name = 'NotFiniteError'
  constructor(
    /** What held the number: `observation`, `reward`, `command`, `tdError` and so on. */
    readonly quantity: string,
    /** Index and name of the component, or null for a scalar. */
    readonly component: { readonly index: number; readonly name?: string } | null,
    readonly value: number,
    /** The step's index in the run, once somebody knew it. */
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

/** What was thrown at a step: a number that is not finite learns the step's index, anything else stays as it is. */
export const atStep = (error: unknown, step: number): unknown =>
  error instanceof NotFiniteError ? error.at(step) : error

/** Most characters of a reason: an error of another program may hold all of its input. */
const LONGEST_REASON = 1000

/** What went wrong, on one line of plain text; whatever was thrown. */
export const reason = (error: unknown): string =>
  plain(
    (error instanceof Error ? error.message || error.name : String(error))
      .split(/[\r\n]+/)
      .map((line) => line.trim())
      .join(' ')
      .trim(),
    LONGEST_REASON,
  )

/** The system's word for what was wrong, without the call and the path that it appends after a comma; any other reason as it is. */
export const causeOf = (error: unknown): string => {
  const said = reason(error)
  return /^E[A-Z\d]+: [^,]+/.exec(said)?.[0] ?? said
}

/** A breach of the driver protocol: a step without an answer, with two, or a world used in a way that it forbids. */
export class DriverError extends Error {
  override readonly name = 'DriverError'
}

/** A sensor or an actuator that failed for good, named by its creator and its address without credentials. */
export class SensorError extends Error {
  override readonly name = 'SensorError'
}
