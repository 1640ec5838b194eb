/** The one source of real time. Code that needs time receives a clock; tests pass a virtual one, such as any RxJS scheduler. */

/** Gives milliseconds since a fixed moment; its time never goes back. */
export interface Clock {
  now(): number
}

/** The machine's monotonic clock. */
export const systemClock: Clock = { now: () => performance.now() }

/** Milliseconds since 1970 on the machine's calendar clock, which may be set forward and back. */
export const calendar: Clock = { now: () => Date.now() }
