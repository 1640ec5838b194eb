/** Jobs as the table of the kernel calls that they make, which a thread that has no JavaScript of ours can run. */
import type { ConstantKernels, Job } from './jobs.js'

/** The kernels by the number that `assembly/shared.ts` calls them by. */
const names = [
  'dense',
  'denseBackward',
  'leakyRelu',
  'leakyReluBackward',
  'normalize',
  'normalizeBackward',
  'denseAdam',
  'largest',
] as const satisfies readonly (keyof ConstantKernels)[]

/** Words of one call: which kernel, and its arguments. */
const WORDS = 10

/** Jobs as the second thread reads them: for each its first call and its count of calls, then the calls. */
export interface RecordedJobs {
  readonly jobs: readonly number[]
  readonly calls: readonly number[]
}

/** Writes down what jobs call. */
export const recordJobs = (jobs: readonly Job[]): RecordedJobs => {
  const calls: number[] = []
  const kernels = Object.fromEntries(
    names.map((name, kernel) => [
      name,
      (...offsets: readonly number[]) =>
        void calls.push(kernel, ...offsets, ...new Array<number>(WORDS - 1 - offsets.length).fill(0)),
    ]),
  ) as unknown as ConstantKernels
  const table = jobs.flatMap((job) => {
    const first = calls.length / WORDS
    job(kernels)
    return [first, calls.length / WORDS - first]
  })
  return { jobs: table, calls }
}
