/** Serves a live page of a run on this machine. */
import type { ServerResponse } from 'node:http'
import { type SchedulerLike, asyncScheduler } from 'rxjs'
import { residentBytes } from '#host'
import type { MetricsSink } from '../records/metrics.js'
import type { EpisodeOutcome } from '../records/tensorBoard.js'
import { eventStreams, eventText } from './eventStreams.js'
import type { BeatCounts, RunDescription, RunEnding, RunProgress } from './frames.js'
import { liveRun } from './liveRun.js'
import { pageServer, refuse } from './pageServer.js'

/** Options of `dashboard`. */
export interface DashboardOptions {
  /** The port on 127.0.0.1, from 0 to 65535. The default is 0: any free one. */
  readonly port?: number
  /** What the page is headed. The default is `Rivulet`. */
  readonly title?: string
  /** Settings that the page lists, by name. The default is `{}`. */
  readonly settings?: RunDescription['settings']
  /** Gives the beats of the schedule so far, such as `schedule.report` of `realtime`; by default none are shown. */
  readonly beats?: () => BeatCounts | null
  /** Where its timers run; the default is `asyncScheduler`. */
  readonly scheduler?: SchedulerLike
}

/** A live page of a run. */
export interface Dashboard extends MetricsSink {
  /** Where the page is: `http://127.0.0.1:<port>/`. */
  readonly url: string
  /** Changes the title or the settings. */
  describe(changes: Partial<RunDescription>): void
  /** Takes an episode that ended, such as `tallyEpisodes` adds: a point of the learning curve. */
  writeEpisode(episode: EpisodeOutcome): void
  /** Takes a record of `progress`: the numbers at the top of the page. */
  writeProgress(progress: RunProgress): void
  /** Shows how the run ended, at once. */
  end(ending: RunEnding): void
  /** Ends the connections to all pages and frees the port; resolves when pages have what was sent, after a second at the latest. */
  close(): Promise<void>
}

/** Milliseconds from a record to the frame that has it: pages receive at most ten frames a second. */
const FRAME = 100
/** The path of the events. */
const EVENTS = '/events'

/**
 * Serves a live page of a run: its learning curve, all other numbers that its records have, and its settings.
 *
 * It is a sink of `writeMetrics`; `writeEpisode` and `writeProgress` take the other records. A page that is loaded, or loaded again,
 * receives everything so far, and then at most ten times a second what is new. Several pages may be open at once.
 *
 * The server listens on 127.0.0.1 alone. It answers no request with another host or from another origin, and the page itself asks for
 * nothing but its stream of events, which its content security policy holds. It does not keep the process alive.
 *
 * Memory: at most 1000 points of episodes and 500 of windows, of each of which neighbors become one when there would be more; for each page
 * what it has not received yet, at most 8 MiB, after which it is disconnected.
 * Numbers: as JavaScript writes them; one that is not finite is not shown.
 * Fails: rejects with the system's error if the port is not free, and with a RangeError if it is no port. Nothing that happens to a
 * page fails the run.
 */
export const dashboard = async (options: DashboardOptions = {}): Promise<Dashboard> => {
  const { port = 0, title = 'Rivulet', settings = {}, beats = () => null, scheduler = asyncScheduler } = options
  const { pageText, pagePolicy } = await import('./pageText.js')
  const run = liveRun({ title, settings }, { beats, memory: residentBytes })
  const streams = eventStreams(scheduler)

  /** Whether a frame is due. */
  let isWaiting = false
  const sendFrame = (): void => {
    if (streams.size === 0) return
    const update = run.update()
    streams.send(update === null ? eventText('history', run.history()) : eventText('update', update))
  }
  const connect = (response: ServerResponse): void => {
    // What the other pages do not have yet is in the history of this one.
    if (isWaiting) sendFrame()
    // Without a page, what came is noted and not sent.
    if (streams.size === 0) run.update()
    streams.open(response, eventText('history', run.history()))
  }
  const server = await pageServer({
    owner: 'dashboard',
    port,
    page: { content: pageText, policy: pagePolicy },
    paths: [EVENTS],
    has: (url) => url === EVENTS,
    answer: (_, response) =>
      streams.isFull ? refuse(response, 503, 'as many pages are open as may be') : connect(response),
    keepsProcess: false,
  })

  /** Sends a frame in a tenth of a second, unless one is waiting for that. */
  const sendSoon = (): void => {
    if (isWaiting || streams.size === 0) return
    isWaiting = true
    scheduler.schedule(() => {
      isWaiting = false
      sendFrame()
    }, FRAME)
  }
  let closing: Promise<void> | null = null
  const close = async (): Promise<void> => {
    sendFrame()
    await server.close(streams.close)
  }
  return {
    url: server.url,
    describe: (changes) => {
      run.describe(changes)
      sendSoon()
    },
    write: (window) => {
      run.addWindow(window)
      sendSoon()
    },
    writeEpisode: (episode) => {
      run.addEpisode(episode)
      sendSoon()
    },
    writeProgress: (progress) => {
      run.setProgress(progress)
      sendSoon()
    },
    end: (ending) => {
      run.setEnding(ending)
      sendFrame()
    },
    close: () => (closing ??= close()),
  }
}
