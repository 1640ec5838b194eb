/** Sends commands that move an arm, repeats them, and stops what is not repeated. */
import type { SchedulerLike } from 'rxjs'
import type { Sink } from '../../links/sink.js'
import { reason, SensorError } from '../../failure.js'
import type { Vector } from '../../types.js'
import type { ReportUr5Fault } from './faults.js'
import { obedience } from './obedience.js'
import type { Held } from './safety.js'
import type { Ur5Sample } from './sample.js'
import { type MoveOptions, MOST_SPEED, script, type ServoOptions } from './script.js'

/** What the commands need. */
export interface MotionOptions {
  /** Two sinks on one connection: a stop never waits for a motion. */
  readonly motion: Sink<string>
  readonly stops: Sink<string>
  readonly scheduler: SchedulerLike
  readonly report: ReportUr5Fault
  readonly held: () => Held | null
  /** Whether samples arrive: without them no motion is sent. */
  readonly senses: () => boolean
  /** In rad/s². */
  readonly acceleration: number
  readonly deceleration: number
  /** In ms. */
  readonly expiry: number
  readonly staleAfter: number
  /** Whether nothing is sent at all. */
  readonly readOnly: boolean
}

/** The commands of an arm; as those of `Ur5`. */
export interface ArmMotion {
  speed(speeds: Vector, acceleration?: number): Promise<boolean>
  servo(angles: Vector, options?: ServoOptions): Promise<boolean>
  move(angles: Vector, options?: MoveOptions): Promise<boolean>
  approach(angles: Vector, milliseconds: number): Promise<boolean>
  stop(): Promise<boolean>
  /** A sample has arrived: what lasts is sent again. */
  sampled(sample: Ur5Sample): void
  /** Nothing is repeated any more, since the arm was stopped or the connection is lost. */
  forget(): void
  /** From now on nothing but stops is sent. */
  lock(): void
  /** Ends the use of the connection. */
  close(): Promise<unknown>
}

/** A motion on a path that the program follows. */
interface Approach {
  readonly kind: 'approach'
  readonly goal: readonly number[]
  readonly begun: number
  readonly milliseconds: number
  from: readonly number[] | null
  readonly ended: (arrived: boolean) => void
}

/** A command that is repeated with every sample. */
type Lasting = { readonly kind: 'line'; readonly line: string; readonly since: number } | Approach

/** Acceleration in rad/s² on a path, which is followed closely. */
const ON_PATH = 10
/** Rad/s for each rad that the arm is beside its path. */
const CORRECTION = 8
/** At this distance in rad of every joint the arm has arrived. */
const ARRIVED = 0.002
/** How many times its time a path may take. */
const PATIENCE = 2

/**
 * The commands of an arm. A newer command replaces one that waits, and ends what is repeated. A command for which there is no connection, or
 * while the arm is held or no sample arrives, is dropped.
 *
 * Memory: the command that is repeated.
 */
