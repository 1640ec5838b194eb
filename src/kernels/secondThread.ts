/**
 * A second thread that runs jobs on a shared arena: the same kernels, the same memory, the same order, so the same bits.
 *
 * A job is recorded once, as the table of the kernel calls that it makes. The threads then speak through control words alone:
 * how many jobs were asked for, how many were answered, which ones (a ring), which of the two threads sleeps, and whether the
 * second one failed.
 */
import type { Arena } from './arena.js'
import type { ConstantKernels, Job, Jobs } from './jobs.js'
import { compiledFor } from './webassembly.js'

/** The kernels by the number that `assembly/shared.ts` knows them under. */
const names = [
  'dense',
  'denseBackward',
  'leakyRelu',
  'leakyReluBackward',
  'normalize',
  'normalizeBackward',
  'denseAdam',
] as const satisfies readonly (keyof ConstantKernels)[]

// Control words; the ring, the jobs and their calls stand behind them.
const ASKED = 0
const ANSWERED = 1
const ASLEEP = 2
const WAITING = 3
const FAILED = 4
const RING = 5
const RING_SIZE = 8
const JOBS = RING + RING_SIZE

/** Words of one call: which kernel, and its arguments. */
const WORDS = 10

/** Jobs as the second thread reads them: for each its first call and its count of calls, then the calls. */
export interface Recorded {
  readonly jobs: readonly number[]
  readonly calls: readonly number[]
}

/** Writes down what jobs call. */
export const record = (jobs: readonly Job[]): Recorded => {
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

/** Doubles that the control words and the tables take. */
export const threadDoubles = ({ jobs, calls }: Recorded): number => Math.ceil((JOBS + jobs.length + calls.length) / 2)

/** How often a join looks before it sleeps: a job takes some tens of microseconds, falling asleep and waking up as long. */
const LOOKS = 3_000
/** Milliseconds after which a thread that does not answer counts as lost: a job takes less than one, a start some fifty. */
const PATIENCE = 10_000

/** What the thread runs, as text: a path would not survive a bundler. */
const program = `
const { workerData } = require('node:worker_threads')
const { bytes, memory, floatsAt, control, jobs, calls } = workerData
try {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } })
  exports.bind(floatsAt)
  exports.serve(control, jobs, calls)
} finally {
  const words = new Int32Array(memory.buffer, control)
  Atomics.store(words, ${FAILED}, 1)
  Atomics.notify(words, ${ANSWERED})
}
`

/** Node's threads, or null on a platform without. */
const threads = () => globalThis.process?.getBuiltinModule?.('node:worker_threads') ?? null

/**
 * Starts a thread for jobs. It looks out for the next job for half a millisecond before it sleeps, and never keeps the process alive.
 *
 * Memory: `threadDoubles(recorded)` doubles of the arena from `at` on; the arena must be shared.
 * Fails: TypeError where there are no threads; `start` and `join` throw when the thread has ended or is silent for ten seconds.
 */
export const secondThread = (on: Arena, at: number, { jobs, calls }: Recorded): Jobs => {
  const platform = threads()
  if (platform === null || !on.shared) {
    throw new TypeError("a second thread needs shared memory and Node's worker_threads (Node 20.16 or later)")
  }
  const words = new Int32Array(on.f64.buffer, 8 * at, JOBS + jobs.length + calls.length)
  words.set(jobs, JOBS)
  words.set(calls, JOBS + jobs.length)
  const control = words.byteOffset
  const worker = new platform.Worker(program, {
    eval: true,
    workerData: {
      bytes: compiledFor(on),
      memory: on.memory,
      floatsAt: on.f32.byteOffset,
      control,
      jobs: control + 4 * JOBS,
      calls: control + 4 * (JOBS + jobs.length),
    },
  })
  worker.unref()

  let asked = 0
  let ended: string | null = null
  worker.on('error', (error) => (ended ??= error.message))
  worker.on('exit', (code) => (ended ??= `it ended with code ${code}`))
  const lost = (why: string): Error => new Error(`the second thread of a learner did not finish its job: ${why}`)

  const join = (ticket: number): void => {
    let looks = LOOKS
    // Counts wrap around; a difference of them does not.
    while (((Atomics.load(words, ANSWERED) - ticket) | 0) < 0) {
      if (Atomics.load(words, FAILED) !== 0) ended ??= 'it failed'
      if (ended !== null) throw lost(ended)
      if (looks-- > 0) continue
      Atomics.store(words, WAITING, 1)
      const seen = Atomics.load(words, ANSWERED)
      if (((seen - ticket) | 0) < 0 && Atomics.wait(words, ANSWERED, seen, PATIENCE) === 'timed-out') {
        throw lost((ended ??= `no answer within ${PATIENCE} ms`))
      }
      Atomics.store(words, WAITING, 0)
    }
  }

  return {
    start: (job) => {
      if (ended !== null) throw lost(ended)
      words[RING + (asked & (RING_SIZE - 1))] = job
      asked = (asked + 1) | 0
      Atomics.store(words, ASKED, asked)
      if (Atomics.load(words, ASLEEP) !== 0) Atomics.notify(words, ASKED, 1)
      return asked
    },
    join,
    joinAll: () => join(asked),
    close: () => {
      if (ended !== null) return
      join(asked)
      ended = 'it was closed'
      void worker.terminate()
    },
  }
}
