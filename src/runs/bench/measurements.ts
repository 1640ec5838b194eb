/** Measurements as a stream: one record for each, with the report so far. */
import { Observable } from 'rxjs'
import type { Clock } from '../../time/clock.js'
import { eventLoop } from '../../time/schedule.js'
import type { Bench, Effort } from './measure.js'
import type { BenchReport } from './report.js'

/** Options of all measurements. */
export interface MeasurementOptions extends Effort {
  readonly machine: BenchReport['machine']
  readonly clock: Clock
}

/** How far a benchmark has come. */
export interface BenchProgress {
  readonly measured: number
  readonly total: number
  /** What was measured last, or is being measured. */
  readonly what: string
  readonly report: BenchReport
}

/** What a measurement can use beside the parts of every one. */
export interface Measuring extends Bench {
  /** Emits how far this measurement has come. */
  readonly say: (what: string) => void
  /** Aborted when the benchmark is unsubscribed. */
  readonly ended: AbortSignal
}

/** One measurement, which adds its figures to a report. */
export interface Measurement {
  readonly what: string
  readonly measure: (bench: Measuring, report: BenchReport) => Promise<BenchReport>
}

/**
 * Makes measurements, one after the other.
 *
 *     measured  ---m---m--m----(m|)
 *
 * Unsubscribing ends it within a round.
 *
 * Fails: error notification with what a measurement throws.
 */
export const measured = (
  { machine, clock, rounds, roundSeconds }: MeasurementOptions,
  all: readonly Measurement[],
): Observable<BenchProgress> =>
  new Observable((subscriber) => {
    const ending = new AbortController()
    const pause = (): Promise<void> =>
      new Promise((resolve, reject) => {
        eventLoop.schedule(() => (subscriber.closed ? reject(new Error('bench: unsubscribed')) : resolve()))
      })
    const run = async (): Promise<void> => {
      let report: BenchReport = {
        machine,
        absent: [],
        learner: [],
        algorithms: [],
        cycle: [],
        kernels: [],
        simulator: [],
        pipeline: [],
      }
      for (const [i, { what, measure }] of all.entries()) {
        await pause()
        const before = report
        const say = (line: string): void =>
          subscriber.next({ measured: i, total: all.length, what: line, report: before })
        report = await measure({ rounds, roundSeconds, clock, pause, say, ended: ending.signal }, before)
        subscriber.next({ measured: i + 1, total: all.length, what, report })
      }
      subscriber.complete()
    }
    run().catch((error: unknown) => subscriber.error(error))
    return () => ending.abort()
  })
