/** Jobs: fixed lists of kernel calls, which run on this thread or on a second one. */
import type { ConstantKernelName } from './kernelTable.js'
import type { Kernels } from './kernels.js'

/** A job calls kernels, always the same ones with the same arguments. */
export type Job = (kernels: ConstantKernels) => void

/** The kernels whose arguments are offsets and counts alone. */
export type ConstantKernels = Pick<Kernels, ConstantKernelName>

/** Runs jobs of a fixed list, one after the other in the order in which they are started. */
export interface Jobs {
  /** Starts the job of this number; it is finished only after `join`. Returns a ticket for it. */
  start(job: number): number
  /** Returns when the job of a ticket, and every one started before it, is finished. */
  join(ticket: number): void
  /** Returns when all that was started is finished. */
  joinAll(): void
  /** Ends the thread that runs the jobs; no job can be started afterwards. */
  close(): void
}

/** Runs each job at once, on the caller's own thread. */
export const immediateJobs = (kernels: Kernels, jobs: readonly Job[]): Jobs => ({
  start: (job) => {
    jobs[job](kernels)
    return 0
  },
  join: () => undefined,
  joinAll: () => undefined,
  close: () => undefined,
})
