/** Work under names, on the caller's thread or on a second one. */
import type { Arena } from '../../kernels/arena.js'
import { type Job, immediateJobs } from '../../kernels/jobs.js'
import type { Kernels } from '../../kernels/kernels.js'
import { recordJobs } from '../../kernels/recordedJobs.js'
import { secondThread, threadDoubles } from '../../kernels/secondThread.js'
import type { Plan } from './plan.js'

/** One piece of work, which may be had done again and again. */
export interface NamedJob {
  /** Has it done, after all that was started before it. */
  start(): void
  /** Returns when it is done that was started last; what it wrote can be read from then on. */
  finish(): void
}

/** All of them, and who does them. */
export interface NamedJobs<Name extends string> {
  readonly jobs: Readonly<Record<Name, NamedJob>>
  /** Returns when all that was started is done. */
  finishAll(): void
  /** Ends the second thread, where there is one; nothing can be started then. */
  close(): void
}

/**
 * Takes the place in a plan that work on a second thread needs, and gives the function that opens it in the plan's memory. With one
 * thread a job is done when it is started.
 */
export const namedJobs = <Name extends string>(
  { doubles }: Plan,
  threads: 1 | 2,
  work: Readonly<Record<Name, Job>>,
): ((on: Arena, kernels: Kernels) => NamedJobs<Name>) => {
  const names = Object.keys(work) as Name[]
  const list = names.map((name) => work[name])
  const recorded = threads === 2 ? recordJobs(list) : null
  const at = recorded === null ? 0 : doubles.take(threadDoubles(recorded))
  return (on, kernels) => {
    const jobs = recorded === null ? immediateJobs(kernels, list) : secondThread(on, at, recorded)
    const named = (number: number): NamedJob => {
      let ticket = 0
      return { start: () => void (ticket = jobs.start(number)), finish: () => jobs.join(ticket) }
    }
    return {
      jobs: Object.fromEntries(names.map((name, number) => [name, named(number)])) as Record<Name, NamedJob>,
      finishAll: jobs.joinAll,
      close: jobs.close,
    }
  }
}
