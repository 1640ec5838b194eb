/** Watches whether a controller lets its arm move. */
import { modeName, PROTECTIVE_STOP, robotModes, RUNNING, isSafe, safetyModes } from './modes.js'
import type { ReportUr5Fault, Ur5FaultKind } from './faults.js'
import type { Ur5Sample } from './sample.js'

/** Why the arm does not move. */
export interface Held {
  readonly kind: Ur5FaultKind
  readonly line: string
  /** When that was noticed, in ms of the robot's scheduler. */
  readonly since: number
}

/** Watches samples. */
export interface SafetyWatch {
  /** Looks at a sample that arrived at `now`. Returns whether the arm was stopped by it. */
  see(sample: Ur5Sample, now: number): boolean
  /** Why no motion is sent; null if motion is. */
  readonly held: Held | null
  /** The arm may move again: the newest sample must allow that. Throws an error that says what does not. */
  release(): void
}

const kindOf = (safetyMode: number): Ur5FaultKind => {
  if (safetyMode === PROTECTIVE_STOP) return 'protectiveStop'
  if ([6, 7, 15, 20].includes(safetyMode)) return 'emergencyStop'
  if ([5, 12, 13, 14, 16, 18, 19, 22].includes(safetyMode)) return 'safeguardStop'
  return safetyMode === 8 ? 'violation' : 'safetyFault'
}

const advice: Partial<Record<Ur5FaultKind, string>> = {
  protectiveStop: 'look at the arm, then unlock the stop',
  emergencyStop: 'release the button and power the arm on',
  safeguardStop: 'leave the guarded area and reset the safeguard',
  violation: 'restart the safety system on the pendant',
  safetyFault: 'see the log of the pendant',
  notRunning: 'power the arm on and release its brakes',
}

/** A watch that holds the arm from the first sample on that does not let it move, until `release`. */
export const safetyWatch = (report: ReportUr5Fault): SafetyWatch => {
  let held: Held | null = null
  let newest: Ur5Sample | null = null
  let isFirst = true

  const causeOf = ({ safetyMode, robotMode }: Ur5Sample): readonly [Ur5FaultKind, string] | null => {
    if (!isSafe(safetyMode)) return [kindOf(safetyMode), modeName(safetyModes, safetyMode)]
    return robotMode === RUNNING ? null : ['notRunning', `the arm is in the mode ${modeName(robotModes, robotMode)}`]
  }
  return {
    see: (sample, now) => {
      newest = sample
      const cause = causeOf(sample)
      const wasFirst = isFirst
      isFirst = false
      if (cause === null || held?.kind === cause[0]) return false
      const [kind, what] = cause
      const line = `${what}: no motion is sent; ${advice[kind] ?? ''}`
      held = { kind, line, since: now }
      report(kind, line)
      return !wasFirst
    },
    get held() {
      return held
    },
    release: () => {
      const cause = newest === null ? null : causeOf(newest)
      if (newest === null) throw new Error('ur5: recover: there is no sample of the arm yet')
      if (cause !== null) throw new Error(`ur5: recover: ${cause[1]}: ${advice[cause[0]] ?? ''}`)
      if (held === null) return
      held = null
      report('released', 'the arm takes motion again')
    },
  }
}
