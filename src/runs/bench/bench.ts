/** The measurements of the library's parts: engines, kernels, simulators and whole agents. */
import type { Observable } from 'rxjs'
import { reason } from '../../failure.js'
import { webAssemblyObstacle } from '../../kernels/home.js'
import { measureKernels } from './kernels.js'
import { engines, measureLearner, type OpenEngine } from './learners.js'
import { type BenchProgress, type Measurement, measured, type MeasurementOptions } from './measurements.js'
import { pipelines } from './pipelines.js'
import { benchParts, type BenchPart, type ShapesName, shapesNames } from './report.js'
import { shapes } from './shapes.js'
import { simulatorMeasurement } from './simulators.js'

/** Options of a benchmark. */
export interface BenchOptions extends MeasurementOptions {
  /** The one part to measure; null measures all parts. The default is null. */
  readonly only?: BenchPart | null
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
  simulator: ['Pendulum-v1', 'Hopper-v4', 'HalfCheetah-v4', 'Humanoid-v4'].map(simulatorMeasurement),
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
  learner: [...engines].flatMap(([engine, open]) => shapesNames.map((name) => learnerMeasurement(name, engine, open))),
}

/**
 * Measures the engines, the kernels, the simulators and whole agents, or one part of these.
 *
 * Fails: error notification with what a measurement throws; NotFiniteError for a figure that is not finite. An engine that cannot be
 * opened is no error: the report lists it as absent, with the reason.
 */
export const bench = ({ only, ...options }: BenchOptions): Observable<BenchProgress> =>
  measured(
    options,
    benchParts.filter((part) => (only ?? part) === part).flatMap((part) => measurements[part]),
  )
