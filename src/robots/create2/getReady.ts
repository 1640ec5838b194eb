/** How a Create 2 gets ready for an episode. */
import type { SchedulerLike } from 'rxjs'
import { delayed } from '../waiting.js'
import { MODE_TIME } from './connection.js'
import type { DrivenCreate2, Readying } from './create2World.js'
import { modeNumbers } from './monitor.js'

/** What getting ready needs. */
export interface GetReady extends Readying {
  readonly robot: DrivenCreate2
  readonly scheduler: SchedulerLike
  /** Receives a line for a person: that the robot needs to be charged. */
  readonly report: (line: string) => void
}

/** Milliseconds between two looks at something that takes long. */
const LOOK = 100
/** Degrees of turning after which the cable is unwound, and that are left then. */
const [WOUND, UNWOUND] = [720, 20]
/** The speed of the wheels in mm/s while the cable is unwound. */
const UNWINDING = 150
/** Milliseconds in which the robot should be in safe mode. */
const SAFE_LIMIT = 500

/** Whether the robot stands on its dock. */
export const isDocked = ({ robot }: Pick<GetReady, 'robot'>): boolean =>
  ((robot.status().values?.chargingSources ?? 0) & 2) !== 0

/** Waits until a condition is met, the run is over, or so many milliseconds have passed. Resolves with whether it is met. */
export const waitFor = async (
  { scheduler, isOver }: Pick<GetReady, 'scheduler' | 'isOver'>,
  isMet: () => boolean,
  limit = Infinity,
): Promise<boolean> => {
  const end = scheduler.now() + limit
  while (!isMet() && !isOver() && scheduler.now() < end) await delayed(scheduler, LOOK)
  return isMet()
}

/** If the charge is below `low` mAh, waits in passive mode, in which the robot charges, until it is above `enough`. */
export const charged = async (ready: GetReady, low: number, enough: number): Promise<void> => {
  const { robot, report } = ready
  const charge = (): number => robot.status().values?.charge ?? Infinity
  if (charge() >= low) return
  report(`${charge()} mAh are left, less than ${low}: put the robot onto its dock; the run goes on above ${enough} mAh`)
  await robot.setMode('passive')
  await waitFor(ready, () => charge() > enough)
}

/** Turns the robot on the spot until its cable is no longer wound up, if it was by two turns. */
export const unwindCable = async ({ robot, isOver, turned, unwound }: GetReady): Promise<void> => {
  if (Math.abs(turned()) < WOUND) return
  const direction = turned() > 0 ? 1 : -1
  while (!isOver() && direction * turned() > UNWOUND) {
    // Blocked, or halted by another command: the cable stays as it is.
    const before = turned()
    if (!(await robot.driveFor(direction * UNWINDING, -direction * UNWINDING, 5 * LOOK))) return
    if (turned() === before) return
  }
  unwound()
}

/** Puts the robot into safe mode. If a cliff holds it, it backs off in full mode first. */
export const safeAgain = async (ready: GetReady): Promise<void> => {
  const { robot, scheduler, isOver } = ready
  const isSafe = (): boolean => robot.status().values?.mode === modeNumbers.safe
  await robot.setMode('safe')
  if ((await waitFor(ready, isSafe, SAFE_LIMIT)) || isOver()) return
  await robot.setMode('full')
  await delayed(scheduler, MODE_TIME)
  if (!isOver()) await robot.driveFor(-50, -50, 500)
  await robot.setMode('safe')
  await delayed(scheduler, MODE_TIME)
}
