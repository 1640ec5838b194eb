/** A process that halts a robot when this process dies or stalls, for robots that keep their last command. */
import { childProcesses, ownProcess } from '#host'
import { reason, SensorError } from '../failure.js'
import { watchdogProgram } from './watchdogProgram.js'

/** What a watchdog needs. */
export interface WatchdogOptions {
  /** Begins the messages of errors. */
  readonly owner: string
  /** The port that the watchdog opens a second time. */
  readonly path: string
  /** Milliseconds after the last `moving()` after which it halts the robot. */
  readonly latch: number
  /** What it writes to halt a robot whose program stalls, and to end one whose program is gone. */
  readonly bytes: { readonly halt: Uint8Array; readonly end: Uint8Array }
  /** The robot was halted since the program did not say that it moves. */
  readonly stalled: () => void
  /** The watchdog is gone; nothing halts the robot. */
  readonly lost: (why: string) => void
}

/** A watchdog at work. */
export interface Watchdog {
  /** Opens the port anew, as after each connection. Rejects with a SensorError if the watchdog cannot. */
  opened(): Promise<void>
  /** A command that moves the robot was sent, or sent again. */
  moving(): void
  /** A command that halts it was sent. */
  halted(): void
  /** Ends the watchdog: without a word if the robot is at rest, otherwise it still tries to end the robot by itself. */
  close(atRest: boolean): void
}

/**
 * Starts a watchdog.
 *
 * It is the first of a process group of its own, so that Ctrl-C does not reach it, and it does not keep this process alive. A pipe joins the
 * two: the system closes it when this process ends, however that happens, also by SIGKILL.
 *
 * Memory: a process.
 * Fails: rejects with a SensorError if no process can be started.
 */
export const startWatchdog = async ({
  owner,
  path,
  latch,
  bytes: { halt, end },
  stalled,
  lost,
}: WatchdogOptions): Promise<Watchdog> => {
  const { spawn } = await childProcesses()
  const words = ['-e', watchdogProgram, path, String(latch), halt.join(','), end.join(',')]
  const child = spawn(ownProcess().execPath, words, {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
    windowsHide: true,
  })
  let isClosed = false
  let answered: ((isOpen: boolean | string) => void) | null = null
  const gone = (why: string): void => {
    answered?.(why)
    if (isClosed) return
    isClosed = true
    lost(why)
  }
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (error) =>
      reject(new SensorError(`${owner}: the watchdog cannot be started: ${reason(error)}`)),
    )
  })
  child.on('error', (error) => gone(reason(error)))
  child.on('exit', (code, signal) => gone(`the watchdog ended with ${signal ?? `code ${code}`}`))
  // A write to a process that is gone: its exit says so.
  child.stdin.on('error', () => {})
  child.stdout.on('data', (data: Uint8Array) => {
    for (const byte of String(data)) {
      if (byte === 's') stalled()
      else answered?.(byte === 'r')
    }
  })
  child.unref()
  for (const stream of [child.stdin, child.stdout]) if ('unref' in stream) (stream as { unref(): void }).unref()
  const say = (word: string): void => void (isClosed || child.stdin.write(word))

  return {
    opened: async () => {
      if (isClosed) throw new SensorError(`${owner}: the watchdog is gone`)
      const answer = await new Promise<boolean | string>((resolve) => {
        answered = resolve
        say('o')
      })
      answered = null
      if (answer === true) return
      const why = answer === false ? `it cannot open ${path}` : answer
      throw new SensorError(`${owner}: the watchdog does not work: ${why}; watchdog: false runs without one`)
    },
    moving: () => say('m'),
    halted: () => say('h'),
    close: (atRest) => {
      if (isClosed) return
      if (atRest) say('q')
      isClosed = true
      child.stdin.end()
    },
  }
}
