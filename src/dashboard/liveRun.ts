/** What a dashboard knows of a run: everything so far, thinned, and what came since the last frame. */
import type { Metrics } from '../records/metrics.js'
import type { EpisodeOutcome } from '../records/tensorBoard.js'
import {
  type BeatCounts,
  type History,
  MOST_EPISODES,
  MOST_WINDOWS,
  type RunDescription,
  type RunEnding,
  type RunProgress,
  type Status,
  type Update,
} from './frames.js'
import { recentPace } from './pace.js'
import { episodeRows, windowRows } from './rows.js'
import { type Row, thinned } from './thinned.js'

/** Most rows of a frame; if more have come, the next frame is the whole history, which is thinned. */
const MOST_ROWS = 2000

/** A run that is shown. */
export interface LiveRun {
  describe(changes: Partial<RunDescription>): void
  addEpisode(episode: EpisodeOutcome): void
  addWindow(window: Metrics): void
  setProgress(progress: RunProgress): void
  setEnding(ending: RunEnding): void
  /** Everything so far. */
  history(): History
  /** What came since the last call; null if everything has to be sent, since the description changed or too much has come. */
  update(): Update | null
}

/** Where a run is looked at beside its records. */
export interface RunGauges {
  readonly beats: () => BeatCounts | null
  readonly memory: () => number | null
}

/** A run without records. Memory: at most 1000 points of episodes and 500 of windows, and the rows of one frame. */
export const liveRun = (description: RunDescription, { beats, memory }: RunGauges): LiveRun => {
  let run = description
  const episodes = thinned(MOST_EPISODES)
  const windows = thinned(MOST_WINDOWS)
  const rowOfEpisode = episodeRows()
  const rowOfWindow = windowRows()
  const pace = recentPace()
  let progress: Omit<NonNullable<Status['progress']>, 'memoryBytes'> | null = null
  // Where episodes are written, the number at the top is that of the learning curve: a record of progress may be older than an episode.
  let newestMean: number | null = null
  let ending: RunEnding | null = null
  let newEpisodes: Row[] = []
  let newWindows: Row[] = []
  let mustSendAll = false

  const note = (rows: Row[], row: Row): void => {
    if (rows.length < MOST_ROWS) rows.push(row)
    else mustSendAll = true
  }
  const status = (): Status => ({
    progress: progress === null ? null : { ...progress, memoryBytes: memory() },
    beats: beats(),
    ending,
  })
  return {
    describe: (changes) => {
      run = { ...run, ...changes }
      mustSendAll = true
    },
    addEpisode: (episode) => {
      const row = rowOfEpisode(episode)
      episodes.add(row)
      newestMean = row.values['meanReturn']
      if (progress !== null) progress = { ...progress, meanReturn: newestMean }
      note(newEpisodes, row)
    },
    addWindow: (window) => {
      const row = rowOfWindow(window, beats())
      windows.add(row)
      note(newWindows, row)
    },
    setProgress: ({ steps, total, stepsPerSecond, episodes: ended, meanReturn, secondsLeft, seconds }) => {
      const recentStepsPerSecond = pace({ steps, seconds })
      progress = {
        steps,
        stepsPerSecond,
        recentStepsPerSecond,
        meanReturn: newestMean ?? meanReturn,
        seconds,
        secondsLeft,
        episodes: ended,
        total: Number.isFinite(total) ? total : null,
      }
    },
    setEnding: (now) => {
      ending = now
    },
    history: () => ({ run, episodes: episodes.state, windows: windows.state, status: status() }),
    update: () => {
      const since = mustSendAll ? null : { episodes: newEpisodes, windows: newWindows, status: status() }
      newEpisodes = []
      newWindows = []
      mustSendAll = false
      return since
    },
  }
}
