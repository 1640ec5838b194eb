/** What both connections to a controller have in common. */
import type { LinkOptions } from '../../links/link.js'
import type { Handshake } from '../../links/session.js'
import type { TcpData, TcpSession } from '../../links/tcp.js'
import { within } from '../waiting.js'
import type { ReportUr5Fault } from './faults.js'
import type { Ur5Settings } from './ur5Options.js'

/** A connection to a controller: its messages are frames with their sizes. */
export type UrSession = TcpSession<Uint8Array>

/** What a connection calls. */
export interface UrConnectionEvents {
  readonly report: ReportUr5Fault
  /** Samples come from now on. */
  readonly streaming: () => void
  /** The first failure of an outage, in one line. */
  readonly lost: (line: string) => void
}

/** The options of a session that follow from those of the robot. */
export const linkOptionsOf = (
  { backoff, patience, scheduler, silence }: Ur5Settings,
  lost: (line: string) => void,
): LinkOptions => ({
  scheduler,
  silence,
  report: lost,
  ...(backoff !== undefined && { backoff }),
  ...(patience !== undefined && { patience }),
})

/** Milliseconds that a controller takes to answer. */
export const ANSWER_TIME = 1000

/** The next frame of a handshake. Rejects if none comes in time. */
export const nextFrame = async (
  { next }: Handshake<Uint8Array, TcpData>,
  { scheduler }: Ur5Settings,
  awaited: string,
): Promise<Uint8Array> => {
  const frame = await within(scheduler, ANSWER_TIME, next(), null)
  if (frame === null) throw new Error(`the controller sends no ${awaited} within ${ANSWER_TIME} ms`)
  return frame
}

/** Seconds after its start in which a controller starts its interfaces anew. */
const BOOT = 40
/** Seconds of samples after which a connection counts as one that stays, also while the controller is young. */
const TRUSTED = 2

/** Reads on until a controller that was started lately has sent samples for two seconds: its first connection does not last. */
export const outlastBoot = async (first: number, nextTime: () => Promise<number>): Promise<void> => {
  let time = first
  while (time < BOOT && time - first < TRUSTED) time = await nextTime()
}

/** A sample with an earlier time, by more than this in seconds, is of a controller that was restarted. */
const BACKWARDS = 0.5

/** Finds a controller that was restarted by the times of its samples, of one connection. */
export const restartGuard = (): ((time: number) => void) => {
  let newest = -Infinity
  return (time) => {
    if (time < newest - BACKWARDS) throw new Error(`the controller was restarted: its time went back to ${time} s`)
    if (time > newest) newest = time
  }
}
