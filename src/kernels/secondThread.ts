/**
 * A second thread that runs jobs on a shared arena: the same kernels, the same memory, the same order, so the same bits.
 *
 * A job is recorded once, as the table of its kernel calls. The threads then communicate only through control words: how many jobs were
 * started, how many are finished, which ones (a ring), which of the two threads sleeps, and whether the second one failed.
 */
import type { Arena } from './arena.js'
import type { Jobs } from './jobs.js'
import type { RecordedJobs } from './recordedJobs.js'
import { compiledFor } from './webassembly.js'
import { startWorker } from './worker.js'

// Control words; the ring, the jobs and their calls follow them.
const STARTED = 0
const FINISHED = 1
const ASLEEP = 2
const WAITING = 3
const FAILED = 4
const RING = 5
const RING_SIZE = 8
const JOBS = RING + RING_SIZE

/** The count of finished jobs until the thread is ready. */
const STARTING = -1

/** Doubles that the control words and the tables take. */
export const threadDoubles = ({ jobs, calls }: RecordedJobs): number =>
  Math.ceil((JOBS + jobs.length + calls.length) / 2)

/** How often `join` reads the count before it sleeps: a job takes some tens of microseconds, and sleeping and waking take as long. */
const POLLS = 3_000
/** Milliseconds of sleep after which `join` checks whether the thread is alive. */
const NAP_MS = 50
/** Milliseconds without a finished job after which a thread counts as lost: a job takes less than 1 ms, a start about 50. */
const PATIENCE_MS = 10_000

/** The program of the thread, as text: bundlers would break a path. */
const program = `
  const { bytes, memory, floatsAt, control, jobs, calls } = data
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } })
  exports.bind(floatsAt)
  const words = new Int32Array(memory.buffer, control)
  Atomics.store(words, ${FINISHED}, 0)
  Atomics.notify(words, ${FINISHED})
  exports.serve(control, jobs, calls)`
/** Wakes a sleeping `join` when the thread ends by itself. */
const endProgram = `
  const words = new Int32Array(data.memory.buffer, data.control)
  Atomics.store(words, ${FAILED}, 1)
  Atomics.notify(words, ${FINISHED})`

/**
 * Starts a thread for jobs, and returns when it is ready. The thread polls for the next job for half a millisecond before it sleeps,
 * and does not keep the process alive.
 *
 * Memory: `threadDoubles(recorded)` doubles of the arena from `at` on; the arena must be shared. Eight jobs may wait; `start` waits
 * for the oldest of them before it adds a ninth.
 * Fails: TypeError on a platform without threads, Error for a thread that does not start. `start` and `join` throw when the thread has
 * ended, with the reason, or finishes no job for ten seconds. `close` never throws and may be called again: only the calls that need a
 * lost thread throw.
 */
export const secondThread = (on: Arena, at: number, { jobs, calls }: RecordedJobs): Jobs => {
  if (!on.shared) throw new TypeError('a second thread needs shared memory')
  const words = new Int32Array(on.f64.buffer, 8 * at, JOBS + jobs.length + calls.length)
  words.set(jobs, JOBS)
  words.set(calls, JOBS + jobs.length)
  words[FINISHED] = STARTING
  const control = words.byteOffset
  const worker = startWorker(program, {
    data: {
      bytes: compiledFor(on),
      memory: on.memory,
      floatsAt: on.f32.byteOffset,
      control,
      jobs: control + 4 * JOBS,
      calls: control + 4 * (JOBS + jobs.length),
    },
    onEnd: endProgram,
    onExit: () => void Atomics.store(words, FAILED, 1),
  })

  let started = 0
  let closed = false
  let lost: string | null = null
  const requireThread = (): void => {
    if (Atomics.load(words, FAILED) !== 0) lost ??= worker.end() ?? 'it ended'
    if (lost === null) return
    const failure = words[FINISHED] === STARTING ? 'cannot be started' : 'did not finish its job'
    throw new Error(`the second thread of a learner ${failure}: ${lost}`)
  }

  const join = (ticket: number): void => {
    let polls = POLLS
    let silence = 0
    // Counts wrap around; their difference is still right.
    while (((Atomics.load(words, FINISHED) - ticket) | 0) < 0) {
      requireThread()
      if (polls-- > 0) continue
      Atomics.store(words, WAITING, 1)
      const seen = Atomics.load(words, FINISHED)
      if (((seen - ticket) | 0) < 0) {
        silence = Atomics.wait(words, FINISHED, seen, NAP_MS) === 'timed-out' ? silence + NAP_MS : 0
        if (silence > 0) lost ??= worker.end()
        if (silence >= PATIENCE_MS) lost ??= `no answer within ${PATIENCE_MS} ms`
      }
      Atomics.store(words, WAITING, 0)
    }
  }

  try {
    join(0)
  } catch (error) {
    worker.terminate()
    throw error
  }

  return {
    start: (job) => {
      if (closed) lost ??= 'it was closed'
      requireThread()
      // The place of the job in the ring is free after the job of eight starts before is finished.
      join((started + 1 - RING_SIZE) | 0)
      words[RING + (started & (RING_SIZE - 1))] = job
      started = (started + 1) | 0
      Atomics.store(words, STARTED, started)
      if (Atomics.load(words, ASLEEP) !== 0) Atomics.notify(words, STARTED, 1)
      return started
    },
    join,
    joinAll: () => join(started),
    close: () => {
      if (closed) return
      closed = true
      try {
        join(started)
      } catch {
        // A lost thread cannot finish any job.
      }
      worker.terminate()
    },
  }
}
