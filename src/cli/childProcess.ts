/** A run in a process of its own: the command with other words, which writes its log of JSON to this process. */
import type { EndingSignal } from '../signals.js'

/** How a process ended. */
export interface ChildEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** The end of what it wrote to its standard error stream. */
  readonly errors: string
}

/** A process that was started. */
export interface Child {
  /** Never rejects: a process that cannot be started has the reason in `errors`. */
  readonly ended: Promise<ChildEnd>
  signal(signal: EndingSignal): void
}

/** Starts the command with other words; each line of its standard output goes to `onLine`. */
export type StartChild = (words: readonly string[], onLine: (line: string) => void) => Promise<Child>

/** The most characters of a standard error stream that are kept. */
const MOST_ERRORS = 20_000

/**
 * Of a process whose first argument is the command's file.
 *
 * The child is the first of a group of its own, so that Ctrl-C reaches this process alone, which passes it on once. A channel joins the two:
 * it closes when this process ends, also by SIGKILL, and then the child exits (`exitWithParent`).
 */
export const startChildOf =
  ({ execPath, execArgv, argv: [, file] }: Pick<NodeJS.Process, 'execPath' | 'execArgv' | 'argv'>): StartChild =>
  async (words, onLine) => {
    const [{ spawn }, { createInterface }] = await Promise.all([import('node:child_process'), import('node:readline')])
    const child = spawn(execPath, [...execArgv, file, ...words], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
      windowsHide: true,
    })
    let errors = ''
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (errors = (errors + chunk).slice(-MOST_ERRORS)))
    if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', onLine)
    const ended = new Promise<ChildEnd>((resolve) => {
      child.on('error', (error) => resolve({ code: null, signal: null, errors: `rivulet: ${error.message}` }))
      child.on('close', (code, signal) => resolve({ code, signal, errors }))
    })
    return { ended, signal: (signal) => void child.kill(signal) }
  }

/** Ends a process that another one started with a channel as soon as the other one is gone: a run must not outlive its sweep unseen. */
export const exitWithParent = (process: NodeJS.Process): void => {
  if (process.channel === undefined) return
  process.once('disconnect', () => process.exit(1))
  // The listener keeps the process alive otherwise.
  process.channel?.unref()
}
