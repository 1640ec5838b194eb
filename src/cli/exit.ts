/** How the command ends when it does not succeed: the lines that it prints and its exit code. */
import { constants } from 'node:os'
import { renderFailure, type Failure } from '../edge/decode.js'
import type { EndingSignal } from '../signals.js'

/** The exit code and the lines to print. */
export interface Exit {
  readonly code: number
  readonly lines: readonly string[]
}

/** The exit code that a shell expects of a command that a signal ended. */
export const signalCode = (signal: EndingSignal): number => 128 + constants.signals[signal]

/** Bad input: a line for each failure. */
export const badInput = (failures: readonly Failure[]): Exit => ({ code: 2, lines: failures.map(renderFailure) })

/** The run failed. */
export const failed = (line: string): Exit => ({ code: 1, lines: [line] })

/** An exit with further lines, for failures after it. */
export const withLines = ({ code, lines }: Exit, after: readonly string[]): Exit => ({
  code,
  lines: [...lines, ...after],
})

/** A signal ended the run. */
export const interrupted = (signal: EndingSignal, line: string): Exit => ({ code: signalCode(signal), lines: [line] })
