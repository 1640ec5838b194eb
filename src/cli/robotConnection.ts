/** A robot as `rivulet robot` sees it, whichever it is. */
import type { Observable } from 'rxjs'
import type { Fault } from '../robots/fault.js'
import type { TaskRobot } from '../runs/robotWorld.js'

/** A connection to a robot that does not move it until `ready`. */
export interface RobotConnection {
  /** Where it is: a port or an address. */
  readonly place: string
  /** What it reports, as it arrives. */
  readonly messages: Observable<unknown>
  /** What went wrong, as it is noticed. */
  readonly faults: Observable<Fault>
  /** Kinds of faults that are normal now and then, and are counted only. */
  readonly counted: ReadonlySet<string>
  /** The error of a robot that reports nothing within so many seconds. */
  readonly silent: (seconds: number) => string
  /** Its state in one line. */
  line(): string
  isConnected(): boolean
  faultCount(): number
  /** What a person is asked before the first motion. */
  readonly question: (task: string) => string
  /** Gets the robot ready to be moved. */
  ready(): Promise<TaskRobot>
  /** Brings it to rest and ends the connection; resolves with whether it is at rest. */
  close(): Promise<boolean>
}

/** All faults that were counted. */
export const sumOf = (counts: Readonly<Partial<Record<string, number>>>): number =>
  Object.values(counts).reduce((sum: number, count = 0) => sum + count, 0)
