/** The page that shows a run's own episodes while it learns, `--watch`. docs/watching.md describes it. */
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import { asyncScheduler } from 'rxjs'
import type { RunSettings } from '../runs/config.js'
import { hasScene, sceneOf } from '../runs/visibleTask.js'
import type { SavableSimulator } from '../types.js'
import { liveClips } from '../viewer/liveClips.js'
import { viewer } from '../viewer/viewer.js'
import { type CommandProcess, writeLines } from './commandProcess.js'
import { type Exit, badInput } from './exit.js'
import { portTaken } from './portTaken.js'

/** A run's page. */
export interface LiveView {
  /** The simulator of the run with its recorder; the same one where nothing is shown. */
  record(simulator: SavableSimulator): SavableSimulator
  /** Ends the connections to pages. */
  close(): Promise<void>
}

const noView: LiveView = { record: (simulator) => simulator, close: async () => undefined }

const openPage = (
  port: number,
  { task, algorithm, seed }: RunSettings,
  about: () => string,
): TE.TaskEither<Exit, LiveView & { readonly url: string }> =>
  TE.tryCatch(
    async () => {
      const clips = liveClips({ about, scheduler: asyncScheduler })
      const title = `${task}, ${algorithm}, seed ${seed}`
      const page = await viewer({ port, title, isLive: true, clips, keepsProcess: false })
      return {
        url: page.url,
        record: (simulator) => {
          const scene = sceneOf(simulator)
          if (scene === null) return simulator
          page.show(scene.model, simulator.spec.stepSeconds)
          return clips.record(simulator, scene)
        },
        close: async () => {
          clips.close()
          await page.close()
        },
      }
    },
    (error) => portTaken('--watch', port, error),
  )

/**
 * Serves the page of a run on a port, 0 for any that is free, and writes its address to the standard error stream; nothing for null. `about` gives
 * a line about the episode that ends now.
 *
 * Fails: bad input if the port cannot be had, and for a task that has no scene.
 */
export const openLiveView = (
  port: number | null,
  run: RunSettings,
  about: () => string,
  commandProcess: CommandProcess,
): TE.TaskEither<Exit, LiveView> => {
  if (port === null) return TE.right(noView)
  return pipe(
    TE.fromTask(() => hasScene(run.task)),
    TE.flatMap((isVisible) =>
      isVisible
        ? openPage(port, run, about)
        : TE.left(
            badInput([
              { path: '--watch', expected: 'a task on MuJoCo, which has a scene', got: run.task, nearest: null },
            ]),
          ),
    ),
    TE.tapIO(
      ({ url }) =>
        () =>
          writeLines(commandProcess, [`watch: ${url}`]),
    ),
  )
}
