/** The one source of real time. Whoever needs time is handed a clock; tests hand in a virtual one (any RxJS scheduler is one). */

/** Tells milliseconds since some fixed moment, never going back. */
export interface Clock {
  now(): number
}

/** The machine's monotonic clock. */
export const systemClock: Clock = { now: () => performance.now() }

/** Milliseconds since 1970 on the machine's calendar, which may be set, forward and back. */
export const calendar: Clock = { now: () => Date.now() }
