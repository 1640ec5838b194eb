/** Everything that the command takes from the process it runs in; handed in, so that nothing below reaches for it. */
import { reason } from '../failure.js'
import type { Clock } from '../clock.js'
import { type Signal, signalCodes } from './ending.js'

/** What the command is given. */
export interface Outside {
  /** The words after the command's name. */
  readonly words: readonly string[]
  readonly begun: Date
  readonly clock: Clock
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  /** Whether `stderr` shows a line that is drawn over and over. */
  readonly live: boolean
  /** Aborted by the first signal, whose name is the reason. */
  readonly interruption: AbortSignal
}

/**
 * The process as the command sees it. The first SIGINT or SIGTERM asks the run to end; a second one ends the process
 * there and then. A reader of its output that leaves early is no error: a run goes on without one.
 */
export const outsideOf = (process: NodeJS.Process, begun: Date, clock: Clock): Outside => {
  const interruption = new AbortController()
  const { stdout, stderr, env } = process
  for (const [signal, code] of Object.entries(signalCodes)) {
    process.on(signal, () => {
      if (interruption.signal.aborted) process.exit(code)
      interruption.abort(signal)
    })
  }
  // Progress that cannot be told is no reason to end a run, nor is a reader who has read enough.
  stderr.on('error', () => undefined)
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return
    stderr.write(`rivulet: standard output: ${reason(error)}\n`)
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
  }
}

/** The signal that asked the command to end, or null. */
export const signalOf = ({ aborted, reason }: AbortSignal): Signal | null => (aborted ? (reason as Signal) : null)
