/** `rivulet film`: a film of a policy in its task, or of a task. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { asyncScheduler, filter, identity, lastValueFrom, range, scheduled, tap } from 'rxjs'
import { escaped } from '../edge/escaped.js'
import { reason } from '../failure.js'
import { type Film, film as filmOf } from '../film/film.js'
import type { Clip } from '../viewer/clip.js'
import { type CommandProcess, signalOf } from './commandProcess.js'
import { displayInterval, displayRecords, untilAborted } from './display.js'
import { type Exit, failed, interrupted } from './exit.js'
import { writeOut } from './experiment.js'
import type { FilmRequest } from './filmOptions.js'
import { countWithNoun, decimalText } from './numberText.js'
import { closePlayed, openPlayed, type Played } from './played.js'

/** Plays so many episodes, or as many as fill the film. */
const playedClips = async (
  { episodes, spec, acting }: Played,
  { episodes: count, seconds }: FilmRequest,
  interruption: AbortSignal,
): Promise<readonly Clip[]> => {
  const clips: Clip[] = []
  let played = 0
  const stop = (): void => void episodes.stop()
  interruption.addEventListener('abort', stop)
  while (clips.length < count && played < seconds && !interruption.aborted) {
    const clip = await episodes.play()
    if (clip === null) break
    clips.push({ ...clip, about: acting })
    played += clip.frames.length * spec.stepSeconds
  }
  interruption.removeEventListener('abort', stop)
  return clips
}

/** Draws all pictures of a film, and shows how far it has come. */
const shoot = async (film: Film, { progress }: FilmRequest, commandProcess: CommandProcess): Promise<void> => {
  const { clock, interruption } = commandProcess
  const lineOf = (picture: number): string => `${picture + 1}/${countWithNoun(film.length, 'picture')}`
  const shown = progress ? await displayRecords<number>(commandProcess, lineOf) : identity
  const every = displayInterval(commandProcess)
  let shownAt = clock.now()
  const isDue = (): boolean => {
    if (clock.now() - shownAt < every) return false
    shownAt = clock.now()
    return true
  }
  // Each picture is drawn in a turn of its own, between which signals come in.
  const pictures$ = scheduled(range(0, film.length), asyncScheduler).pipe(tap(film.shoot), untilAborted(interruption))
  await lastValueFrom(pictures$.pipe(filter(isDue), shown), { defaultValue: null })
}

const filmedText = (
  { spec, acting }: Played,
  clips: readonly Clip[],
  film: Film,
  { out, fps }: FilmRequest,
): string => {
  const returns = clips.map(({ rewards }) => decimalText(rewards.reduce((sum, reward) => sum + reward, 0)))
  const whole =
    clips.length === 1 ? `one episode, return ${returns[0]}` : `${clips.length} episodes, returns ${returns.join(', ')}`
  return (
    `${escaped(out)}: ${decimalText(film.length / fps)} s of ${spec.name}, ${escaped(acting)}; ` +
    `${countWithNoun(film.length, 'picture')} of ${whole}.`
  )
}

const filmed = (
  played: Played,
  request: FilmRequest,
  commandProcess: CommandProcess,
): TE.TaskEither<Exit, { readonly bytes: Uint8Array; readonly text: string }> =>
  TE.tryCatch(
    async () => {
      const { interruption } = commandProcess
      const clips = await playedClips(played, request, interruption)
      const format = request.out.endsWith('.gif') ? 'gif' : 'apng'
      const nothing = { bytes: new Uint8Array(0), text: '' }
      if (interruption.aborted) return nothing
      const film = await filmOf(played.scene.model, clips, { ...request, format, stepSeconds: played.spec.stepSeconds })
      await shoot(film, request, commandProcess)
      if (interruption.aborted) return nothing
      return { bytes: film.finish(), text: filmedText(played, clips, film, request) }
    },
    (error) => failed(reason(error)),
  )

/** Films as requested; returns a sentence. A signal ends it after the picture under way, and nothing is written. */
export const film = (request: FilmRequest, commandProcess: CommandProcess): TE.TaskEither<Exit, string> =>
  TE.bracket(
    openPlayed(request),
    (played) => async () => {
      const release = commandProcess.guard(async (cause) =>
        cause instanceof Error ? failed(reason(cause)) : interrupted(cause, `${cause}: nothing was written`),
      )
      const result = await filmed(played, request, commandProcess)().finally(release)
      const signal = signalOf(commandProcess.interruption)
      if (signal !== null) return E.left(interrupted(signal, `${signal}: nothing was written`))
      return pipe(
        TE.fromEither(result),
        TE.flatMap(({ bytes, text }) =>
          pipe(
            writeOut(request.out, bytes, commandProcess),
            TE.map(() => text),
          ),
        ),
      )()
    },
    closePlayed,
  )
