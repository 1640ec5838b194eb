/** The queue of a sweep: what is to be done, and what became of it. Workers of one process or of many take from it. */

/** Jobs that wait. A queue of a message broker has the same four functions. */
export interface Queue<Job, Outcome> {
  /** The next job, which no other worker gets; null if none is left. */
  take(): Promise<Job | null>
  /** The job is done, and is never given again. */
  finished(job: Job, outcome: Outcome): Promise<void>
  /** The job could not be done; it is not given again before the queue is opened anew. */
  failed(job: Job, outcome: Outcome): Promise<void>
  /** The worker stopped in the middle of the job; it is the first to be given when the queue is opened anew. */
  released(job: Job): Promise<void>
}

/** What a queue in the memory of one process needs. */
export interface LocalQueueOptions<Job, Outcome> {
  /** In the order in which they are given. */
  readonly jobs: readonly Job[]
  /** Called with each job that is done or could not be done, before the call of the worker returns. */
  readonly record: (job: Job, as: 'finished' | 'failed', outcome: Outcome) => void
}

/** A queue in the memory of this process. */
export const localQueue = <Job, Outcome>({ jobs, record }: LocalQueueOptions<Job, Outcome>): Queue<Job, Outcome> => {
  const waiting = [...jobs]
  return {
    take: async () => waiting.shift() ?? null,
    finished: async (job, outcome) => record(job, 'finished', outcome),
    failed: async (job, outcome) => record(job, 'failed', outcome),
    released: async () => undefined,
  }
}
