import { type Observable, defer, tap } from 'rxjs'
import { residentBytes } from '#host'
import type { Cell } from '../src/cell.js'
import { meansByName } from '../src/records/meansByName.js'
import { type Metrics, type MetricsSink, type MetricsState, emptyMetrics } from '../src/records/metrics.js'
import { watchedWeights } from '../src/records/watchedWeights.js'
import { mirrorInCell } from '../src/streams/mirrorInCell.js'
import { type Clock, systemClock } from '../src/time/clock.js'
import type { Learner, TimeStep } from '../src/types.js'

/** Options of `writeMetrics`. */
export interface WriteMetricsOptions<Report = unknown> {
  /** Actions of a window, a positive integer; the default is 1000. */
  readonly every?: number
  /** The numbers of a report by name. By default they are the fields of the report that are numbers. */
  readonly scalars?: (report: Report) => object
  /** The learner whose weights are watched, for `moved`. By default none is: it takes a copy of the weights. */
  readonly learner?: Pick<Learner, 'parameters'>
  /** Gives the bytes of memory in use, or null. The default is the resident set of the process. */
  readonly memory?: () => number | null
  /** Where time is read, in ms; the default is the system's clock. */
  readonly clock?: Clock
  /** Holds its memory; `cell(emptyMetrics)` at the beginning of a run, and by default of each subscription. */
  readonly cell?: Cell<MetricsState>
}

/**
 * Writes means over windows of the run: what the updates report, how far the weights move, steps per second, memory.
 *
 *     source        --a----b----t----a----b----c----u--|
 *     writeMetrics  --a----b----t----a----b----c----u--|     windows of two actions
 *     write                     2              4       5
 *
 * It stands below `update`. A window ends with every `every`-th action of the run; what is left at the completion or the error of the
 * source is written then, before either is passed on. The sink is a `metricsFile`, a `tensorBoard`, or anything with `write`, which is
 * called before the step is passed on. After an unsubscription the window stays in the cell, and a later subscription goes on with it.
 * Put it below `takeSteps` and `stopWhen`, since a chain that is completed from below is unsubscribed from.
 *
 * Memory: a mean and a count for each scalar; with `learner` a copy of its weights.
 * Numbers: each scalar has its own count: a report may be null, as on a first step, or lack a scalar. Weights are read at the ends of
 * windows alone, and reading them changes no number of the run.
 * Fails: throws a RangeError when the pipeline is built, unless `every` is a positive integer. Error notification with what the sink, or
 * a function in the options, throws, except at an error of the source, which is passed on in its place; with a cell of another learner;
 * and where another subscription keeps its memory in the cell.
 */
export const writeMetrics = <Report = unknown>(sink: MetricsSink, options: WriteMetricsOptions<Report> = {}) => {
  const { every = 1000, scalars, learner, memory = residentBytes, clock = systemClock, cell } = options
  if (!(Number.isSafeInteger(every) && every > 0)) {
    throw new RangeError(`writeMetrics: every: expected a positive integer of actions, got ${every}`)
  }
  return <T extends TimeStep & { readonly report: Report | null }>(source: Observable<T>): Observable<T> =>
    defer(() => {
      const before = cell?.value ?? emptyMetrics
      const subscribed = clock.now()
      const start = subscribed - before.elapsed
      let windowStart = subscribed - before.windowElapsed
      let { steps, windowSteps, updates } = before
      const means = meansByName(before.means)
      const watched = learner === undefined ? null : watchedWeights(learner, before.weights)

      const state = (): MetricsState => {
        const now = clock.now()
        return {
          steps,
          elapsed: now - start,
          windowSteps,
          windowElapsed: now - windowStart,
          updates,
          means: means.state(),
          weights: watched?.state() ?? null,
        }
      }
      /** The window so far, after which the next one begins. */
      const endWindow = (): Metrics => {
        const now = clock.now()
        const metrics: Metrics = {
          step: steps,
          seconds: (now - start) / 1000,
          stepsPerSecond: now > windowStart ? (windowSteps * 1000) / (now - windowStart) : null,
          memoryBytes: memory(),
          updates,
          means: Object.fromEntries(Object.entries(means.state()).map(([name, { mean }]) => [name, mean])),
          moved: watched?.moved() ?? {},
        }
        windowStart = now
        windowSteps = updates = 0
        means.clear()
        return metrics
      }
      const take = ({ kind, report }: T): void => {
        if (report !== null) {
          updates += 1
          const values: unknown = scalars === undefined ? report : scalars(report)
          if (typeof values === 'object' && values !== null) means.add(values)
        }
        if (kind === 'first') return
        steps += 1
        windowSteps += 1
        if (steps % every === 0) sink.write(endWindow())
      }
      const writeRest = (): void => {
        if (windowSteps > 0 || updates > 0) sink.write(endWindow())
      }
      const writeRestOfFailed = (): void => {
        try {
          writeRest()
        } catch {
          // The error of the source is the one that says why the run ended.
        }
      }
      const written = tap<T>({ next: take, complete: writeRest, error: writeRestOfFailed })(source)
      return mirrorInCell<MetricsState, T>(cell, state)(written)
    })
}
