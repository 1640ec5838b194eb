/** `rivulet watch`: a page that shows a policy in its task, or a task. */
import { once } from 'node:events'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { reason } from '../failure.js'
import { replayedClips } from '../viewer/replayedClips.js'
import { type Viewer, viewer } from '../viewer/viewer.js'
import { type CommandProcess, signalOf, writeLines } from './commandProcess.js'
import { type Exit, failed, interrupted } from './exit.js'
import { countText } from './numberText.js'
import { closePlayed, openPlayed, type Played } from './played.js'
import { portTaken } from './portTaken.js'
import type { WatchRequest } from './watchOptions.js'

const openViewer = (
  { spec, scene, episodes, acting }: Played,
  { port, seed, episodes: count }: WatchRequest,
): TE.TaskEither<Exit, Viewer> =>
  TE.tryCatch(
    async () => {
      const clips = replayedClips({
        model: scene.model,
        episodes: count,
        play: async () => {
          const clip = await episodes.play()
          if (clip === null) throw new Error('the command is ending')
          return { ...clip, about: `Episode ${countText(clip.number)} of seed ${seed}: ${acting}` }
        },
      })
      const opened = await viewer({ port, title: spec.name, isLive: false, clips, keepsProcess: true })
      opened.show(scene.model, spec.stepSeconds)
      return opened
    },
    (error) => portTaken('--port', port, error),
  )

/** Serves the page until a signal comes, which is how it is meant to end. */
const serveUntilSignal =
  ({ url }: Viewer, commandProcess: CommandProcess): TE.TaskEither<Exit, string> =>
  async () => {
    const { interruption } = commandProcess
    const release = commandProcess.guard(async (cause) =>
      cause instanceof Error ? failed(reason(cause)) : interrupted(cause, `${cause}: stopped at once`),
    )
    try {
      writeLines(commandProcess, [`watch: ${url} (Ctrl-C ends it)`])
      if (!interruption.aborted) await once(interruption, 'abort')
      const signal = signalOf(interruption)
      return signal === null ? E.right('') : E.left(interrupted(signal, `${signal}: the page is closed`))
    } finally {
      release()
    }
  }

/** Shows as requested, until a signal ends it. */
export const watch = (request: WatchRequest, commandProcess: CommandProcess): TE.TaskEither<Exit, string> =>
  TE.bracket(
    openPlayed(request),
    (played) =>
      TE.bracket(
        openViewer(played, request),
        (opened) => serveUntilSignal(opened, commandProcess),
        (opened) => TE.fromTask(opened.close),
      ),
    closePlayed,
  )
