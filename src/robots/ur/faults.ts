/** The faults of a UR5. */
import type { Fault } from '../fault.js'

/**
 * What can go wrong:
 * - `late`: more than 24 ms passed between two samples; `stale`: 200 ms, after which the driver stops the arm;
 * - `skipped`: the controller left samples out, by their times; `repeated`: a sample is not newer than the one before, and is dropped;
 * - `notFinite`: a sample has a number that is not finite, and is dropped;
 * - `lost`: a connection is lost, and the driver connects again; `restored`: it is connected again, and no command is repeated;
 * - `unknownMessage`: the controller sent a message of a type that is not known, reported once for each type; `message`: it sent a text;
 * - `protectiveStop`, `safeguardStop`, `emergencyStop`, `violation`, `safetyFault`: the controller has stopped the arm; the driver sends no
 *   motion until `unlock` or `recover`; `released`: it moves again;
 * - `notRunning`: the arm is not in the mode in which it moves, such as without power;
 * - `notObeyed`: the controller runs no motion although commands are sent, since it is not in remote control or its program was stopped;
 * - `staleCommand`: the program did not repeat its command, and the driver has stopped the arm;
 * - `refused`: a command was refused since it is none, and the arm was stopped; `notSent`: there was no connection, or no sample.
 */
export type Ur5FaultKind =
  | 'late'
  | 'stale'
  | 'skipped'
  | 'repeated'
  | 'notFinite'
  | 'lost'
  | 'restored'
  | 'unknownMessage'
  | 'message'
  | 'protectiveStop'
  | 'safeguardStop'
  | 'emergencyStop'
  | 'violation'
  | 'safetyFault'
  | 'released'
  | 'notRunning'
  | 'notObeyed'
  | 'staleCommand'
  | 'refused'
  | 'notSent'

/** One fault of a UR5. */
export type Ur5Fault = Fault<Ur5FaultKind>

/** Reports a fault. */
export type ReportUr5Fault = (kind: Ur5FaultKind, line: string) => void
