/** The faults of a Create 2. */
import type { Fault } from '../fault.js'

/**
 * What can go wrong:
 * - `late`: more than 30 ms passed between two frames; `stale`: 100 ms, after which the driver halts the robot;
 * - `lost`: the connection is lost, and the driver connects again; `restored`: it is connected again, and the robot is at rest;
 * - `corrupt`: bytes were damaged, and skipped; `unknownPacket`: frames have a packet that was not requested, and are skipped;
 * - `cliff`, `wheelDrop`, `charger`: the robot has left safe mode for this reason, and obeys no motion until it is over; `modeLost`: for no
 *   reason that it reports; `rearmed`: the driver has put it back into its mode;
 * - `lowBattery`: the charge is below the limit; `overcurrent`: a wheel is blocked;
 * - `refused`: a command was refused since it is no command of wheels, and the robot was halted; `notSent`: there was no connection, or no frame;
 * - `stalled`: the program did not repeat its command, and the watchdog has halted the robot; `unwatched`: the watchdog is gone;
 * - `notWoken`: the port has no control line to wake the robot with.
 */
export type Create2FaultKind =
  | 'late'
  | 'stale'
  | 'lost'
  | 'restored'
  | 'corrupt'
  | 'unknownPacket'
  | 'cliff'
  | 'wheelDrop'
  | 'charger'
  | 'modeLost'
  | 'rearmed'
  | 'lowBattery'
  | 'overcurrent'
  | 'refused'
  | 'notSent'
  | 'stalled'
  | 'unwatched'
  | 'notWoken'

/** One fault of a Create 2. */
export type Create2Fault = Fault<Create2FaultKind>