export const armMotion = (options: MotionOptions): ArmMotion => {
  const { motion, stops, scheduler, report, held, senses, acceleration, deceleration, expiry, staleAfter, readOnly } =
    options
  const obeys = obedience(report)
  let lasting: Lasting | null = null
  let isLocked = false
  let isReported = false
  let underway = 0

  const replace = (next: Lasting | null): void => {
    const earlier = lasting
    lasting = next
    if (earlier?.kind === 'approach') earlier.ended(false)
  }
  const canMove = (): boolean => motion.link.value.connected && senses()
  const unsent = (why: string): false => {
    if (!isReported) report('notSent', `${why}: commands are dropped, and none is sent later`)
    isReported = true
    return false
  }
  const send = async (line: string, sink = motion): Promise<boolean> => {
    if (readOnly) return false
    if (sink.link.value.connected) {
      underway += 1
      try {
        const sent = await sink.send(line)
        isReported = false
        return sent
      } catch (error) {
        if (!(error instanceof SensorError)) throw error
      } finally {
        underway -= 1
      }
    }
    return unsent('there is no connection')
  }
  const stop = async (rate = deceleration): Promise<boolean> => {
    replace(null)
    const line = script.stopj(rate)
    // A motion that waits for the one under way would follow the stop: another stop takes its place.
    if (underway > 0) void send(line)
    return send(line, stops)
  }
  const refused = async (error: unknown): Promise<never> => {
    report('refused', `${reason(error)}; the arm is stopped`)
    await stop()
    throw error
  }
  /** Sends what `write` makes; null if it was refused or cannot be sent now. */
  const command = async (write: () => string, lasts: boolean): Promise<boolean> => {
    let line: string
    try {
      line = write()
    } catch (error) {
      return refused(error)
    }
    if (isLocked || held() !== null) {
      replace(null)
      return false
    }
    // Nothing is kept that would be repeated once there is a connection.
    replace(lasts && canMove() ? { kind: 'line', line, since: scheduler.now() } : null)
    return canMove() || readOnly ? send(line) : unsent('there is no connection, or no sample arrives')
  }
  /** Where the path is now, its slope, and the share of its time that has passed. */
  const onPath = ({ from, goal, begun, milliseconds }: Approach, targetQ: readonly number[]): readonly number[] => {
    const part = Math.min(1, (scheduler.now() - begun) / milliseconds)
    const share = part * part * (3 - 2 * part)
    const slope = (6 * part * (1 - part) * 1000) / milliseconds
    return goal.map((angle, i) => {
      const start = (from ?? targetQ)[i]
      const beside = start + share * (angle - start) - targetQ[i]
      return Math.max(-MOST_SPEED, Math.min(MOST_SPEED, slope * (angle - start) + CORRECTION * beside))
    })
  }
  const follow = (path: Approach, { targetQ }: Ur5Sample): void => {
    path.from ??= targetQ
    const passed = scheduler.now() - path.begun
    const isThere = path.goal.every((angle, i) => Math.abs(angle - targetQ[i]) < ARRIVED)
    if ((passed >= path.milliseconds && isThere) || passed > PATIENCE * path.milliseconds + 1000) {
      lasting = null
      void stop().then((sent) => path.ended(sent && isThere))
      return
    }
    void send(script.speedj(onPath(path, targetQ), ON_PATH, expiry / 1000))
  }

  return {
    speed: (speeds, rate = acceleration) => command(() => script.speedj(speeds, rate, expiry / 1000), true),
    servo: (angles, servoOptions) =>
      command(() => script.servoj(angles, { time: expiry / 1000, ...servoOptions }), true),
    move: (angles, moveOptions) => command(() => script.movej(angles, moveOptions), false),
    approach: async (angles, milliseconds) => {
      const goal = Array.from(angles)
      try {
        script.movej(goal, { time: milliseconds / 1000 })
        if (!(milliseconds > 0)) throw new RangeError(`approach: expected milliseconds above 0, got ${milliseconds}`)
      } catch (error) {
        return refused(error)
      }
      if (isLocked || readOnly || held() !== null || !canMove()) return false
      return new Promise((resolve) => {
        replace({ kind: 'approach', goal, begun: scheduler.now(), milliseconds, from: null, ended: resolve })
      })
    },
    stop: () => stop(),
    sampled: (sample) => {
      obeys.see(sample, scheduler.now(), lasting !== null && !readOnly)
      if (lasting === null) return
      if (lasting.kind === 'approach') return follow(lasting, sample)
      if (scheduler.now() - lasting.since <= staleAfter) return void send(lasting.line)
      report('staleCommand', `no new command for ${staleAfter} ms; the arm is stopped`)
      void stop()
    },
    forget: () => replace(null),
    lock: () => {
      isLocked = true
      replace(null)
    },
    close: () => Promise.all([motion.close(), stops.close()]),
  }
}
