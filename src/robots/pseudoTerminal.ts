/** A pseudo-terminal: a serial port whose other end is this process. */
import { childProcesses, files } from '#host'
import type { SchedulerLike } from 'rxjs'
import { reason, SensorError } from '../failure.js'
import { delayed } from './waiting.js'

/** A port whose other end is this process. */
export interface PseudoTerminal {
  /** The port, as programs open it. */
  readonly path: string
  /** Sends bytes to the program that has the port open; drops them if it reads too slowly. */
  write(bytes: Uint8Array): void
  /** Removes the port, as when a cable is pulled. */
  close(): Promise<void>
}

/** What a terminal calls. */
export interface TerminalEvents {
  /** Bytes of the program that has the port open. */
  readonly received: (bytes: Uint8Array) => void
  /** The terminal is gone, and `close` was not called. */
  readonly lost: (why: string) => void
}

/** Bytes that may wait for a slow reader: those of about two seconds at 115 200 bits a second. */
const MOST_WAITING = 20_000
/** Milliseconds in which a terminal is there. */
const START_LIMIT = 5000

const isThere = async (path: string): Promise<boolean> => {
  const { lstat } = await files()
  return lstat(path).then(
    () => true,
    () => false,
  )
}

/**
 * Opens a pseudo-terminal at a path, through the program socat: of Node's packages none that is maintained opens one without a compiler.
 *
 * Fails: rejects with a SensorError if socat is not installed, or cannot make the port at this path.
 */
export const pseudoTerminal = async (
  path: string,
  { received, lost }: TerminalEvents,
  scheduler: SchedulerLike,
): Promise<PseudoTerminal> => {
  const [{ spawn }, { lstat, rm }] = await Promise.all([childProcesses(), files()])
  const taken = await lstat(path).then(
    (found) => !found.isSymbolicLink(),
    () => false,
  )
  if (taken) throw new SensorError(`${path}: expected a path without a file, for the link to a new port`)
  // socat ends with this process: its standard input is closed then. It is the first of a process group, so that Ctrl-C does not end it first.
  const child = spawn('socat', ['-t0', '-', `pty,raw,echo=0,link=${path}`], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  let isClosed = false
  let complaint = ''
  child.stdin.on('error', () => {})
  child.stderr.on('data', (text: Uint8Array) => (complaint = `${complaint}${String(text)}`.slice(-1000)))
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve())
    child.once('exit', () => resolve())
  })
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string): void => reject(new SensorError(why))
    child.once('error', (error) =>
      fail(
        'code' in error && error.code === 'ENOENT'
          ? 'a pseudo-terminal needs the program socat, which is not installed (apt-get install socat)'
          : `socat cannot be started: ${reason(error)}`,
      ),
    )
    // Its last line is a date, its name, the call and the reason.
    child.once('exit', () => fail(`${path}: socat makes no port there: ${complaint.trim().split(': ').at(-1)}`))
    const deadline = scheduler.now() + START_LIMIT
    const look = async (): Promise<void> => {
      while (scheduler.now() < deadline) {
        if (await isThere(path)) return resolve()
        await delayed(scheduler, 5)
      }
      fail(`socat made no port at ${path} within ${START_LIMIT} ms`)
    }
    void look()
  })
  child.stdout.on('data', received)
  child.once('exit', (code, signal) => {
    if (!isClosed) lost(`socat ended with ${signal ?? `code ${code}`}`)
  })
  return {
    path,
    write: (bytes) => {
      if (!isClosed && child.stdin.writableLength < MOST_WAITING) child.stdin.write(bytes)
    },
    close: async () => {
      if (!isClosed) {
        isClosed = true
        // The link first: another process may get the terminal's number at once, and would then be found under this path.
        await rm(path, { force: true })
        child.kill('SIGKILL')
      }
      await ended
    },
  }
}
