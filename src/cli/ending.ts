/** How the command ends when it does not end well: what it says and its exit code. */
import { renderFailure, type Failure } from '../decode.js'

/** One line for each thing to say, and the exit code. */
export interface Ending {
  readonly code: number
  readonly lines: readonly string[]
}

/** Signals that end the command cleanly, by the exit code that a shell expects of each. */
export const signalCodes = { SIGINT: 130, SIGTERM: 143 } as const

/** A signal that ends the command cleanly. */
export type Signal = keyof typeof signalCodes

/** Bad input: a line for each failure. */
export const refused = (failures: readonly Failure[]): Ending => ({ code: 2, lines: failures.map(renderFailure) })

/** The run failed. */
export const failed = (line: string): Ending => ({ code: 1, lines: [line] })

/** An ending, and what went wrong after it. */
export const withLines = ({ code, lines }: Ending, after: Ending): Ending => ({
  code,
  lines: [...lines, ...after.lines],
})

/** A signal ended the run. */
export const interrupted = (signal: Signal, line: string): Ending => ({ code: signalCodes[signal], lines: [line] })
