/** Jobs as a table of their kernel calls, which a thread can run without our JavaScript. */
import type { ConstantKernels, Job } from './jobs.js'
import { CALL_WORDS, constantKernelNames } from './kernelTable.js'

/** Jobs as the second thread reads them: for each its first call and its count of calls, then the calls, `CALL_WORDS` words each. */
export interface RecordedJobs {
  readonly jobs: readonly number[]
  readonly calls: readonly number[]
}

/** Records the kernel calls of jobs. */
export const recordJobs = (jobs: readonly Job[]): RecordedJobs => {
  const calls: number[] = []
  const kernels = Object.fromEntries(
    constantKernelNames.map((name, kernel) => [
      name,
      (...offsets: readonly number[]) =>
        void calls.push(kernel, ...offsets, ...new Array<number>(CALL_WORDS - 1 - offsets.length).fill(0)),
    ]),
  ) as unknown as ConstantKernels
  const table = jobs.flatMap((job) => {
    const first = calls.length / CALL_WORDS
    job(kernels)
    return [first, calls.length / CALL_WORDS - first]
  })
  return { jobs: table, calls }
}
