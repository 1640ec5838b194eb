/** Work that is known beforehand as calls of kernels, so that it can be run here or on a second thread. */
import type { ConstantKernelName } from './kernelTable.js'
import type { Kernels } from './kernels.js'

/** A job says what it does by calling kernels; it is always the same calls with the same arguments. */
export type Job = (kernels: ConstantKernels) => void

/** The kernels whose arguments are offsets and counts alone. */
export type ConstantKernels = Pick<Kernels, ConstantKernelName>

/** Who runs a fixed list of jobs, one after the other in the order in which they are started. */
export interface Jobs {
  /** Has the job of this number run; it may be finished only after `join`. Gives a ticket for it. */
  start(job: number): number
  /** Returns when the job of a ticket, and every one started before it, is finished. */
  join(ticket: number): void
  /** Returns when all that was started is finished. */
  joinAll(): void
  /** Ends what serves the jobs; none can be started afterwards. */
  close(): void
}

/** Runs each job at once, on the caller's own thread. */
export const jobsHere = (kernels: Kernels, jobs: readonly Job[]): Jobs => ({
  start: (job) => {
    jobs[job](kernels)
    return 0
  },
  join: () => undefined,
  joinAll: () => undefined,
  close: () => undefined,
})
