/** The pace of a run at present. */
import type { RunProgress } from './frames.js'

/** Seconds over which the pace is taken, at least, once there are as many. */
const WINDOW = 2

/** Takes in successive records of progress, and returns the steps per second of the last two seconds; null for the first record. */
export const recentPace = (): ((record: Pick<RunProgress, 'steps' | 'seconds'>) => number | null) => {
  let records: readonly Pick<RunProgress, 'steps' | 'seconds'>[] = []
  return ({ steps, seconds }) => {
    // The newest record that is two seconds old stays as the beginning.
    const old = records.findLastIndex((each) => seconds - each.seconds >= WINDOW)
    records = [...records.slice(Math.max(0, old)), { steps, seconds }]
    const [first] = records
    return seconds > first.seconds ? (steps - first.steps) / (seconds - first.seconds) : null
  }
}
