/**
 * A second thread that runs jobs on a shared arena: the same kernels, the same memory, the same order, so the same bits.
 *
 * A job is recorded once, as the table of the kernel calls that it makes. The threads then speak through control words alone:
 * how many jobs were asked for, how many were answered, which ones (a ring), which of the two threads sleeps, and whether the
 * second one failed.
 */
import type { Arena } from './arena.js'
import type { Jobs } from './jobs.js'
import type { RecordedJobs } from './recordedJobs.js'
import { compiledFor } from './webassembly.js'
import { startWorker } from './worker.js'

// Control words; the ring, the jobs and their calls stand behind them.
const ASKED = 0
const ANSWERED = 1
const ASLEEP = 2
const WAITING = 3
const FAILED = 4
const RING = 5
const RING_SIZE = 8
const JOBS = RING + RING_SIZE

/** The count of answers until the thread is ready. */
const STARTING = -1

/** Doubles that the control words and the tables take. */
export const threadDoubles = ({ jobs, calls }: RecordedJobs): number =>
  Math.ceil((JOBS + jobs.length + calls.length) / 2)

/** How often a join looks before it sleeps: a job takes some tens of microseconds, falling asleep and waking up as long. */
const LOOKS = 3_000
/** Milliseconds of sleep after which a join looks whether the thread still lives. */
const NAP = 50
/** Milliseconds of silence after which a living thread counts as lost: a job takes less than one, a start some fifty. */
const PATIENCE = 10_000

/** What the thread runs, as text: a path would not survive a bundler. */
const program = `
  const { bytes, memory, floatsAt, control, jobs, calls } = data
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } })
  exports.bind(floatsAt)
  const words = new Int32Array(memory.buffer, control)
  Atomics.store(words, ${ANSWERED}, 0)
  Atomics.notify(words, ${ANSWERED})
  exports.serve(control, jobs, calls)`
/** Wakes a join up when the thread ends, whichever way it does so by itself. */
const tell = `
  const words = new Int32Array(data.memory.buffer, data.control)
  Atomics.store(words, ${FAILED}, 1)
  Atomics.notify(words, ${ANSWERED})`

/**
 * Starts a thread for jobs, and returns when it is ready. It looks out for the next job for half a millisecond before it sleeps, and
 * never keeps the process alive.
 *
 * Memory: `threadDoubles(recorded)` doubles of the arena from `at` on; the arena must be shared. Eight jobs may wait; `start` waits
 * for the oldest of them before it adds a ninth.
 * Fails: TypeError where there are no threads, Error for one that does not start. `start` and `join` throw when the thread has
 * ended, with its reason, or is silent for ten seconds. `close` never throws and may be called again: what was lost is told by the
 * call that needs it.
 */
export const secondThread = (on: Arena, at: number, { jobs, calls }: RecordedJobs): Jobs => {
  if (!on.shared) throw new TypeError('a second thread needs shared memory')
  const words = new Int32Array(on.f64.buffer, 8 * at, JOBS + jobs.length + calls.length)
  words.set(jobs, JOBS)
  words.set(calls, JOBS + jobs.length)
  words[ANSWERED] = STARTING
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
    onEnd: tell,
    onExit: () => void Atomics.store(words, FAILED, 1),
  })

  let asked = 0
  let closed = false
  let lost: string | null = null
  const requireThread = (): void => {
    if (Atomics.load(words, FAILED) !== 0) lost ??= worker.end() ?? 'it ended'
    if (lost === null) return
    const is = words[ANSWERED] === STARTING ? 'cannot be started' : 'did not finish its job'
    throw new Error(`the second thread of a learner ${is}: ${lost}`)
  }

  const join = (ticket: number): void => {
    let looks = LOOKS
    let silence = 0
    // Counts wrap around; a difference of them does not.
    while (((Atomics.load(words, ANSWERED) - ticket) | 0) < 0) {
      requireThread()
      if (looks-- > 0) continue
      Atomics.store(words, WAITING, 1)
      const seen = Atomics.load(words, ANSWERED)
      if (((seen - ticket) | 0) < 0) {
        silence = Atomics.wait(words, ANSWERED, seen, NAP) === 'timed-out' ? silence + NAP : 0
        if (silence > 0) lost ??= worker.end()
        if (silence >= PATIENCE) lost ??= `no answer within ${PATIENCE} ms`
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
      // The place of the job in the ring is free when the one that stood there eight jobs ago was run.
      join((asked + 1 - RING_SIZE) | 0)
      words[RING + (asked & (RING_SIZE - 1))] = job
      asked = (asked + 1) | 0
      Atomics.store(words, ASKED, asked)
      if (Atomics.load(words, ASLEEP) !== 0) Atomics.notify(words, ASKED, 1)
      return asked
    },
    join,
    joinAll: () => join(asked),
    close: () => {
      if (closed) return
      closed = true
      try {
        join(asked)
      } catch {
        // A thread that is lost has nothing left to finish.
      }
      worker.terminate()
    },
  }
}
