/** What a step of an algorithm costs in memory and time, measured through its description alone. */
import { defaultsOf, type Values } from '../../edge/settings.js'
import type { Algorithm, ClosableLearner, Memory } from '../../learners/algorithm.js'
import { seeded } from '../../random.js'
import { defaultEngine } from '../config.js'
import { EPISODE, learnerStep } from './learnerStep.js'
import { type Bench, bytesOf, mediansOf, stepMilliseconds } from './measure.js'
import type { BenchReport, ShapesName } from './report.js'
import { shapes } from './shapes.js'

/** A row of the table of algorithms. */
export type AlgorithmRow = BenchReport['algorithms'][number]

/** Bytes of a buffer above which a learner is measured with a smaller one: such a buffer is no longer in any cache. */
const LARGEST_BUFFER = 2 ** 28
/** A step size at which no long measurement diverges, whatever the observations and rewards. */
const LARGEST_STEP_SIZE = 1e-5
/** Steps after which a learner that has moved no weight is taken for one that never will. */
const MOST_STEPS = 1_000_000
/** Steps of a period at least: a policy that moves in every second update, say, then moves as often in each period. */
const LEAST_PERIOD = 16
/** Milliseconds of steps after which the event loop has a turn. */
const SLICE = 50

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b))

const sumOf = (memory: readonly Memory[]): number => memory.reduce((sum, { bytes }) => sum + bytes, 0)

/** An algorithm at some shapes, opened to be measured. */
export interface Opened {
  readonly learner: ClosableLearner
  readonly engine: string
  /** Bytes of a replay buffer or a rollout, as the defaults have it. */
  readonly bufferBytes: number
}

/** Settings with smaller steps, and with the buffers that `memory` lists no larger than `LARGEST_BUFFER`. */
const tamed = (settings: Values, memory: readonly Memory[]): Values => {
  const smallSteps = Object.entries(settings)
    .filter(([name, value]) => /stepSize$/i.test(name) && typeof value === 'number')
    .map(([name, value]) => [name, Math.min(value as number, LARGEST_STEP_SIZE)] as const)
  const smallBuffers = memory.flatMap(({ setting, bytes }) => {
    const value = settings[setting]
    return typeof value === 'number' && bytes > LARGEST_BUFFER
      ? [[setting, Math.max(1, Math.floor((value * LARGEST_BUFFER) / bytes))] as const]
      : []
  })
  return { ...settings, ...Object.fromEntries([...smallSteps, ...smallBuffers]) }
}

/**
 * Opens an algorithm with its default settings and its default engine.
 *
 * Numbers: step sizes are 1e-5 at most, so that no measurement diverges, and a buffer of more than 256 MiB is cut down to that; neither
 * changes the operations of a step.
 */
export const openAlgorithm = async (algorithm: Algorithm, name: ShapesName): Promise<Opened> => {
  const spec = shapes[name]
  const engineName = defaultEngine(algorithm)
  const engine = algorithm.engines[engineName]
  const options = defaultsOf(engine.options)
  const { settings } = algorithm.defaultsFor(spec)
  const memory = await engine.memory(spec, settings)
  const random = seeded(1)
  const sources = { random: random('policy'), initialization: random('initialization') }
  const learner = await engine.open(spec, tamed(settings, memory), options, sources)
  return {
    learner,
    engine: [engineName, ...('kernels' in options ? [String(options['kernels'])] : [])].join(', '),
    // What a learner does not hold from its beginning is what it collects.
    bufferBytes: learner.bytes === undefined ? 0 : sumOf(memory) - learner.bytes.all,
  }
}

/** When a learner learns. */
export interface Rhythm {
  /** Steps until its weights moved for the first time. */
  readonly stepsBeforeLearning: number
  /** Steps from that to the next time. */
  readonly stepsPerUpdate: number
  /** Steps after which its work repeats itself: a multiple of `stepsPerUpdate`. */
  readonly period: number
}

/**
 * Makes steps until the weights have moved twice, which fills a buffer as far as the algorithm needs it. A learner without a `version`
 * counts as one that learns in every step.
 *
 * Fails: rejects with an Error for a learner whose weights do not move in a million steps.
 */
export const untilItLearns = async (
  { clock, pause }: Pick<Bench, 'clock' | 'pause'>,
  learner: Pick<ClosableLearner, 'version'>,
  step: () => void,
): Promise<Rhythm> => {
  let sliceEnd = clock.now() + SLICE
  const stepsToMove = async (): Promise<number> => {
    const before = learner.version
    for (let steps = 1; steps <= MOST_STEPS; steps++) {
      step()
      if (before === undefined || learner.version !== before) return steps
      if (clock.now() < sliceEnd) continue
      await pause()
      sliceEnd = clock.now() + SLICE
    }
    throw new Error(`its weights did not move in ${MOST_STEPS} steps`)
  }
  const first = await stepsToMove()
  const stepsPerUpdate = await stepsToMove()
  const period = stepsPerUpdate * Math.ceil(LEAST_PERIOD / stepsPerUpdate)
  return { stepsBeforeLearning: first - 1, stepsPerUpdate, period }
}

/**
 * Measures an algorithm at some shapes, and closes it.
 *
 * Numbers: time and operations are means over whole periods of a learner that learns, so that what it does only now and then counts with
 * its share; in one step of 128 an episode terminates. Operations are those of the kernels (`kernelOperations`). Resident bytes are those of the whole process at the end.
 * Fails: rejects with NotFiniteError for a figure that is not finite, and with what the learner throws.
 */
export const measureAlgorithm = async (bench: Bench, algorithm: Algorithm, name: ShapesName): Promise<AlgorithmRow> => {
  const { learner, engine, bufferBytes } = await openAlgorithm(algorithm, name)
  try {
    const step = learnerStep(learner, shapes[name])
    const { period, ...rhythm } = await untilItLearns(bench, learner, step)
    const milliseconds = await stepMilliseconds(bench, step, undefined, period)
    const residentBytes = process.memoryUsage().rss
    // As many steps as make whole episodes too, since the last of one has fewer operations.
    const counted = (period * EPISODE) / greatestDivisor(period, EPISODE)
    const all = learner.countOperations?.(() => {
      for (let i = 0; i < counted; i++) step()
    })
    return {
      algorithm: algorithm.name,
      shapes: name,
      engine,
      operationsPerStep: all === undefined ? null : all / counted,
      ...rhythm,
      stateBytes: learner.bytes?.state ?? bytesOf(learner.snapshot()),
      bufferBytes,
      residentBytes,
      ...mediansOf({ microsecondsPerStep: milliseconds.map((each) => 1000 * each) }),
    }
  } finally {
    learner.close()
  }
}
