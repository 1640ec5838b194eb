/** A training run: the public pipeline, composed from a decoded config. */
import { pipe } from 'fp-ts/lib/function.js'
import { type Observable, tap } from 'rxjs'
import { actuate } from '../../operators/actuate.js'
import { appendTime } from '../../operators/appendTime.js'
import { type CheckpointEveryOptions, checkpointEvery } from '../../operators/checkpointEvery.js'
import { clipAction } from '../../operators/clipAction.js'
import { clipObservation } from '../../operators/clipObservation.js'
import { clipReward } from '../../operators/clipReward.js'
import { normalizeObservation } from '../../operators/normalizeObservation.js'
import { normalizeReward } from '../../operators/normalizeReward.js'
import { type Progress, type ProgressState, emptyProgress, progress } from '../../operators/progress.js'
import { rescaleAction } from '../../operators/rescaleAction.js'
import { sampleAction } from '../../operators/sampleAction.js'
import { takeSteps } from '../../operators/takeSteps.js'
import { type Tally, emptyTally, tallyEpisodes } from '../../operators/tallyEpisodes.js'
import { type EarlierStep, transitions } from '../../operators/transitions.js'
import { update } from '../../operators/update.js'
import { writeMetrics } from '../../operators/writeMetrics.js'
import { type Clock, systemClock } from '../time/clock.js'
import type { ClosableLearner } from '../learners/algorithm.js'
import { type Cell, cell } from '../cell.js'
import { pick, type Values } from '../edge/settings.js'
import { type RunningMoments, runningMoments } from '../moments.js'
import { type MetricsSink, type MetricsState, emptyMetrics } from '../records/metrics.js'
import { seeded } from '../random.js'
import type { Driver, Spec, TimeStep, Unpaired } from '../types.js'
import { algorithmNamed } from './algorithms.js'
import { guard } from '../guard/guard.js'
import type { GuardOptions } from '../guard/guardOptions.js'
import type { RunSettings } from './config.js'
import { learnerSpec } from './learnerSpec.js'
import type { EpisodeRow } from './episodeRows.js'

/** The parts of a run that learn. */
export interface Agent {
  /** Its `close` frees its threads and tensors. */
  readonly learner: ClosableLearner
  /** Of observations. */
  readonly moments: RunningMoments
  /** Of discounted returns, by whose deviation rewards are divided. */
  readonly rewardMoments: RunningMoments
}

/** The random number generator of a run's world; the learner draws from other streams, so that neither changes the other's numbers. */
export const environmentRandom = ({ seed }: RunSettings) => seeded(seed)('environment')

/** The engine of a run with its own options, which stand beside its name. */
export const engineOf = (run: RunSettings) => {
  const engine = algorithmNamed(run.algorithm).engines[run.engine]
  return { engine, options: pick(run, engine.options) }
}

/**
 * A run's agent in a world of this spec, before its first step. With `onDivergence` at `rollback` its learner is under guard, which calls
 * `onTrip` with each trip; the default does nothing.
 *
 * Fails: rejects with a message of one line if its engine cannot be loaded.
 */
export const openAgent = async (
  run: RunSettings,
  spec: Spec,
  onTrip: NonNullable<GuardOptions['onTrip']> = () => undefined,
): Promise<Agent> => {
  const random = seeded(run.seed)
  const { engine, options } = engineOf(run)
  const sources = { random: random('policy'), initialization: random('initialization') }
  const learner = await engine.open(await learnerSpec(run, spec), run.settings, options, sources)
  const moments = runningMoments({ ...spec.observation, estimator: run.varianceEstimator })
  const rewardMoments = runningMoments({
    size: 1,
    names: ['return'],
    estimator: run.normalizeReward === 'stream-ac' ? 'sample' : 'population',
  })
  if (run.onDivergence !== 'rollback') return { learner, moments, rewardMoments }
  const safeAction = safeActionOf(run, spec)
  const guarded = guard(learner, {
    onDivergence: 'rollback',
    safeAction,
    alongside: [moments, rewardMoments],
    onTrip,
  })
  return { learner: guarded, moments, rewardMoments }
}

/** The middle of the world's bounds, in the policy's units; 0 where the world has none. */
const safeActionOf = ({ actionRange }: RunSettings, { action: { low, high } }: Spec): readonly number[] =>
  Array.from(low, (least, i) => {
    const middle = (least + high[i]) / 2
    return actionRange === 'rescale' || !Number.isFinite(middle) ? 0 : middle
  })

/** The memory of a run's pipeline: a cell for each operator that has one. The learner and the moments have their own. */
export interface TrainCells {
  /** Of `normalizeReward`: the discounted return so far. */
  readonly discountedReturn: Cell<number>
  /** Of `appendTime`: actions in the present episode. */
  readonly episodeActions: Cell<number>
  /** Of `transitions`. */
  readonly earlierStep: Cell<EarlierStep | null>
  /** Of `takeSteps`: actions executed. */
  readonly steps: Cell<number>
  /** Of `tallyEpisodes`. */
  readonly tally: Cell<Tally>
  /** Of `writeMetrics`. */
  readonly metrics: Cell<MetricsState>
  /** Of `progress`, with the milliseconds of the run. */
  readonly progress: Cell<ProgressState>
}

