/** One job under way at a time; of the jobs that come meanwhile only the newest waits. */

/** Something to do, at once or with a promise, and what is called when it is over. */
export interface Job {
  /** Does the work. The job is under way until this returns, or until the promise that it returns settles. */
  readonly run: () => unknown
  /** The work succeeded. A job that is pushed from here waits until this returns. */
  readonly succeeded?: () => void
  /** The work threw or rejected. A job that is pushed from here waits until this returns. */
  readonly failed: (error: unknown) => void
  /** A newer job took this one's place before it began. */
  readonly replaced?: () => void
}

/** Jobs that never overlap, such as the calls of one device or the messages of one connection. */
export interface Newest<J extends Job = Job> {
  /** Begins the job, or lets it wait for the one under way; a job that waits already is replaced. */
  push(job: J): void
  /** The job whose work is being done; null if there is none, also while the end of a job is reported. */
  readonly underway: J | null
  /** Drops the job that waits, without calling it, and returns it; null if there is none. */
  drop(): J | null
  /**
   * Drops all jobs, and returns them, the one under way first: none of their functions is called any more, and the next
   * job does not wait for the one that was under way.
   */
  abandon(): readonly J[]
}

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'

/** Calls `run`, and exactly one of the other two when it is over: within this call if `run` returns no promise. */
export const settle = (run: () => unknown, succeeded: () => void, failed: (error: unknown) => void): void => {
  let result: unknown
  try {
    result = run()
  } catch (error) {
    return failed(error)
  }
  // What the promise resolves with is not passed on: `succeeded` takes no argument, and may be a `resolve`.
  if (isPromise(result)) Promise.resolve(result).then(() => succeeded(), failed)
  else succeeded()
}

/**
 * Runs one job at a time; at first there is none.
 *
 *     push   a---b-c-d-----e---
 *     begun  a---------d---e---     a takes ten columns and d four; b and c are replaced
 *
 * Memory: the job under way and the one that waits.
 * Fails: never itself; what a job throws or rejects with goes to its `failed`, and the next job begins all the same.
 */
export const newest = <J extends Job = Job>(): Newest<J> => {
  let underway: { readonly job: J } | null = null
  let waiting: J | null = null
  let looping = false
  let reporting = false

  const proceed = (): void => {
    // A loop: jobs that are over at once would otherwise nest, each in the end of the one before.
    if (looping || reporting) return
    looping = true
    try {
      while (underway === null && waiting !== null) begin(waiting)
    } finally {
      looping = false
    }
  }
  const begin = (job: J): void => {
    const present = { job }
    underway = present
    waiting = null
    const end = (report: () => void): void => {
      // The end of a job that was abandoned is ignored: another job may be under way by then.
      if (underway !== present) return
      underway = null
      reporting = true
      try {
        report()
      } finally {
        reporting = false
        proceed()
      }
    }
    settle(
      job.run,
      () => end(() => job.succeeded?.()),
      (error) => end(() => job.failed(error)),
    )
  }
  const drop = (): J | null => {
    const dropped = waiting
    waiting = null
    return dropped
  }
  return {
    push: (job) => {
      const replaced = drop()
      waiting = job
      replaced?.replaced?.()
      proceed()
    },
    get underway() {
      return underway?.job ?? null
    },
    drop,
    abandon: () => {
      const abandoned = [underway?.job ?? null, drop()].filter((job) => job !== null)
      underway = null
      return abandoned
    },
  }
}
