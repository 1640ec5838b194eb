/** The shortest cycle of an algorithm in real time on this machine, as a benchmark. */
import type { Observable } from 'rxjs'
import { eventLoop } from '../../time/schedule.js'
import { algorithmNamed, algorithmNames } from '../algorithms.js'
import { openAlgorithm, untilItLearns } from './algorithms.js'
import { shortestCycle } from './cycleSearch.js'
import { learnerStep } from './learnerStep.js'
import { mediansOf, stepMilliseconds } from './measure.js'
import { type BenchProgress, measured, type MeasurementOptions } from './measurements.js'
import type { ShapesName } from './report.js'
import { shapes as allShapes } from './shapes.js'

/** Options of the search. */
export interface CycleOptions extends MeasurementOptions {
  /** The default is null: the default algorithm. */
  readonly algorithm?: string | null
  /** The default is null: Hopper's. */
  readonly shapes?: ShapesName | null
  /** How long the cycle has to be kept. */
  readonly seconds: number
}

/**
 * Finds the shortest cycle that an algorithm keeps with its defaults, in real time, with one sample and one update in each beat.
 *
 * Fails: error notification with what the search rejects with.
 */
export const benchCycle = ({ algorithm, shapes, seconds, ...options }: CycleOptions): Observable<BenchProgress> => {
  const chosen = algorithmNamed(algorithm ?? algorithmNames[0])
  const name = shapes ?? 'Hopper'
  const what = `cycle of ${chosen.name} at the shapes of ${name}`
  return measured(options, [
    {
      what,
      measure: async (bench, report) => {
        bench.say(`measuring a step of ${chosen.name} at the shapes of ${name}`)
        const spec = allShapes[name]
        const { learner, engine } = await openAlgorithm(chosen, name)
        try {
          const step = learnerStep(learner, spec)
          const { period } = await untilItLearns(bench, learner, step)
          const { estimate } = mediansOf({ estimate: await stepMilliseconds(bench, step, undefined, period) })
          const { ended, pause, say } = bench
          const found = await shortestCycle({
            learner,
            spec,
            scheduler: eventLoop,
            estimate,
            seconds,
            ended,
            pause,
            say: (line) => say(`${what}: ${line}`),
          })
          return { ...report, cycle: [...report.cycle, { algorithm: chosen.name, shapes: name, engine, ...found }] }
        } finally {
          learner.close()
        }
      },
    },
  ])
}
