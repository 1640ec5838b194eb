/**
 * Ends a file of tests that blocks its own event loop, as a loop without an end does, or the call of a
 * process that does not exit. Vitest's time limits need the event loop
 * to be free; a thread of its own does not.
 */
import { Worker } from 'node:worker_threads'
import { beforeEach, expect } from 'vitest'

/** What may block the event loop now, and for how many milliseconds. */
interface Limit {
  readonly name: string
  readonly limit: number
}

/** Beyond a limit come five seconds, in which Vitest may notice by itself. */
const watch = `
  const { parentPort, workerData } = require('node:worker_threads')
  const { readFileSync, readdirSync, writeSync } = require('node:fs')
  let { name, limit, free } = workerData
  parentPort.on('message', (now) => ({ name, limit } = now))
  setInterval(() => {
    const blocked = Date.now() - free[0]
    if (blocked < limit + 5000) return
    writeSync(2, name + ': ended, since it blocked the event loop for ' + blocked + ' ms\\n')
    // Linux tells which processes it waits for.
    try {
      for (const thread of readdirSync('/proc/self/task')) {
        const children = readFileSync('/proc/self/task/' + thread + '/children', 'utf8').split(' ').filter(Boolean)
        for (const child of children) process.kill(Number(child), 'SIGKILL')
      }
    } catch {}
    process.kill(process.pid, 'SIGKILL')
  }, 1000)`

/** While a file is loaded and between its tests. */
const file: Limit = { name: String(expect.getState().testPath), limit: 60_000 }

/** The watch of a process. Files run one after the other in it, and share it. */
interface Watch {
  /** Says that the event loop was free just now. */
  note(): void
  limit(now: Limit): void
}
const shared: { [key: symbol]: Watch | undefined } = globalThis
const key = Symbol.for('rivulet: what blocks the event loop')
const begun = (): Watch => {
  /** When the event loop was last free. */
  const free = new Float64Array(new SharedArrayBuffer(8))
  const note = (): void => void (free[0] = Date.now())
  note()
  setInterval(note, 500).unref()
  const watcher = new Worker(watch, { eval: true, workerData: { ...file, free } })
  watcher.unref()
  return { note, limit: (now) => watcher.postMessage(now) }
}
const { note, limit } = (shared[key] ??= begun())
note()
limit(file)

beforeEach(({ task: { name, timeout } }) => {
  // Between tests that never wait the event loop has no turn of its own, and the file has gone on all the same.
  note()
  limit({ name: `${file.name} > ${name}`, limit: timeout })
  return () => {
    note()
    limit(file)
  }
})
