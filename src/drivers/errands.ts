/** What a device is told to do: one thing at a time, and of those that wait only the newest. */

/** Something to do, at once or with a promise. */
export interface Errand {
  readonly run: () => unknown
  /** When it is over. */
  readonly after?: () => void
}

/** Errands of one run. */
export interface Errands {
  /** Runs an errand now, or when the one under way is over; it takes the place of one that waits already. */
  send(errand: Errand): void
  /** Errands that another one took the place of. */
  readonly replaced: number
  /** Nothing is run or told any more. */
  close(): void
}

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'

/** Runs something that may be asynchronous, and goes on in the same turn of the event loop if it is not. */
export const settle = (run: () => unknown, then: () => void, fail: (error: unknown) => void): void => {
  let result: unknown
  try {
    result = run()
  } catch (error) {
    return fail(error)
  }
  if (isPromise(result)) result.then(then, fail)
  else then()
}

/**
 * Errands, at rest.
 *
 * Memory: one errand that waits.
 * Fails: through `fail`, with what an errand throws or rejects with.
 */
export const errands = (fail: (error: unknown) => void): Errands => {
  let closed = false
  let busy = false
  let waiting: Errand | null = null
  let replaced = 0

  const run = (errand: Errand): void => {
    busy = true
    settle(
      errand.run,
      () => {
        busy = false
        if (closed) return
        const next = waiting
        waiting = null
        errand.after?.()
        if (next !== null) send(next)
      },
      (error) => {
        if (!closed) fail(error)
      },
    )
  }
  const send = (errand: Errand): void => {
    if (closed) return
    if (!busy) return run(errand)
    if (waiting !== null) replaced += 1
    waiting = errand
  }
  return {
    send,
    close: () => {
      closed = true
      waiting = null
    },
    get replaced() {
      return replaced
    },
  }
}
