/** A training run: the public pipeline, composed from a decoded config. */
import { pipe } from 'fp-ts/lib/function.js'
import { type Observable, defer, tap } from 'rxjs'
import { actuate } from '../../operators/actuate.js'
import { clipAction } from '../../operators/clipAction.js'
import { normalizeObservation } from '../../operators/normalizeObservation.js'
import { type Progress, progress } from '../../operators/progress.js'
import { rescaleAction } from '../../operators/rescaleAction.js'
import { sampleAction } from '../../operators/sampleAction.js'
import { takeSteps } from '../../operators/takeSteps.js'
import { type Tally, tallyEpisodes } from '../../operators/tallyEpisodes.js'
import { transitions } from '../../operators/transitions.js'
import { update } from '../../operators/update.js'
import { type Clock, systemClock } from '../time/clock.js'
import type { ClosableLearner } from '../learners/algorithm.js'
import type { Cell } from '../cell.js'
import { pick } from '../edge/settings.js'
import { type RunningMoments, runningMoments } from '../moments.js'
import { seeded } from '../random.js'
import type { Driver, Spec, TimeStep } from '../types.js'
import { algorithmNamed } from './algorithms.js'
import type { RunSettings } from './config.js'
import type { EpisodeRow } from './runDirectory.js'

/** All that learns in a run. */
export interface Agent {
  /** Closing it frees its threads and tensors. */
  readonly learner: ClosableLearner
  readonly moments: RunningMoments
}

/** The random numbers behind a run's world; its learner draws from streams of its own, so that neither moves the other's. */
export const environmentRandom = ({ seed }: RunSettings) => seeded(seed)('environment')

/** The engine of a run with its own options, which stand beside its name. */
export const engineOf = (run: RunSettings) => {
  const engine = algorithmNamed(run.algorithm).engines[run.engine]
  return { engine, options: pick(run, engine.options) }
}

/** A run's agent before its first step; rejects in one line where its engine cannot be loaded. */
export const agentFor = async (run: RunSettings, spec: Spec): Promise<Agent> => {
  const random = seeded(run.seed)
  const { engine, options } = engineOf(run)
  const sources = { random: random('policy'), initialization: random('initialization') }
  return {
    learner: await engine.open(spec, run.settings, options, sources),
    moments: runningMoments(spec.observation),
  }
}

/** What a run is composed of beside its settings. */
export interface TrainParts {
  readonly world: Driver
  readonly agent: Agent
  /** Takes each episode as it ends; what it throws ends the run. */
  readonly writeEpisode: (row: EpisodeRow) => void
  /** Milliseconds from one progress record to the next, at least. */
  readonly every?: number
  readonly clock?: Clock
  /** Counts the run's steps and episodes, for whoever must tell how far a run came that did not finish. */
  readonly tally?: Cell<Tally>
}

const unchanged = <T>(source: Observable<T>): Observable<T> => source

/** Adds up time from the subscription on, and hands each episode that ended to `writeEpisode`. */
const recordEpisodes =
  ({ writeEpisode, clock = systemClock }: Pick<TrainParts, 'writeEpisode' | 'clock'>) =>
  <T extends TimeStep & { readonly episode: Omit<EpisodeRow, 'seconds'> | null }>(
    source: Observable<T>,
  ): Observable<T> =>
    defer(() => {
      const start = clock.now()
      return tap(({ episode }: T) => {
        if (episode !== null) writeEpisode({ ...episode, seconds: (clock.now() - start) / 1000 })
      })(source)
    })

/**
 * Trains an agent in a world for as many steps as the settings say, and tells from time to time how far it came.
 *
 * Completes after the last step; unsubscribing ends the run and stops the world. `world.stop()` and `world.close()` stay
 * with whoever made the world, so that it can be awaited and saved.
 *
 * Memory: the agent's and the world's, the caller's; `tally`, where given.
 * Numbers: two runs of equal settings, each in a world made with `environmentChance`, write the same episodes but for `seconds`.
 * Fails: error notification with whatever a part throws, the disk included; what was written before is kept.
 */
export const train = (
  run: RunSettings,
  { world, agent, writeEpisode, ...options }: TrainParts,
): Observable<Progress> => {
  const { learner, moments } = agent
  const { action } = world.spec
  const { every = 100, clock = systemClock, tally } = options
  return pipe(
    world.timeSteps,
    run.normalizeObservation ? normalizeObservation(moments) : unchanged,
    transitions(),
    update(learner),
    sampleAction(learner),
    run.actionRange === 'clip' ? clipAction(action) : rescaleAction(action),
    actuate(world),
    takeSteps(run.steps),
    tallyEpisodes(tally === undefined ? {} : { cell: tally }),
    recordEpisodes({ writeEpisode, clock }),
    progress({ total: run.steps, every, clock }),
  )
}
