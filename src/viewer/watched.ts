/** Shows a simulator of MuJoCo on a page while a program uses it. */
import { type SchedulerLike, asyncScheduler } from 'rxjs'
import type { MujocoSimulator } from '../environments/mujoco/types.js'
import type { SavableSimulator } from '../types.js'
import { liveClips } from './liveClips.js'
import { viewer } from './viewer.js'

/** Options of `watched`. */
export interface WatchedOptions {
  /** The port on 127.0.0.1, from 0 to 65535. The default is 0: any free one. */
  readonly port?: number
  /** What the page is headed. The default is the name of the simulator's spec. */
  readonly title?: string
  /** Where its timers run. The default is `asyncScheduler`. */
  readonly scheduler?: SchedulerLike
}

/** A simulator that is shown. */
export interface Watched {
  /** The simulator, which is called through this one alone from here on. Its `close` does not close the page. */
  readonly simulator: SavableSimulator
  /** Where the page is: `http://127.0.0.1:<port>/`. */
  readonly url: string
  /** Ends the connections to all pages and frees the port. */
  close(): Promise<void>
}

/**
 * Serves a page that shows episodes of a simulator in 3D, such as one of a MuJoCo model of your own.
 *
 *     const { simulator, url } = await watched(await mujocoSimulator(task, { random }))
 *     const world = drive(simulator)
 *
 * The page plays whole episodes in real time: it asks for one when it has nearly played the one before, and the next episode that begins is
 * recorded for it. Without a page nothing is recorded. The server listens on 127.0.0.1 alone, answers no request with another host or from
 * another origin, and does not keep the process alive.
 *
 * Memory: the frames of one episode and the newest message; the snapshot is the simulator's own.
 * Numbers: the simulator's, bit for bit.
 * Fails: rejects with the system's error if the port is not free, and with a RangeError if it is no port. Nothing that happens to a page fails
 * the simulation.
 */
export const watched = async (simulator: MujocoSimulator, options: WatchedOptions = {}): Promise<Watched> => {
  const { name, stepSeconds } = simulator.spec
  const { port = 0, title = name, scheduler = asyncScheduler } = options
  const clips = liveClips({ about: (number) => `Episode ${number}`, scheduler })
  const page = await viewer({ port, title, isLive: true, clips, keepsProcess: false })
  const scene = simulator.visible()
  page.show(scene.model, stepSeconds)
  return {
    url: page.url,
    simulator: clips.record(simulator, scene),
    close: async () => {
      clips.close()
      await page.close()
    },
  }
}
