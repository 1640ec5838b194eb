/** How a Create 2 is left: at rest, in passive mode so that it can charge, and with its interface closed. */
import { type Observable, type SchedulerLike, filter, firstValueFrom, takeUntil, timer } from 'rxjs'
import { delayed } from '../waiting.js'
import { commands, joined } from './commands.js'
import { MODE_TIME } from './connection.js'
import type { FrameValues } from './frames.js'

/** What the watchdog writes. The zeros are the data of a command that was cut; a robot ignores them otherwise. */
export const watchdogBytes = {
  halt: commands.driveDirect(0, 0),
  end: joined(new Uint8Array(4), commands.driveDirect(0, 0), commands.pauseStream(), commands.start(), commands.stop()),
}

/** Milliseconds in which a frame should show that the robot rests. */
const SEEN = 500

/** Whether a frame shows a robot at rest; null if it has no packet that would show it. */
export const isAtRest = ({
  requestedLeftVelocity: left,
  requestedRightVelocity: right,
  distance,
  angle,
}: FrameValues): boolean | null => {
  if (left !== undefined && right !== undefined) return left === 0 && right === 0
  return distance === undefined || angle === undefined ? null : distance === 0 && angle === 0
}

/** The parts of a robot that its safe stop uses. */
export interface SafeStopParts {
  readonly halt: () => Promise<boolean>
  readonly send: (bytes: Uint8Array) => Promise<boolean>
  readonly frames: Observable<FrameValues>
  readonly scheduler: SchedulerLike
}

/**
 * Halts the robot, waits until a frame shows that, pauses the stream, leaves safe or full mode, and closes the interface. Returns whether
 * the robot is at rest: all was sent, and the frames, where they show it, have confirmed it.
 */
export const safeStop = async ({ halt, send, frames, scheduler }: SafeStopParts): Promise<boolean> => {
  const halted = await halt()
  const resting = frames.pipe(
    filter((values) => isAtRest(values) !== false),
    takeUntil(timer(SEEN, scheduler)),
  )
  const confirmed = (await firstValueFrom(resting, { defaultValue: null })) !== null
  await send(joined(commands.pauseStream(), commands.start()))
  await delayed(scheduler, MODE_TIME)
  return (await send(commands.stop())) && halted && confirmed
}
