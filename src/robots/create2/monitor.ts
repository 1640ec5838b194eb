/** Watches the frames of a Create 2: its mode, its battery, and what has stopped it. */
import type { Create2FaultKind } from './faults.js'
import type { FrameValues } from './frames.js'

/** The modes in which the driver keeps a robot; in passive mode it only reads. */
export type Create2Mode = 'passive' | 'safe' | 'full'

/** The numbers of the modes. */
export const modeNumbers: Readonly<Record<Create2Mode, number>> = { passive: 1, safe: 2, full: 3 }

/** Reports what a frame shows. */
export type ReportFault = (kind: Create2FaultKind, line: string) => void

/** Watches frames. */
export interface Monitor {
  /** Looks at a frame that arrived at `now`, in ms. Returns whether the robot should be put back into its mode. */
  see(values: FrameValues, now: number): boolean
  /** The mode that the robot should be in, from now on. */
  expect(mode: Create2Mode, now: number): void
}

/** Milliseconds that a change of the mode may take until frames show it, and between two attempts to restore the mode. */
const MODE_CHANGE = 500
/** A charge that is so many mAh above the limit ends the fault. */
const HYSTERESIS = 50

/** Why a robot in safe mode has stopped, by what its frame shows; null if nothing holds it. */
export const stopCause = (values: FrameValues): 'cliff' | 'wheelDrop' | 'charger' | null => {
  const { cliffLeft = 0, cliffFrontLeft = 0, cliffFrontRight = 0, cliffRight = 0 } = values
  const { bumpsAndWheelDrops = 0, chargingSources = 0 } = values
  if ((bumpsAndWheelDrops & 12) !== 0) return 'wheelDrop'
  if (cliffLeft + cliffFrontLeft + cliffFrontRight + cliffRight > 0) return 'cliff'
  return chargingSources === 0 ? null : 'charger'
}

const causeLines = {
  cliff: 'the robot sees a cliff and has stopped; lift it back onto the floor',
  wheelDrop: 'a wheel hangs in the air and the robot has stopped; put it down',
  charger: 'a charger is connected and the robot has stopped; it drives again without it',
} as const

/**
 * A monitor that reports each cause once, until it is over.
 *
 * Memory: the mode, and which causes were reported.
 */
export const monitor = (report: ReportFault, { lowCharge }: { readonly lowCharge: number }): Monitor => {
  let wanted: Create2Mode = 'passive'
  let quietUntil = 0
  let reported: Create2FaultKind | null = null
  let isLow = false
  let isBlocked = false

  const seeMode = (values: FrameValues, now: number): boolean => {
    const { mode } = values
    if (wanted === 'passive' || mode === undefined || mode === modeNumbers[wanted]) {
      if (mode === modeNumbers[wanted]) reported = null
      return false
    }
    if (now < quietUntil) return false
    const cause = stopCause(values)
    const kind = cause ?? 'modeLost'
    if (reported !== kind) {
      report(kind, cause === null ? `the robot has left ${wanted} mode, and reports no cause` : causeLines[cause])
      reported = kind
    }
    if (cause !== null) return false
    quietUntil = now + MODE_CHANGE
    report('rearmed', `the robot is put back into ${wanted} mode`)
    return true
  }
  const seeBattery = ({ charge, capacity }: FrameValues): void => {
    if (charge === undefined) return
    if (!isLow && charge < lowCharge) {
      isLow = true
      const of = capacity === undefined ? '' : ` of ${capacity}`
      report('lowBattery', `${charge}${of} mAh are left, less than ${lowCharge}; charge the robot`)
    }
    if (charge > lowCharge + HYSTERESIS) isLow = false
  }
  const seeWheels = ({ overcurrents = 0 }: FrameValues): void => {
    const blocked = (overcurrents & 24) !== 0
    if (blocked && !isBlocked) report('overcurrent', 'a wheel is blocked, its motor draws too much current')
    isBlocked = blocked
  }

  return {
    see: (values, now) => {
      seeBattery(values)
      seeWheels(values)
      return seeMode(values, now)
    },
    expect: (mode, now) => {
      wanted = mode
      reported = null
      quietUntil = now + MODE_CHANGE
    },
  }
}
