/** Unlocks protective stops, when it is asked for, and not often. */
import { type Observable, type SchedulerLike, filter, firstValueFrom, takeUntil, timer } from 'rxjs'
import type { DashboardCommand, DashboardReply } from './dashboardReplies.js'
import { isSafe, PROTECTIVE_STOP } from './modes.js'
import type { SafetyWatch } from './safety.js'
import type { Ur5Sample } from './sample.js'

/** What unlocking needs. */
export interface UnlockerOptions {
  readonly dashboard: (command: DashboardCommand) => Promise<DashboardReply>
  readonly watch: SafetyWatch
  readonly samples: Observable<Ur5Sample>
  readonly scheduler: SchedulerLike
  readonly newest: () => Ur5Sample | null
}

/** Milliseconds after a stop, and after an attempt, in which a controller unlocks nothing. */
const WAIT = 5000
/** The most stops that are unlocked within so many milliseconds: an arm that stops more often has to be looked at. */
const [MOST, WITHIN] = [10, 600_000]
/** Milliseconds in which a sample should show that the stop is over. */
const RELEASE = 2000

/**
 * A function that unlocks a protective stop.
 *
 * Memory: the times of ten attempts.
 * Fails: its promise rejects as `Ur5.unlock` says.
 */
export const unlocker = ({ dashboard, watch, samples, scheduler, newest }: UnlockerOptions): (() => Promise<void>) => {
  let attempts: readonly number[] = []
  return async () => {
    const now = scheduler.now()
    if (newest()?.safetyMode !== PROTECTIVE_STOP) throw new Error('ur5: unlock: the arm is in no protective stop')
    const begun = Math.max(watch.held?.since ?? now, attempts.at(-1) ?? -Infinity)
    if (now - begun < WAIT) {
      const left = Math.ceil((WAIT - (now - begun)) / 100) / 10
      throw new Error(`ur5: unlock: expected at least 5 s after the stop or the last attempt, ${left} s are left`)
    }
    attempts = attempts.filter((time) => now - time < WITHIN)
    if (attempts.length >= MOST) {
      throw new Error(`ur5: unlock: ${MOST} protective stops were unlocked within ten minutes; look after the arm`)
    }
    attempts = [...attempts, now]
    const { accepted, line } = await dashboard('unlock protective stop')
    if (!accepted) throw new Error(`ur5: unlock: the controller refuses: ${line}`)
    const released = samples.pipe(
      filter(({ safetyMode }) => isSafe(safetyMode)),
      takeUntil(timer(RELEASE, scheduler)),
    )
    if ((await firstValueFrom(released, { defaultValue: null })) === null) {
      throw new Error(`ur5: unlock: the stop is not over ${RELEASE} ms after the controller has accepted`)
    }
    watch.release()
  }
}
