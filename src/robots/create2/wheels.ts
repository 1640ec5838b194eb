/** Sends commands to the wheels of a Create 2. */
import type { SchedulerLike } from 'rxjs'
import type { Sink } from '../../links/sink.js'
import { reason, SensorError } from '../../failure.js'
import { delayed } from '../waiting.js'
import type { Watchdog } from '../watchdog.js'
import { commands } from './commands.js'
import type { Create2Mode, ReportFault } from './monitor.js'

/** What the wheels need. */
export interface WheelOptions {
  readonly sink: Sink<Uint8Array>
  readonly scheduler: SchedulerLike
  readonly report: ReportFault
  readonly mode: () => Create2Mode
  /** Whether frames arrive: without them no motion is sent. */
  readonly senses: () => boolean
  /** The watchdog; null for none. Throws if it is gone. */
  readonly watchdog: () => Watchdog | null
}

/** The wheels of a robot. */
export interface Wheels {
  /** As `Create2.drive`. */
  drive(left: number, right: number): Promise<boolean>
  /** As `Create2.driveFor`. */
  driveFor(left: number, right: number, milliseconds: number): Promise<boolean>
  /** As `Create2.halt`. */
  halt(): Promise<boolean>
  /** From now on nothing but `halt` is sent. */
  lock(): void
}

/** Milliseconds between two sendings of a command that lasts, so that the watchdog knows of it. */
const REPEAT = 100

/** Sends commands to wheels. A newer command replaces one that waits; a motion for which there is no connection, or while no frame arrives, is dropped. */
export const wheelsOf = ({ sink, scheduler, report, mode, senses, watchdog }: WheelOptions): Wheels => {
  /** Counts the commands from outside: a motion that lasts ends with the next one. */
  let orders = 0
  let isLocked = false
  let isReported = false

  const unsent = (why: string): false => {
    if (!isReported) report('notSent', `${why}: commands are dropped, and none is sent later`)
    isReported = true
    return false
  }
  const send = async (bytes: Uint8Array): Promise<boolean> => {
    if (sink.link.value.connected) {
      try {
        const sent = await sink.send(bytes)
        isReported = false
        return sent
      } catch (error) {
        if (!(error instanceof SensorError)) throw error
      }
    }
    return unsent('there is no connection')
  }
  const halt = (): Promise<boolean> => {
    try {
      watchdog()?.halted()
    } catch {
      // A robot without a watchdog is halted all the same.
    }
    return send(commands.driveDirect(0, 0))
  }
  const command = async (left: number, right: number): Promise<boolean> => {
    const [wholeLeft, wholeRight] = [Math.trunc(left), Math.trunc(right)]
    if (wholeLeft === 0 && wholeRight === 0) return halt()
    if (isLocked) return false
    let bytes: Uint8Array
    try {
      if (mode() === 'passive')
        throw new Error('create2: drive: the robot is opened in passive mode, in which it obeys no motion')
      bytes = commands.driveDirect(wholeLeft, wholeRight)
    } catch (error) {
      report('refused', `${reason(error)}; the robot is halted`)
      await halt()
      throw error
    }
    if (sink.link.value.connected && !senses()) return unsent('no frame arrives')
    // Without a connection the robot does not hear of it, and the watchdog is told nothing either.
    const present = watchdog()
    if (sink.link.value.connected) present?.moving()
    return send(bytes)
  }
  const driveFor = async (left: number, right: number, milliseconds: number): Promise<boolean> => {
    orders += 1
    const order = orders
    const until = scheduler.now() + milliseconds
    for (let rest = milliseconds; rest > 0; rest = until - scheduler.now()) {
      await command(left, right)
      await delayed(scheduler, Math.min(rest, REPEAT))
      if (order !== orders) return false
    }
    await halt()
    return order === orders
  }

  return {
    drive: (left, right) => {
      orders += 1
      return command(left, right)
    },
    driveFor,
    halt: () => {
      orders += 1
      return halt()
    },
    lock: () => {
      orders += 1
      isLocked = true
    },
  }
}
