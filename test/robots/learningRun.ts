/** Runs of the tasks of robots on a virtual clock, with each of the learners that the paper has on robots. */
import type { Observable } from 'rxjs'
import {
  actuate,
  type Episode,
  episodes,
  rescaleAction,
  sampleAction,
  takeSteps,
  update,
} from '../../operators/index.js'
import { avg } from '../../src/learners/avg/avg.js'
import { defaultHyperparameters } from '../../src/learners/avg/publishedSettings.js'
import type { LearnerSpec } from '../../src/learners/learnerSettings.js'
import { sac } from '../../src/learners/sac/sac.js'
import { sacDefaults } from '../../src/learners/sac/sacSettings.js'
import { sac1 } from '../../src/learners/sac1/sac1.js'
import { sac1Defaults } from '../../src/learners/sac1/sac1Settings.js'
import { mean } from '../../src/mean.js'
import { seeded } from '../../src/random.js'
import { pipe } from '../../src/streams/pipe.js'
import type { Driver, Learner, SampledAction, TimeStep, Transition } from '../../src/types.js'

/**
 * What may learn. `sac-1` has a smaller step of the temperature than its default, with which it diverges on these tasks within some thousand
 * steps; `sac-100` is SAC with a buffer of 100 transitions, of which a batch is 64.
 */
export const robotLearners = ['avg', 'sac-1', 'sac-100'] as const
export type RobotLearner = (typeof robotLearners)[number]

/** A learner with its own default settings. */
export const robotLearner = (name: RobotLearner, spec: LearnerSpec, seed: number): Learner<SampledAction> => {
  const random = seeded(seed)
  const generators = { random: random('policy'), initialization: random('initialization') }
  const made: Readonly<Record<RobotLearner, () => unknown>> = {
    avg: () => avg(spec, { ...defaultHyperparameters, ...generators }),
    'sac-1': () => sac1(spec, { ...sac1Defaults, temperatureStepSize: 0.02, ...generators }),
    'sac-100': () => sac(spec, { ...sacDefaults, bufferSize: 100, batchSize: 64, ...generators }),
  }
  return made[name]() as Learner<SampledAction>
}

/** What becomes of a run. */
export interface LearningRun {
  readonly ended: readonly Episode[]
  /** Minutes that the run took the robot, with the beginnings of its episodes. */
  readonly minutes: number
}

/** Runs an agent to the end; `advance` lets `milliseconds` pass for robot and clock. */
export const learningRun = async (
  source: Observable<TimeStep & { readonly transition: Transition<SampledAction> | null }>,
  options: {
    readonly world: Driver
    readonly learner: Learner<SampledAction>
    readonly learns: boolean
    readonly steps: number
    readonly milliseconds: number
    readonly advance: () => void
  },
): Promise<LearningRun> => {
  const { world, learner, learns, steps, milliseconds, advance } = options
  const ended: Episode[] = []
  const state: { isOver: boolean; error: unknown } = { isOver: false, error: null }
  pipe(
    learns ? update(learner)(source) : source,
    sampleAction(learner),
    rescaleAction(world.spec.action),
    actuate(world),
    takeSteps(steps),
    episodes(),
  ).subscribe({
    next: (episode) => ended.push(episode),
    error: (error: unknown) => Object.assign(state, { isOver: true, error }),
    complete: () => (state.isOver = true),
  })
  let ticks = 0
  for (; !state.isOver; ticks++) {
    advance()
    await new Promise((resolve) => setImmediate(resolve))
  }
  if (state.error !== null) throw state.error
  return { ended, minutes: (ticks * milliseconds) / 60_000 }
}

/** The mean return of some episodes. */
export const meanReturn = (all: readonly Episode[]): number => mean(all.map((each) => each.return))

/** The mean returns of eight equal parts of a run. */
export const curveOf = (ended: readonly Episode[], steps: number): readonly number[] =>
  Array.from({ length: 8 }, (_, i) =>
    Math.round(meanReturn(ended.filter(({ step }) => step > (i * steps) / 8 && step <= ((i + 1) * steps) / 8))),
  )
