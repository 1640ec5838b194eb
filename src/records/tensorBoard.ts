/** Writes what a run measures to an event file, which TensorBoard shows. */
import { hostName, paths } from '#host'
import { type GrowingFile, growingFile } from '../edge/growingFile.js'
import { mean } from '../mean.js'
import { type Clock, calendar } from '../time/clock.js'
import { eventRecord } from './eventRecord.js'
import type { MetricsSink } from './metrics.js'
import { episodeTags, metricsTags, rolloutTags } from './tensorBoardTags.js'

/** An episode, as `tallyEpisodes` adds it up. */
export interface EpisodeOutcome {
  /** Actions executed in the run when the episode ended. */
  readonly step: number
  readonly length: number
  /** The undiscounted sum of its rewards. */
  readonly return: number
}

/** An open event file. Each call has given its record to the system when it returns, so that a crash loses none. */
export interface TensorBoard extends MetricsSink {
  readonly path: string
  /** Writes an episode that ended. */
  writeEpisode(episode: EpisodeOutcome): void
  /** Writes numbers by tags of your own, such as `eval/mean_reward`. Fails: throws a RangeError unless `step` is an integer from 0. */
  writeScalars(step: number, scalars: Readonly<Record<string, number>>): void
  /** Throws if the path does not lead to the file any more. */
  checkPath(): void
  /** Waits until the disk has the file, and closes it; writing then throws. */
  close(): void
}

/** Options of `tensorBoard`. */
export interface TensorBoardOptions {
  /** Gives milliseconds since 1970; the default is the calendar of the machine. */
  readonly clock?: Clock
}

/** Episodes of which `rollout/` has the mean, as in Stable-Baselines3. */
const WINDOW = 100

/** Most event files of one directory, host and second. */
const MOST_FILES = 1000

/** Opens a new file: TensorBoard recognizes it by `tfevents` in its name, and orders the files of a directory by their names. */
const open = async (directory: string, seconds: number): Promise<GrowingFile> => {
  const { join } = await paths()
  const path = join(directory, `events.out.tfevents.${String(seconds).padStart(10, '0')}.${await hostName()}`)
  for (let number = 1; ; number++) {
    try {
      return await growingFile(number === 1 ? path : `${path}.${number}`)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || number === MOST_FILES) throw error
    }
  }
}

/**
 * Opens a new event file in an existing directory; `tensorboard --logdir` shows it while it is written.
 *
 * The tags are those of Stable-Baselines3 and CleanRL where they have one: `rollout/ep_rew_mean`, `rollout/ep_len_mean`,
 * `charts/episodic_return`, `charts/episodic_length`, `time/fps`, `train/actor_loss`, `train/critic_loss`; all other numbers are under
 * `rivulet/`.
 *
 * Memory: the returns and lengths of the last 100 episodes, of which `rollout/` has the means.
 * Numbers: float32, as the format has them; steps are integers.
 * Fails: rejects if the file cannot be made. `write` and its siblings throw if the disk does not accept a record; the file then ends with
 * the record before.
 */
export const tensorBoard = async (
  directory: string,
  { clock = calendar }: TensorBoardOptions = {},
): Promise<TensorBoard> => {
  const file = await open(directory, Math.floor(clock.now() / 1000))
  let returns: readonly number[] = []
  let lengths: readonly number[] = []

  const append = (event: Parameters<typeof eventRecord>[0]): void => {
    const failure = file.append(eventRecord(event))
    if (failure !== null) throw failure.error
  }
  const writeScalars: TensorBoard['writeScalars'] = (step, scalars) => {
    if (!Number.isSafeInteger(step) || step < 0) {
      throw new RangeError(`tensorBoard: step: expected an integer from 0 up, got ${step}`)
    }
    append({ wallTime: clock.now() / 1000, step, scalars })
  }
  try {
    append({ wallTime: clock.now() / 1000, step: 0, fileVersion: 'brain.Event:2' })
  } catch (error) {
    file.close()
    throw error
  }
  return {
    path: file.path,
    write: (metrics) => {
      const rollout = returns.length === 0 ? {} : rolloutTags(mean(returns), mean(lengths))
      writeScalars(metrics.step, { ...rollout, ...metricsTags(metrics) })
    },
    writeEpisode: (episode) => {
      returns = [...returns, episode.return].slice(-WINDOW)
      lengths = [...lengths, episode.length].slice(-WINDOW)
      writeScalars(episode.step, episodeTags(episode))
    },
    writeScalars,
    checkPath: file.checkPath,
    close: file.close,
  }
}
