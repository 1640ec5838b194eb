/** The benchmark as a stream: one record for each measurement, with the report so far. */
import { Observable } from 'rxjs'
import type { Clock } from '../../time/clock.js'
import { reason } from '../../failure.js'
import { taskIds, taskSpec } from '../../environments/tasks.js'
import { eventLoop } from '../../time/schedule.js'
import { webAssemblyObstacle } from '../../kernels/home.js'
import { measureKernels } from './kernels.js'
import { engines, measureLearner, type OpenEngine } from './learners.js'
import type { Bench, Effort } from './measure.js'
import { pipelines } from './pipelines.js'
import { benchParts, type BenchPart, type BenchReport, type ShapesName, shapesNames } from './report.js'
import { shapes } from './shapes.js'
import { measureSimulator } from './simulators.js'

/** Options of a benchmark. */
export interface BenchOptions extends Effort {
  readonly machine: BenchReport['machine']
  readonly clock: Clock
  /** The one part to measure; null measures all parts. The default is null. */
  readonly only?: BenchPart | null
}

/** How far a benchmark has come. */
export interface BenchProgress {
  readonly measured: number
  readonly total: number
  /** What was measured last. */
  readonly what: string
  readonly report: BenchReport
}

interface Measurement {
  readonly what: string
  readonly measure: (bench: Bench, report: BenchReport) => Promise<BenchReport>
}

const learnerMeasurement = (name: ShapesName, engine: string, open: OpenEngine): Measurement => ({
  what: `learner: ${name}, ${engine}`,
  measure: async (bench, report) => {
    if (report.absent.some((other) => other.engine === engine)) return report
    const opened = await open(shapes[name]).then(
      (learner) => learner,
      (error: unknown) => ({ reason: reason(error) }),
    )
    if ('reason' in opened) return { ...report, absent: [...report.absent, { engine, reason: opened.reason }] }
    const row = await measureLearner(bench, name, opened)
    return { ...report, learner: [...report.learner, { shapes: name, engine, ...row }] }
  },
})

const measurements: Readonly<Record<BenchPart, readonly Measurement[]>> = {
  pipeline: pipelines.map(({ what, measure }) => ({
    what: `pipeline: ${what}`,
    measure: async (bench, report) => ({ ...report, pipeline: [...report.pipeline, await measure(bench)] }),
  })),
  simulator: taskIds.map((id) => ({
    what: `simulator: ${id}`,
    measure: async (bench, report) => ({
      ...report,
      simulator: [...report.simulator, await measureSimulator(bench, await taskSpec(id))],
    }),
  })),
  kernels: [
    {
      what: 'kernels: products of matrices',
      measure: async (bench, report) => {
        const obstacle = webAssemblyObstacle()
        if (obstacle !== null) return { ...report, absent: [...report.absent, { engine: 'kernels', reason: obstacle }] }
        return { ...report, kernels: await measureKernels(bench) }
      },
    },
  ],
  learner: [...engines].flatMap(([engine, open]) =>
    shapesNames.map((name) => learnerMeasurement(name, engine, open)),
  ),
}

/**
 * Runs the measurements, one after the other.
 *
 *     bench  ---m---m--m----(m|)
 *
 * Unsubscribing ends it within a round.
 *
 * Fails: error notification with what a measurement throws; NotFiniteError for a figure that is not finite. An engine that cannot be
 * opened is no error: the report lists it as absent, with the reason.
 */
export const bench = ({ only, machine, clock, ...effort }: BenchOptions): Observable<BenchProgress> =>
  new Observable((subscriber) => {
    const pause = (): Promise<void> =>
      new Promise((resolve, reject) => {
        eventLoop.schedule(() => (subscriber.closed ? reject(new Error('bench: unsubscribed')) : resolve()))
      })
    const all = benchParts.filter((part) => (only ?? part) === part).flatMap((part) => measurements[part])
    const run = async (): Promise<void> => {
      let report: BenchReport = { machine, absent: [], learner: [], kernels: [], simulator: [], pipeline: [] }
      for (const [i, { what, measure }] of all.entries()) {
        await pause()
        report = await measure({ ...effort, clock, pause }, report)
        subscriber.next({ measured: i + 1, total: all.length, what, report })
      }
      subscriber.complete()
    }
    run().catch((error: unknown) => subscriber.error(error))
  })
