/** The time of one sample and one update of each engine, at the shapes of three tasks. */
import { avg } from '../../learners/avg/avg.js'
import type { SquashedAction } from '../../learners/parts/squashedPolicy.js'
import type { AvgSettings } from '../../learners/avg/avgSettings.js'
import { publishedSettings } from '../../learners/avg/publishedSettings.js'
import { backendNames } from '../../learners/tensorflow/backendName.js'
import { seeded } from '../../random.js'
import type { Learner, Spec } from '../../types.js'
import { learnerStep } from './learnerStep.js'
import { type Bench, bytesOf, mediansOf, stepBytes, stepMilliseconds } from './measure.js'
import type { ShapesName } from './report.js'
import { shapes } from './shapes.js'

/** A learner, which may have memory to free. */
export type MeasurableLearner = Learner<SquashedAction> & { close?(): void }
/** Opens an engine for shapes. */
export type OpenEngine = (shape: Spec) => Promise<MeasurableLearner>

const settings = (): AvgSettings => {
  const random = seeded(1)
  // The step sizes are so small that no long measurement diverges.
  const stepSizes = { actorStepSize: 1e-5, criticStepSize: 1e-5 }
  const sources = { random: random('policy'), initialization: random('initialization') }
  return { ...publishedSettings('HalfCheetah-v4'), ...stepSizes, ...sources }
}

const fusedEngine =
  (changed: Pick<AvgSettings, 'kernels' | 'threads'>): OpenEngine =>
  async (shape) =>
    avg(shape, { ...settings(), ...changed })

const tensorFlowEngine =
  (backend: (typeof backendNames)[number]): OpenEngine =>
  async (shape) => {
    const { avgOnTensorFlow } = await import('../../learners/tensorflow/avgOnTensorFlow.js')
    return avgOnTensorFlow(shape, settings(), { backend })
  }

/** Every engine, by its name in the report. */
export const engines: ReadonlyMap<string, OpenEngine> = new Map([
  ['webassembly', fusedEngine({ kernels: 'webassembly' })],
  ['webassembly, 2 threads', fusedEngine({ kernels: 'webassembly', threads: 2 })],
  ['typescript', fusedEngine({ kernels: 'typescript' })],
  ...backendNames.map((backend) => [`tfjs ${backend}`, tensorFlowEngine(backend)] as const),
])

/**
 * Measures one engine at some shapes, and closes it.
 *
 * Numbers: bytes of state are the parameters, the optimizer's moments and all statistics; allocated bytes are those of JavaScript,
 * the two records of a step included.
 * Fails: rejects with NotFiniteError for a figure that is not finite.
 */
export const measureLearner = async (bench: Bench, name: ShapesName, learner: MeasurableLearner) => {
  try {
    const step = learnerStep(learner, shapes[name])
    // A snapshot waits for the thread that may still be moving weights.
    const milliseconds = await stepMilliseconds(bench, step, () => void learner.snapshot())
    const steps = (count: number): void => {
      for (let i = 0; i < count; i++) step()
    }
    const allocated = await stepBytes(bench, steps, Math.max(...milliseconds))
    return {
      stateBytes: bytesOf(learner.snapshot()),
      ...mediansOf({
        microsecondsPerUpdate: milliseconds.map((each) => 1000 * each),
        allocatedBytesPerUpdate: allocated,
      }),
    }
  } finally {
    learner.close?.()
  }
}
