/** Everything that the command needs of its process. It is passed in, so that no other file of the command uses `process`. */
import { escaped } from '../edge/escaped.js'
import type { Clock } from '../time/clock.js'
import { type Again, againOf } from './again.js'
import { type StartChild, startChildOf } from './childProcess.js'
import { reason } from '../failure.js'
import { type EndingSignal, endingSignals } from '../signals.js'
import { type Exit, failed, signalCode } from './exit.js'

/** What ends a process before its work is done: a signal, or an error that no code caught. */
export type Cause = EndingSignal | Error

/** The process, as the command uses it. */
export interface CommandProcess {
  /** The words after the command's name. */
  readonly words: readonly string[]
  readonly startedAt: Date
  readonly clock: Clock
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  /** Whether `stderr` is a terminal on which a line can be redrawn. */
  readonly live: boolean
  /** Aborted by the first signal while the command is guarded; the signal's name is the reason. */
  readonly interruption: AbortSignal
  /**
   * Guards the command until the function that it returns is called. Meanwhile the first signal aborts `interruption`. On a second
   * signal, on an error that no code caught, and when the event loop has no work left, the process calls `finish`, prints the lines
   * that it returns and exits with its code. A further signal or error while `finish` is under way ends the process at once.
   *
   * A command that is not guarded has nothing to save: a signal ends it as it ends any process, in the middle of its work.
   */
  guard(finish: (cause: Cause) => Promise<Exit>): () => void
  /** Prints a question on the standard error stream, and returns the next line of the standard input; null if there is none. */
  ask(question: string): Promise<string | null>
  /** Runs the command with other words in a process of its own. */
  readonly again: Again
  /** Starts the command with other words in a process of its own, and reads its output as it comes. */
  readonly startChild: StartChild
  /** Ends the process with an exit code, after its streams have written everything. */
  end(code: number): void
}

/** Most lines that are printed when a command ends, and most characters of each. */
const MOST_LINES = 20
const LONGEST_LINE = 8000

/** Writes lines of plain text to the standard error stream. */
export const writeLines = ({ stderr }: Pick<CommandProcess, 'stderr'>, lines: readonly string[]): void => {
  const more = lines.length - MOST_LINES
  const shown = more > 0 ? [...lines.slice(0, MOST_LINES), `and ${more} more`] : lines
  for (const line of shown) stderr.write(`rivulet: ${escaped(line, LONGEST_LINE)}\n`)
}

/**
 * Ends the process. If its terminal was closed, the process ends by SIGHUP itself: Node aborts, with a core dump, when it cannot
 * restore the modes of a terminal.
 */
const exitOf = (process: NodeJS.Process, hasTerminal: boolean) => (code: number) => {
  if (!hasTerminal || code !== signalCode('SIGHUP')) return process.exit(code)
  // The package of the spinner listens for SIGHUP as well.
  process.removeAllListeners('SIGHUP')
  process.kill(process.pid, 'SIGHUP')
}

const askOf =
  ({ stdin, stderr }: NodeJS.Process) =>
  async (question: string): Promise<string | null> => {
    const { createInterface } = await import('node:readline')
    stderr.write(question)
    // Without an output nothing of the terminal is switched, so that Ctrl-C is still a signal.
    const lines = createInterface({ input: stdin })
    try {
      return await new Promise((resolve) => lines.once('line', resolve).once('close', () => resolve(null)))
    } finally {
      lines.close()
      stdin.pause()
    }
  }

const guardOf =
  (process: NodeJS.Process, exit: (code: number) => void, interruption: AbortController): CommandProcess['guard'] =>
  (finish) => {
    let isFinishing = false
    let released = false
    const finishAndExit = async (cause: Cause): Promise<void> => {
      if (isFinishing) return process.exit(cause instanceof Error ? 1 : signalCode(cause))
      isFinishing = true
      const { code, lines } = await finish(cause).catch((error: unknown) => failed(reason(error)))
      // If it was released meanwhile, the command has ended by itself and prints its own lines.
      if (released) return
      writeLines(process, lines)
      release()
      exit(code)
    }
    const listenerFor = (signal: EndingSignal) => (): void => {
      if (interruption.signal.aborted) void finishAndExit(signal)
      else interruption.abort(signal)
    }
    const onIdle = (): void =>
      void finishAndExit(new Error('the event loop ran out of work before the command was done'))
    const listeners = endingSignals.map((signal) => [signal, listenerFor(signal)] as const)
    for (const [signal, listener] of listeners) process.on(signal, listener)
    process.on('beforeExit', onIdle)
    // This comes before all listeners: packages that were compiled to WebAssembly add listeners that throw the error again.
    process.setUncaughtExceptionCaptureCallback((error) => void finishAndExit(error))
    const release = (): void => {
      released = true
      for (const [signal, listener] of listeners) process.off(signal, listener)
      process.off('beforeExit', onIdle)
      process.setUncaughtExceptionCaptureCallback(null)
    }
    return release
  }

/**
 * The process as the command uses it; `hasTerminal` says whether one of its standard streams was a terminal at its start. It is no
 * error if the reader of its output exits early: a run continues without a reader.
 */
export const ownCommandProcess = (
  process: NodeJS.Process,
  begun: Date,
  clock: Clock,
  hasTerminal: boolean,
): CommandProcess => {
  const exit = exitOf(process, hasTerminal)
  const interruption = new AbortController()
  const { stdout, stderr, env } = process
  // A run does not end because its progress cannot be written, nor because the reader of its output has exited.
  stderr.on('error', () => undefined)
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return
    writeLines({ stderr }, [`standard output: ${reason(error)}`])
    process.exitCode = 1
  })
  return {
    words: process.argv.slice(2),
    startedAt: begun,
    clock,
    stdout,
    stderr,
    // On a terminal that reports 0 columns, as in some containers, ora would clear lines for ever.
    live: stderr.isTTY === true && stderr.columns > 0 && env['TERM'] !== 'dumb' && env['CI'] === undefined,
    interruption: interruption.signal,
    guard: guardOf(process, exit, interruption),
    ask: askOf(process),
    again: againOf(process),
    startChild: startChildOf(process),
    end: (code) => {
      // A failed stream has set an exit code of its own.
      if (code === signalCode('SIGHUP') && hasTerminal) exit(code)
      else if (code !== 0) process.exitCode = code
    },
  }
}

/** The signal that asked the command to end, or null. */
export const signalOf = ({ aborted, reason }: AbortSignal): EndingSignal | null =>
  aborted ? (reason as EndingSignal) : null
