/** How long the rest of a sweep takes. */

/** A run of a sweep, as far as it has come. */
export interface Extent {
  /** Runs of one kind take the same time for a step. */
  readonly kind: string
  readonly steps: number
  /** Actions executed. */
  readonly executed: number
  /** Seconds of them. */
  readonly seconds: number
}

const secondsPerStep = (runs: readonly Extent[]): number | null => {
  const executed = runs.reduce((sum, run) => sum + run.executed, 0)
  return executed === 0 ? null : runs.reduce((sum, run) => sum + run.seconds, 0) / executed
}

/**
 * Seconds until all runs are done by so many workers; null if no run has come far enough to say. A kind of which nothing is known takes the
 * mean of the others for a step.
 */
export const secondsLeft = (runs: readonly Extent[], workers: number): number | null => {
  const overall = secondsPerStep(runs)
  if (overall === null) return null
  const left = runs
    .filter(({ executed, steps }) => executed < steps)
    .map(({ kind, steps, executed }) => {
      const own = secondsPerStep(runs.filter((other) => other.kind === kind))
      return (steps - executed) * (own ?? overall)
    })
  const whole = left.reduce((sum, seconds) => sum + seconds, 0)
  // However many workers there are, the longest run takes its time.
  return Math.max(whole / workers, ...left, 0)
}
