/** The words of `rivulet film`, its help, and the codec that reads the words. */
import type { Command } from 'commander'
import { type Either, map, mapLeft } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { closed, positiveInteger, positiveNumber, text, yesOrNo } from '../edge/codecs.js'
import { decode, type Failure } from '../edge/decode.js'
import { fileName } from './experimentOptions.js'
import { declarePlayed, integerFrom, type PlayedRequest, playedFields, SEED } from './playedOptions.js'
import { flagOf, fromText } from './textCodecs.js'

const size = integerFrom(16, 4096)
const optionFields = {
  ...playedFields,
  episodes: fromText(positiveInteger),
  out: fileName(['.gif', '.apng', '.png']),
  seconds: fromText(positiveNumber),
  width: size,
  height: size,
  fps: integerFrom(1, 50),
  contacts: yesOrNo,
  progress: yesOrNo,
}

/** A codec for the argument and each option of `film`, by name. */
export const filmFields = { what: text, ...optionFields }
const codec = closed({ what: text }, optionFields)

const defaults = {
  out: 'film.gif',
  episodes: 1,
  seconds: 10,
  width: 480,
  height: 360,
  fps: 25,
  seed: SEED,
  stochastic: false,
  actions: null,
  taskOption: [],
  contacts: false,
  progress: true,
}

/** A decoded command line of `rivulet film`. */
export interface FilmRequest extends PlayedRequest {
  readonly out: string
  readonly episodes: number
  /** The most seconds of the film. */
  readonly seconds: number
  /** Pixels. */
  readonly width: number
  readonly height: number
  readonly fps: number
  readonly contacts: boolean
  readonly progress: boolean
}

/** Adds the argument and the options of `film` to a command. */
export const declareFilm = (command: Command): Command =>
  declarePlayed(command.description('write a film of a policy or a task, as GIF or animated PNG; no browser is needed'))
    .option('--episodes <number>', `episodes one after another (default: ${defaults.episodes})`)
    .option('--out <file>', `a .gif, .apng or .png file, which is replaced if it exists (default: ${defaults.out})`)
    .option('--seconds <number>', `the most seconds of the film (default: ${defaults.seconds})`)
    .option('--width <pixels>', `its width (default: ${defaults.width})`)
    .option('--height <pixels>', `its height (default: ${defaults.height})`)
    .option('--fps <number>', `pictures a second; a second is one of the simulation (default: ${defaults.fps})`)
    .option('--contacts', 'show where things touch (default: do not)')
    .option('--no-progress', 'print no progress')
    .addHelpText(
      'after',
      '\nThe k-th episode of a seed begins as that of rivulet evaluate does. A GIF has 256 colors, and counts in' +
        '\nhundredths of a second; an animated PNG has neither limit, and is larger.' +
        '\n\nExamples:\n  rivulet film runs/try\n  rivulet film Ant-v4 --actions zeros --seconds 4 --out ant.png',
    )

/**
 * Reads the words as they were written.
 *
 * Fails: a failure for each word that was refused, by its name on the command line.
 */
export const readFilm = (what: string | undefined, options: object): Either<readonly Failure[], FilmRequest> =>
  pipe(
    decode(codec)({ ...options, what }),
    map((written) => ({ ...defaults, ...written })),
    mapLeft((failures) =>
      failures.map((failure) => (failure.path === 'what' ? failure : { ...failure, path: flagOf(failure.path) })),
    ),
  )
