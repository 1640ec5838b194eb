/** The rows of `events.csv`: the trips of the guard of a run. */
import type { Trip } from '../guard/trip.js'

/** One line of `events.csv`. */
export interface EventRow extends Trip {
  /** Actions executed in the run when the guard tripped. */
  readonly step: number
}

/** The first line of `events.csv`. */
export const eventsHead = 'step,trip,cause,outcome,updatesLost,stepSizeScale,reason'

/** The line of a row; the reason is quoted, since it has commas. */
export const eventLine = ({ step, trips, cause, outcome, updatesLost, stepSizeScale, reason }: EventRow): string =>
  [step, trips, cause, outcome, updatesLost, stepSizeScale, `"${reason.replaceAll('"', '""')}"`].join(',')
