/** Faults of a robot: what the program and its user should know, as values in a stream. */
import { type Observable, Subject } from 'rxjs'
import type { Clock } from '../time/clock.js'

/** One fault; `Kind` names it. */
export interface Fault<Kind extends string = string> {
  readonly kind: Kind
  /** When it was noticed, in ms of the robot's scheduler. */
  readonly time: number
  /** What happened and what the driver does about it, in one line. */
  readonly line: string
}

/** Reports faults and counts them. */
export interface Faults<Kind extends string> {
  /** Every fault as it is noticed; nothing is stored. Completes when the robot is closed. */
  readonly emitted: Observable<Fault<Kind>>
  /** How often each kind was noticed; absent if it never was. */
  readonly counts: Readonly<Partial<Record<Kind, number>>>
  report(kind: Kind, line: string): void
  complete(): void
}

/**
 * Faults of one robot.
 *
 * Memory: a count for each kind.
 */
export const faultLog = <Kind extends string>(clock: Clock): Faults<Kind> => {
  const subscribers = new Subject<Fault<Kind>>()
  const counts: { [Name in Kind]?: number } = {}
  return {
    emitted: subscribers.asObservable(),
    get counts() {
      return { ...counts }
    },
    report: (kind, line) => {
      counts[kind] = (counts[kind] ?? 0) + 1
      subscribers.next({ kind, time: clock.now(), line })
    },
    complete: () => subscribers.complete(),
  }
}