/** The cells of a run that has not begun. */
export const trainCells = (): TrainCells => ({
  discountedReturn: cell(0),
  episodeActions: cell(0),
  earlierStep: cell<EarlierStep | null>(null),
  steps: cell(0),
  tally: cell(emptyTally),
  metrics: cell(emptyMetrics),
  progress: cell(emptyProgress),
})

/** The parts of a run beside its settings. */
export interface TrainParts {
  readonly world: Driver
  readonly agent: Agent
  /** The memory of the pipeline: `trainCells()` at the beginning of a run. */
  readonly cells: TrainCells
  /** Called with each episode when it ends; an error that it throws ends the run. */
  readonly writeEpisode: (row: EpisodeRow) => void
  /** Receives the metrics of each window of 1000 actions; an error that it throws ends the run. By default they are not measured. */
  readonly metrics?: MetricsSink
  /** How the run is saved from time to time; without it, it is not. */
  readonly checkpoints?: Omit<CheckpointEveryOptions, 'clock'>
  /** Milliseconds from one progress record to the next, at least. The default is 100. */
  readonly every?: number
  /** Where time is read, in ms. The default is `systemClock`. */
  readonly clock?: Clock
}

const unchanged = <T>(source: Observable<T>): Observable<T> => source

/** The discount of the returns by which rewards are normalized: the algorithm's own. */
const rewardDiscount = ({ algorithm, settings }: RunSettings): number => {
  const { discount } = settings as Values
  if (typeof discount === 'number') return discount
  throw new RangeError(`normalizeReward must be none with ${algorithm}, which has no discount`)
}

/** Rescales, clips and extends what a learner sees, as the settings of the run say. What stands side by side here does not depend on its order. */
const seenByLearner =
  (run: RunSettings, { moments, rewardMoments }: Agent, cells: TrainCells, { stepLimit }: Spec) =>
  <T extends Unpaired>(source: Observable<T>): Observable<T> =>
    pipe(
      source,
      run.normalizeObservation ? normalizeObservation(moments) : unchanged,
      run.clipObservation === 'none' ? unchanged : clipObservation(run.clipObservation),
      run.normalizeReward === 'none'
        ? unchanged
        : normalizeReward(rewardMoments, {
            discount: rewardDiscount(run),
            clearedBy: run.normalizeReward === 'stream-ac' ? 'last' : 'terminated',
            cell: cells.discountedReturn,
          }),
      run.clipReward === 'none' ? unchanged : clipReward(run.clipReward),
      run.appendTime ? appendTime(stepLimit, { cell: cells.episodeActions }) : unchanged,
    )

/** Calls `writeEpisode` with each episode that ended and the seconds of the run in the cell of `progress`. */
const recordEpisodes =
  (writeEpisode: TrainParts['writeEpisode'], run: Cell<ProgressState>) =>
  <T extends TimeStep & { readonly episode: Omit<EpisodeRow, 'seconds'> | null }>(source: Observable<T>) =>
    tap(({ episode }: T) => {
      if (episode !== null) writeEpisode({ ...episode, seconds: run.value.elapsed / 1000 })
    })(source)

/**
 * Trains an agent in a world for the number of steps in the settings, and emits its progress from time to time.
 *
 * Completes after the last step; unsubscribing ends the run and stops the world. The caller calls `world.stop()` and `world.close()`,
 * so that it can await and save the world.
 *
 * Memory: that of the agent and the world, and `cells`, which are the caller's. Restored together, they continue a run that was stopped
 * after a record.
 * Numbers: the returns of episodes are sums of the world's rewards, whatever the learner sees of them. Two runs of equal settings, each in a world made with `environmentRandom`, write the same episodes but for `seconds`.
 * Fails: RangeError for `normalizeReward` with an algorithm that has no discount. Error notification with every error that a part throws,
 * those of the disk included; episodes and metrics written before stay in their files.
 */
export const train = (
  run: RunSettings,
  { world, agent, cells, writeEpisode, metrics, checkpoints, every = 100, clock = systemClock }: TrainParts,
): Observable<Progress> => {
  const { learner } = agent
  const { scalars } = algorithmNamed(run.algorithm)
  const { action } = world.spec
  return pipe(
    world.timeSteps,
    checkpoints === undefined ? unchanged : checkpointEvery({ ...checkpoints, clock }),
    tallyEpisodes({ cell: cells.tally }),
    seenByLearner(run, agent, cells, world.spec),
    transitions({ cell: cells.earlierStep }),
    update(learner),
    sampleAction(learner),
    run.actionRange === 'clip' ? clipAction(action) : rescaleAction(action),
    actuate(world),
    takeSteps(run.steps, { cell: cells.steps }),
    recordEpisodes(writeEpisode, cells.progress),
    metrics === undefined ? unchanged : writeMetrics(metrics, { scalars, learner, clock, cell: cells.metrics }),
    progress({ total: run.steps, every, clock, cell: cells.progress }),
  )
}
