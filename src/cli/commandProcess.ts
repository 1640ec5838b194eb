/** Everything that the command takes from the process it runs in; handed in, so that nothing below reaches for it. */
import { escaped } from '../edge/escaped.js'
import type { Clock } from '../time/clock.js'
import { reason } from '../failure.js'
import { type EndingSignal, endingSignals } from '../signals.js'
import { type Exit, failed, signalCode } from './exit.js'

/** What ends a process before its work is done: a signal, or an error that was caught nowhere. */
export type Cause = EndingSignal | Error

/** What the command is given. */
export interface CommandProcess {
  /** The words after the command's name. */
  readonly words: readonly string[]
  readonly begun: Date
  readonly clock: Clock
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  /** Whether `stderr` shows a line that is drawn over and over. */
  readonly live: boolean
  /** Aborted by the first signal while the command is guarded; the signal's name is the reason. */
  readonly interruption: AbortSignal
  /**
   * Guards what the command holds until the function that it gives is called. Meanwhile the first signal aborts `interruption`. A
   * second one, an error that was caught nowhere, and an event loop without work make the process call `finish`, say what it gives and
   * exit with its code; what comes while `finish` is under way ends the process there and then.
   *
   * A command that is not guarded holds nothing that could be lost: a signal ends it as it ends any process, in the middle of
   * whatever it computes.
   */
  guard(finish: (cause: Cause) => Promise<Exit>): () => void
  /** Ends the process with an exit code, when its streams have taken what they were given. */
  end(code: number): void
}

/** Most lines that are said of one ending, and most characters of each. */
const MOST_LINES = 20
const LONGEST_LINE = 8000

/** Lines of plain text on the standard error stream. */
export const say = ({ stderr }: Pick<CommandProcess, 'stderr'>, lines: readonly string[]): void => {
  const more = lines.length - MOST_LINES
  const said = more > 0 ? [...lines.slice(0, MOST_LINES), `and ${more} more`] : lines
  for (const line of said) stderr.write(`rivulet: ${escaped(line, LONGEST_LINE)}\n`)
}

/**
 * Ends the process. One whose terminal was closed ends by SIGHUP itself: Node aborts, with a core dump, when it cannot give a terminal
 * its modes back.
 */
const exitOf = (process: NodeJS.Process, hasTerminal: boolean) => (code: number) => {
  if (!hasTerminal || code !== signalCode('SIGHUP')) return process.exit(code)
  // The spinner's package listens as well.
  process.removeAllListeners('SIGHUP')
  process.kill(process.pid, 'SIGHUP')
}

const guardOf =
  (process: NodeJS.Process, exit: (code: number) => void, interruption: AbortController): CommandProcess['guard'] =>
  (finish) => {
    let leaving = false
    let released = false
    const leave = async (cause: Cause): Promise<void> => {
      if (leaving) return process.exit(cause instanceof Error ? 1 : signalCode(cause))
      leaving = true
      const { code, lines } = await finish(cause).catch((error: unknown) => failed(reason(error)))
      // Released meanwhile, the command has ended by itself, and says so.
      if (released) return
      say(process, lines)
      release()
      exit(code)
    }
    const heard = (signal: EndingSignal) => (): void => {
      if (interruption.signal.aborted) void leave(signal)
      else interruption.abort(signal)
    }
    const idle = (): void => void leave(new Error('nothing is left that the run could wait for'))
    const hooks = endingSignals.map((signal) => [signal, heard(signal)] as const)
    for (const [signal, listener] of hooks) process.on(signal, listener)
    process.on('beforeExit', idle)
    // Before any listener: packages that were compiled to WebAssembly bring some, which throw the error again.
    process.setUncaughtExceptionCaptureCallback((error) => void leave(error))
    const release = (): void => {
      released = true
      for (const [signal, listener] of hooks) process.off(signal, listener)
      process.off('beforeExit', idle)
      process.setUncaughtExceptionCaptureCallback(null)
    }
    return release
  }

/**
 * The process as the command sees it; `hasTerminal` says whether one of its standard streams was a terminal when it began. A reader of
 * its output that leaves early is no error: a run goes on without one.
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
  // Progress that cannot be told is no reason to end a run, nor is a reader who has read enough.
  stderr.on('error', () => undefined)
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return
    say({ stderr }, [`standard output: ${reason(error)}`])
    process.exitCode = 1
  })
  return {
    words: process.argv.slice(2),
    begun,
    clock,
    stdout,
    stderr,
    // A terminal that says it has no columns, as some containers' do, would keep ora clearing lines for ever.
    live: stderr.isTTY === true && stderr.columns > 0 && env['TERM'] !== 'dumb' && env['CI'] === undefined,
    interruption: interruption.signal,
    guard: guardOf(process, exit, interruption),
    end: (code) => {
      // A stream that failed to take the command's words has set a code of its own.
      if (code === signalCode('SIGHUP') && hasTerminal) exit(code)
      else if (code !== 0) process.exitCode = code
    },
  }
}

/** The signal that asked the command to end, or null. */
export const signalOf = ({ aborted, reason }: AbortSignal): EndingSignal | null =>
  aborted ? (reason as EndingSignal) : null
