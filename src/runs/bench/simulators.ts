/** The steps a second of each task's simulator by itself, beside the bare loop of its physics. */
import type { Observable } from 'rxjs'
import { bareLoop } from '../../environments/mujoco/bareLoop.js'
import type { MujocoSnapshot } from '../../environments/mujoco/types.js'
import { mujocoTaskOf, simulator, taskIds, taskSpec } from '../../environments/tasks.js'
import { seeded } from '../../random.js'
import type { Vector } from '../../types.js'
import { type Bench, mediansOf, millisecondsOf, stepsInRound } from './measure.js'
import { type BenchProgress, type Measurement, measured, type MeasurementOptions } from './measurements.js'

/** Actions of a pass, each executed once; then the pass begins again in the same state. */
const ACTIONS = 200

/** A pass over the actions, from the same state every time. */
type Pass = () => void

/** What a pass takes in each round, in milliseconds: of several kinds that take turns, so that all of them meet the same machine. */
const passMilliseconds = async (bench: Bench, passes: readonly Pass[]): Promise<readonly (readonly number[])[]> => {
  const counts: number[] = []
  for (const pass of passes) {
    await stepsInRound(bench, pass)
    counts.push(await stepsInRound(bench, pass))
  }
  const milliseconds: number[][] = passes.map(() => [])
  for (let round = 0; round < bench.rounds; round++) {
    for (const [i, pass] of passes.entries()) {
      await bench.pause()
      const all = await millisecondsOf(bench.clock, () => {
        for (let k = 0; k < counts[i]; k++) pass()
      })
      milliseconds[i].push(all / counts[i])
    }
  }
  return milliseconds
}

/** Measures a task under random actions, uniform within its bounds. An episode that ends goes on to the end of the pass. */
const measureSimulator = async (bench: Bench, id: string) => {
  const { action } = await taskSpec(id)
  const random = seeded(1)
  const stream = random('actions')
  const actions: readonly Vector[] = Array.from({ length: ACTIONS }, () =>
    Float64Array.from(
      { length: action.size },
      (_, i) => action.low[i] + (action.high[i] - action.low[i]) * stream.uniform(),
    ),
  )
  const task = await mujocoTaskOf(id)
  const world = await simulator(id, { random: random('environment') })
  const bare = task === null ? null : await bareLoop(task)
  try {
    world.reset()
    const start = world.snapshot()
    const simulatorPass = (): void => {
      world.restore(start)
      for (const each of actions) world.step(each)
    }
    const passes: readonly Pass[] =
      bare === null
        ? [simulatorPass]
        : [
            simulatorPass,
            () => {
              bare.restore((start as MujocoSnapshot).physics)
              for (const each of actions) bare.step(each)
            },
          ]
    const [own, physics] = await passMilliseconds(bench, passes)
    const perSecond = (milliseconds: readonly number[]) => milliseconds.map((each) => (1000 * ACTIONS) / each)
    const medians = mediansOf({ stepsPerSecond: perSecond(own) })
    if (physics === undefined) return { task: id, ...medians, bare: null }
    const percents = own.map((each, round) => (100 * physics[round]) / each)
    return { task: id, ...medians, bare: mediansOf({ stepsPerSecond: perSecond(physics), percent: percents }) }
  } finally {
    world.close()
    bare?.close()
  }
}

/** The measurement of a task. */
export const simulatorMeasurement = (id: string): Measurement => ({
  what: `simulator: ${id}`,
  measure: async (bench, report) => ({
    ...report,
    simulator: [...report.simulator, await measureSimulator(bench, id)],
  }),
})

/**
 * Measures the simulator of every task.
 *
 * Fails: error notification with what a measurement throws.
 */
export const benchTasks = (options: MeasurementOptions): Observable<BenchProgress> =>
  measured(options, taskIds.map(simulatorMeasurement))
