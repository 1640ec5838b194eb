/** The table of algorithms: what a step of each costs in memory and time, at the shapes of a small and of a large robot. */
import type { Observable } from 'rxjs'
import { algorithms } from '../algorithms.js'
import { measureAlgorithm } from './algorithms.js'
import { type BenchProgress, type Measurement, measured, type MeasurementOptions } from './measurements.js'
import type { BenchReport, ShapesName } from './report.js'

/** A row of the table. */
export interface RowName {
  readonly algorithm: string
  readonly shapes: ShapesName
}

/** Options of the table. */
export interface AlgorithmTableOptions extends MeasurementOptions {
  /** The one algorithm to measure; null measures all of them. The default is null. */
  readonly algorithm?: string | null
  /** The one shapes to measure at; null are Hopper's and Humanoid's. The default is null. */
  readonly shapes?: ShapesName | null
  /**
   * Measures one row in a process of its own, and gives the report of that; it rejects when the signal is aborted. It is called where
   * there are several rows; one row is measured in this process. By default all are.
   */
  readonly alone?: (row: RowName, ended: AbortSignal) => Promise<BenchReport>
}

/**
 * Measures each algorithm by its description alone, with its defaults.
 *
 * Fails: error notification with what a learner throws; NotFiniteError for a figure that is not finite.
 */
export const algorithmTable = ({
  algorithm = null,
  shapes = null,
  alone,
  ...options
}: AlgorithmTableOptions): Observable<BenchProgress> => {
  const chosen = algorithms.filter(({ name }) => (algorithm ?? name) === name)
  const at: readonly ShapesName[] = shapes === null ? ['Hopper', 'Humanoid'] : [shapes]
  const isAlone = chosen.length * at.length > 1 && alone !== undefined
  const rows = chosen.flatMap((each) =>
    at.map((name): Measurement => {
      const what = `${each.name} at the shapes of ${name}`
      return {
        what,
        measure: async (bench, report) => {
          bench.say(`measuring ${what}`)
          const found = isAlone
            ? (await alone({ algorithm: each.name, shapes: name }, bench.ended)).algorithms
            : [await measureAlgorithm(bench, each, name)]
          return { ...report, algorithms: [...report.algorithms, ...found] }
        },
      }
    }),
  )
  return measured(options, rows)
}
