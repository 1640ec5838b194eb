/** The words of `rivulet simulate`, its help, and the codec that reads the words. */
import type { Command } from 'commander'
import { type Either, map, mapLeft } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { closed, nonNegativeInteger, numberIn, oneOf, positiveNumber, text } from '../edge/codecs.js'
import { decode, type Failure } from '../edge/decode.js'
import { type ArenaName, arenas } from '../robots/create2Simulator/arena.js'
import type { DamageOptions } from '../robots/create2Simulator/damage.js'
import { flagOf, fromText } from './textCodecs.js'

/** The robots that can be simulated. */
export const simulatedRobots = ['create2'] as const

const probability = fromText(numberIn({ from: 0, to: 1 }))
const seconds = fromText(positiveNumber)

/** A codec for the argument and each option of `simulate`, by name. */
export const simulateFields = {
  robot: oneOf(simulatedRobots),
  portLink: text,
  arena: oneOf(Object.keys(arenas) as readonly ArenaName[]),
  charge: fromText(numberIn({ from: 0, to: 2696 })),
  seed: fromText(nonNegativeInteger),
  lost: probability,
  cut: probability,
  flipped: probability,
  garbage: probability,
  delayed: probability,
  delay: fromText(numberIn({ from: 0 })),
  resetAfter: seconds,
  unplugAfter: seconds,
  unplugFor: seconds,
}
const { robot: robotField, ...optionFields } = simulateFields
const codec = closed({ robot: robotField }, optionFields)

const PORT = '/tmp/create2'
const CHARGE = 2600
const SEED = 1
const UNPLUGGED = 2

/** A decoded command line of `rivulet simulate`. */
export interface SimulateRequest {
  readonly robot: (typeof simulatedRobots)[number]
  /** The path of the port. */
  readonly portLink: string
  readonly arena: ArenaName
  /** In mAh. */
  readonly charge: number
  readonly seed: number
  readonly damage: DamageOptions
  /** Seconds after which the robot restarts; null for never. */
  readonly resetAfter: number | null
  /** Seconds after which the cable is pulled; null for never. */
  readonly unplugAfter: number | null
  /** Seconds after which it is back. */
  readonly unplugFor: number
}

/** Adds the argument and the options of `simulate` to a command. */
export const declareSimulate = (command: Command): Command =>
  command
    .description('simulate a robot that speaks its own protocol, until Ctrl-C')
    .argument('<robot>', `the robot: ${simulatedRobots.join(', ')}`)
    .option('--port-link <path>', `where its serial port is made; needs the program socat (default: ${PORT})`)
    .option('--arena <name>', `where it drives: ${Object.keys(arenas).join(', ')} (default: mover)`)
    .option('--charge <mAh>', `charge of its battery of 2696 mAh (default: ${CHARGE})`)
    .option('--seed <number>', `seed of its noise and its faults (default: ${SEED})`)
    .option('--lost <number>', 'probability that a frame is lost (default: 0)')
    .option('--cut <number>', 'probability that the end of a frame is lost (default: 0)')
    .option('--flipped <number>', 'probability that a bit of a frame is flipped (default: 0)')
    .option('--garbage <number>', 'probability of random bytes before a frame (default: 0)')
    .option('--delayed <number>', 'probability that frames are held back (default: 0)')
    .option('--delay <milliseconds>', 'how long they are held back (default: 60)')
    .option('--reset-after <seconds>', 'when the robot restarts (default: never)')
    .option('--unplug-after <seconds>', 'when its cable is pulled (default: never)')
    .option('--unplug-for <seconds>', `when the cable is back (default: ${UNPLUGGED})`)
    .addHelpText(
      'after',
      '\nA low --charge is the fault of a low battery. The robot runs in real time.' +
        '\n\nExample:\n  rivulet simulate create2 --port-link /tmp/create2 --flipped 0.01',
    )

/**
 * Reads the words as they were written.
 *
 * Fails: a failure for each word that was refused, by its name on the command line.
 */
export const readSimulate = (robot: string | undefined, options: object): Either<readonly Failure[], SimulateRequest> =>
  pipe(
    decode(codec)({ ...options, robot }),
    map(
      ({
        portLink = PORT,
        arena = 'mover',
        charge = CHARGE,
        seed = SEED,
        resetAfter = null,
        unplugAfter = null,
        unplugFor = UNPLUGGED,
        robot: name,
        ...damage
      }) => ({ robot: name, portLink, arena, charge, seed, damage, resetAfter, unplugAfter, unplugFor }),
    ),
    mapLeft((failures) =>
      failures.map((failure) => (failure.path === 'robot' ? failure : { ...failure, path: flagOf(failure.path) })),
    ),
  )
