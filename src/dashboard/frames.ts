/** What the server of a dashboard sends to its pages, as JSON. */
import type { Row, ThinnedState } from './thinned.js'

/** What is shown of a run beside its numbers. */
export interface RunDescription {
  /** What the page is headed. */
  readonly title: string
  /** Settings of the run by name, which the page lists; records within them are listed by the path of their fields. */
  readonly settings: Readonly<Record<string, unknown>>
}

/** How far a run has come: the records of `progress` are such. */
export interface RunProgress {
  /** Actions executed. */
  readonly steps: number
  /** Actions that the run will have executed at its end; Infinity where it has none. */
  readonly total: number
  /** Of the whole run. */
  readonly stepsPerSecond: number
  /** Episodes ended. */
  readonly episodes: number
  /** Mean return of the last ten episodes, or of as many as have ended; null before the first has ended. */
  readonly meanReturn: number | null
  /** Null before there is a pace, and for a run without end. */
  readonly secondsLeft: number | null
  /** Seconds of the run. */
  readonly seconds: number
}

/** The beats of a schedule so far: the reports of `realtime` are such. */
export interface BeatCounts {
  readonly beats: number
  readonly misses: number
  /** Milliseconds from the beat to the step. */
  readonly lateness: { readonly p50: number; readonly p99: number; readonly max: number }
}

/** How a run ended; `interrupted`: by a signal, or from outside. */
export interface RunEnding {
  readonly outcome: 'completed' | 'interrupted' | 'failed'
  /** Sentences for the reader: why it ended, and where its files are. The default is none. */
  readonly lines?: readonly string[]
}

/** The run at present. A number that is not finite is null. */
export interface Status {
  readonly progress:
    | (Omit<RunProgress, 'total'> & {
        /** Null where the run has no end. */
        readonly total: number | null
        /** Over the last two seconds; null before there are two records. */
        readonly recentStepsPerSecond: number | null
        /** Bytes of memory that the process occupies (resident set); null where the platform does not say. */
        readonly memoryBytes: number | null
      })
    | null
  readonly beats: BeatCounts | null
  readonly ending: RunEnding | null
}

/** Everything so far: the first frame of each connection, and the next one after `describe`. The event `history`. */
export interface History {
  readonly run: RunDescription
  /** A row for each episode, as `episodeRow` makes it. */
  readonly episodes: ThinnedState
  /** A row for each window of metrics, as `windowRow` makes it. */
  readonly windows: ThinnedState
  readonly status: Status
}

/** What came since the last frame. The event `update`. */
export interface Update {
  readonly episodes: readonly Row[]
  readonly windows: readonly Row[]
  readonly status: Status
}

/** Most points of episodes. */
export const MOST_EPISODES = 1000
/** Most points of windows of metrics, of which each has more numbers. */
export const MOST_WINDOWS = 500
