/** The numbers of a run over windows of its steps: what `writeMetrics` adds up, and what a sink of metrics receives. */

/** A window of a run: successive steps, and the means of what its updates reported. */
export interface Metrics {
  /** Actions executed in the run at the end of the window. */
  readonly step: number
  /** Seconds of the run at the end of the window; the time between two subscriptions does not count. */
  readonly seconds: number
  /** Actions of the window divided by its seconds; null if the clock did not move. */
  readonly stepsPerSecond: number | null
  /** Bytes of memory that the process occupied at the end of the window (resident set); null where the platform does not say. */
  readonly memoryBytes: number | null
  /** Updates in the window. */
  readonly updates: number
  /** The mean of each scalar over the updates of the window that reported it; a scalar that none reported is left out. */
  readonly means: Readonly<Record<string, number>>
  /**
   * How far the weights of each network moved in the window: the Euclidean distance between those at its end and at its beginning.
   * Divided by `updates` it is the size of an update if all went the same way, and less otherwise. Empty if the weights are not watched.
   */
  readonly moved: Readonly<Record<string, number>>
}

/** Receives metrics: a file, a live page, your own function. */
export interface MetricsSink {
  /** Called with each window when it ends; an error that it throws ends the run. */
  write(metrics: Metrics): void
}

/** The mean of one scalar so far. */
export interface RunningMean {
  readonly mean: number
  readonly count: number
}

/** The memory of `writeMetrics`: the counts of the run, and the window under way. Durations, since a later process has another clock. */
export interface MetricsState {
  /** Actions executed in the run. */
  readonly steps: number
  /** Milliseconds of the run. */
  readonly elapsed: number
  /** Actions executed in the window. */
  readonly windowSteps: number
  /** Milliseconds of the window. */
  readonly windowElapsed: number
  /** Updates in the window. */
  readonly updates: number
  readonly means: Readonly<Record<string, RunningMean>>
  /** The weights at the beginning of the window, by name; null if they are not watched, or not yet. */
  readonly weights: Readonly<Record<string, Float32Array>> | null
}

/** The memory of a run that has not begun. */
export const emptyMetrics: MetricsState = {
  steps: 0,
  elapsed: 0,
  windowSteps: 0,
  windowElapsed: 0,
  updates: 0,
  means: {},
  weights: null,
}
