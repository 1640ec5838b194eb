/** The calls of a device: `act` and `begin` never overlap, and `stop` does not wait for them. */
import type { SchedulerLike } from 'rxjs'
import { DriverError } from '../failure.js'
import { type Job, newest, settle } from '../links/newest.js'
import { lastStop } from './lastStop.js'

/** A call of the device, by the name of its option. */
export interface Call extends Job {
  readonly name: 'act' | 'begin' | 'stop'
}

/** The calls of one device, in all of its runs, since a call may outlast its run. */
export interface DeviceCalls {
  /** Makes a call, or lets it wait for the call that is under way; it replaces a call that waits. */
  push(call: Call): void
  /**
   * Stops the device at once, and once more after the call that is under way, so that no old command is the last one. Drops a call that
   * waits. Does nothing while the device is being stopped.
   */
  stop(): void
  /** Whether a run may begin: no `stop` is under way, and the last one succeeded. */
  readonly canBegin: boolean
  /** Resolves when the last `stop` is over. Rejects if it failed, or after `patience` with the name of the call that is under way. */
  atRest(): Promise<void>
}

/** What the calls of a device need. */
export interface DeviceCallOptions {
  /** Brings the device to rest. */
  readonly stop: () => unknown
  readonly scheduler: SchedulerLike
  /** Milliseconds that `atRest` waits; Infinity waits for ever. */
  readonly patience: number
}

/**
 * The calls of a device that is at rest.
 *
 * Memory: the call under way and the one that waits.
 * Fails: a `stop` that fails, or that is not over within `patience`, rejects the promise of `atRest`. If no caller awaits a `stop` that fails,
 * one line is printed.
 */
export const deviceCalls = ({ stop, scheduler, patience }: DeviceCallOptions): DeviceCalls => {
  const calls = newest<Call>()
  let isStopping = false
  let canBegin = true
  const last = lastStop('device')

  const stopNow = (): void => {
    if (isStopping) return
    calls.drop()
    ;[isStopping, canBegin] = [true, false]
    const stopped = new Promise<void>((resolve, reject) => {
      const succeeded = (): void => {
        ;[isStopping, canBegin] = [false, true]
        resolve()
      }
      const failed = (error: unknown): void => {
        isStopping = false
        reject(error)
      }
      if (calls.underway === null) return settle(stop, succeeded, failed)
      const atOnce = new Promise<void>((kept, broken) => settle(stop, kept, broken)).then(null, (error) => ({ error }))
      const again = async (): Promise<void> => {
        const failure = await atOnce
        await stop()
        if (failure) throw failure.error
      }
      calls.push({ name: 'stop', run: again, succeeded, failed })
    })
    last.begin(stopped)
  }

  const atRest = (): Promise<void> => {
    const stopped = last.wait()
    if (!isStopping || patience === Infinity) return stopped
    return new Promise((resolve, reject) => {
      const tooLate = (): void => {
        const name = calls.underway?.name ?? 'stop'
        const call = `device: ${name}, called by a run that is over, is still under way after ${patience} ms`
        reject(new DriverError(`${call}; the device may not be at rest (see the option patience)`))
      }
      const timer = scheduler.schedule(tooLate, patience)
      const settled = (report: () => void) => (): void => {
        timer.unsubscribe()
        report()
      }
      stopped.then(settled(resolve), (error: unknown) => settled(() => reject(error))())
    })
  }

  return {
    push: calls.push,
    stop: stopNow,
    get canBegin() {
      return canBegin
    },
    atRest,
  }
}
