/** The words of `rivulet watch`, its help, and the codec that reads the words. */
import type { Command } from 'commander'
import { type Either, map, mapLeft } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { closed, text } from '../edge/codecs.js'
import { decode, type Failure } from '../edge/decode.js'
import { portField } from './dashboardOptions.js'
import { declarePlayed, integerFrom, type PlayedRequest, playedFields, SEED } from './playedOptions.js'
import { flagOf } from './textCodecs.js'

/** Most episodes that are kept for playing them again. */
const MOST_EPISODES = 100

const optionFields = { ...playedFields, episodes: integerFrom(1, MOST_EPISODES), port: portField }

/** A codec for the argument and each option of `watch`, by name. */
export const watchFields = { what: text, ...optionFields }
const codec = closed({ what: text }, optionFields)

/** A decoded command line of `rivulet watch`. */
export interface WatchRequest extends PlayedRequest {
  /** Episodes that are played, after which they come again; Infinity for no end. */
  readonly episodes: number
  /** The port on 127.0.0.1; 0 for any free one. */
  readonly port: number
}

/** Adds the argument and the options of `watch` to a command. */
export const declareWatch = (command: Command): Command =>
  declarePlayed(
    command.description('serve a page on 127.0.0.1 that shows a policy or a task in 3D, in real time, until Ctrl-C'),
  )
    .option(
      '--episodes <number>',
      `episodes that are played again and again, at most ${MOST_EPISODES} (default: new ones without end)`,
    )
    .option('--port <port>', 'the port of the page (default: any free one)')
    .addHelpText(
      'after',
      '\nThe k-th episode of a seed begins as that of rivulet evaluate does. The page works offline; it needs WebGL.' +
        '\nrivulet train --watch shows a run while it learns.' +
        '\n\nExamples:\n  rivulet watch runs/try\n  rivulet watch Humanoid-v4 --actions zeros',
    )

/**
 * Reads the words as they were written.
 *
 * Fails: a failure for each word that was refused, by its name on the command line.
 */
export const readWatch = (what: string | undefined, options: object): Either<readonly Failure[], WatchRequest> =>
  pipe(
    decode(codec)({ ...options, what }),
    map(
      ({
        episodes = Infinity,
        seed = SEED,
        stochastic = false,
        actions = null,
        taskOption = [],
        port = 0,
        ...rest
      }) => ({
        ...rest,
        episodes,
        seed,
        stochastic,
        actions,
        taskOption,
        port,
      }),
    ),
    mapLeft((failures) =>
      failures.map((failure) => (failure.path === 'what' ? failure : { ...failure, path: flagOf(failure.path) })),
    ),
  )
