/** The words of `rivulet simulate`, its help, and the codec that reads the words. */
import type { Command } from 'commander'
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { closed, guarded, listOf, nonNegativeInteger, numberIn, oneOf, positiveNumber, text } from '../edge/codecs.js'
import { decode, type Failure, printable } from '../edge/decode.js'
import { type ArenaName, arenas } from '../robots/create2Simulator/arena.js'
import type { DamageOptions } from '../robots/create2Simulator/damage.js'
import type { UrDamageOptions } from '../robots/urSimulator/damage.js'
import { flagOf, fromText, listFromText } from './textCodecs.js'

/** The robots that can be simulated. */
export const simulatedRobots = ['create2', 'ur5'] as const

const probability = fromText(numberIn({ from: 0, to: 1 }))
const seconds = fromText(positiveNumber)

const portNumber = guarded(
  'a port',
  (input): input is number => Number.isInteger(input) && Number(input) >= 0 && Number(input) < 65_536,
)

/** The options of both robots. */
const sharedFields = {
  seed: fromText(nonNegativeInteger),
  resetAfter: seconds,
  unplugAfter: seconds,
  unplugFor: seconds,
  unknown: probability,
  delayed: probability,
  delay: fromText(numberIn({ from: 0 })),
}
/** The options of a Create 2. */
const create2Fields = {
  portLink: text,
  arena: oneOf(Object.keys(arenas) as readonly ArenaName[]),
  charge: fromText(numberIn({ from: 0, to: 2696 })),
  lost: probability,
  cut: probability,
  flipped: probability,
  garbage: probability,
}
/** The options of a UR5. */
const ur5Fields = {
  host: text,
  ports: listFromText(listOf(portNumber, 'ports: RTDE, realtime, dashboard', 3)),
  generation: oneOf(['cb3', 'eSeries']),
  split: probability,
  merged: probability,
  truncated: probability,
  oversize: probability,
  duplicated: probability,
  skipped: probability,
  notFinite: probability,
  message: probability,
  stopAfter: seconds,
}
const robotField = oneOf(simulatedRobots)
/** A codec for the argument and each option of `simulate`, by name. */
export const simulateFields = { robot: robotField, ...sharedFields, ...create2Fields, ...ur5Fields }
const { robot: _robot, ...optionFields } = simulateFields
const codec = closed({ robot: robotField }, optionFields)
type Words = t.TypeOf<typeof codec>

const PORT = '/tmp/create2'
const CHARGE = 2600
const SEED = 1
const UNPLUGGED = 2

const HOST = '127.0.0.1'
const UR_PORTS = [30_004, 30_003, 29_999]

interface SharedRequest {
  readonly seed: number
  /** Seconds after which the robot restarts; null for never. */
  readonly resetAfter: number | null
  /** Seconds after which the cable is pulled; null for never. */
  readonly unplugAfter: number | null
  /** Seconds after which it is back. */
  readonly unplugFor: number
}

/** A decoded command line of `rivulet simulate create2`. */
export interface SimulateCreate2Request extends SharedRequest {
  readonly robot: 'create2'
  /** The path of the port. */
  readonly portLink: string
  readonly arena: ArenaName
  /** In mAh. */
  readonly charge: number
  readonly damage: DamageOptions
}

/** A decoded command line of `rivulet simulate ur5`. */
export interface SimulateUr5Request extends SharedRequest {
  readonly robot: 'ur5'
  readonly host: string
  /** The ports of RTDE, the realtime interface and the dashboard. */
  readonly ports: readonly number[]
  readonly generation: 'cb3' | 'eSeries'
  readonly damage: UrDamageOptions
  /** Seconds after which the arm has a protective stop; null for never. */
  readonly stopAfter: number | null
}

/** A decoded command line of `rivulet simulate`. */
export type SimulateRequest = SimulateCreate2Request | SimulateUr5Request

/** Adds the argument and the options of `simulate` to a command. */
export const declareSimulate = (command: Command): Command =>
  command
    .description('simulate a robot that speaks its own protocol, until Ctrl-C')
    .argument('<robot>', `the robot: ${simulatedRobots.join(', ')}`)
    .option('--seed <number>', `seed of its noise and its faults (default: ${SEED})`)
    .option('--reset-after <seconds>', 'when the robot restarts (default: never)')
    .option('--unplug-after <seconds>', 'when its cable is pulled (default: never)')
    .option('--unplug-for <seconds>', `when the cable is back (default: ${UNPLUGGED})`)
    .option('--unknown <number>', 'probability of a frame or message of an unknown type before one (default: 0)')
    .option('--delayed <number>', 'probability that frames, or samples of an arm, are held back (default: 0)')
    .option('--delay <milliseconds>', 'how long they are held back (default: 60)')
    .optionsGroup('create2:')
    .option('--port-link <path>', `where its serial port is made; needs the program socat (default: ${PORT})`)
    .option('--arena <name>', `where it drives: ${Object.keys(arenas).join(', ')} (default: mover)`)
    .option('--charge <mAh>', `charge of its battery of 2696 mAh (default: ${CHARGE})`)
    .option('--lost <number>', 'probability that a frame is lost (default: 0)')
    .option('--cut <number>', 'probability that the end of a frame is lost (default: 0)')
    .option('--flipped <number>', 'probability that a bit of a frame is flipped (default: 0)')
    .option('--garbage <number>', 'probability of random bytes before a frame (default: 0)')
    .optionsGroup('ur5:')
    .option('--host <address>', `the address that it listens on (default: ${HOST})`)
    .option('--ports <list>', `RTDE, realtime, dashboard; 0 is a free one (default: ${UR_PORTS.join(',')})`)
    .option('--generation <name>', 'cb3: a UR5, 125 samples a second; eSeries: a UR5e, 500 (default: cb3)')
    .option('--split <number>', 'probability that a sample comes in two pieces (default: 0)')
    .option('--merged <number>', 'probability that it comes together with the next one (default: 0)')
    .option('--truncated <number>', 'probability that it ends in the middle, and the connection too (default: 0)')
    .option('--oversize <number>', 'probability that its size is wrong (default: 0)')
    .option('--duplicated <number>', 'probability that it comes twice (default: 0)')
    .option('--skipped <number>', 'probability that it is left out (default: 0)')
    .option('--not-finite <number>', 'probability that an angle of it is not a number (default: 0)')
    .option('--message <number>', 'probability of a text message before it, by RTDE (default: 0)')
    .option('--stop-after <seconds>', 'when the arm has a protective stop (default: never)')
    .addHelpText(
      'after',
      '\nA low --charge is the fault of a low battery. The robot runs in real time.' +
        '\n\nExamples:\n  rivulet simulate create2 --port-link /tmp/create2 --flipped 0.01' +
        '\n  rivulet simulate ur5 --stop-after 60',
    )

/** What the words of a robot ask for. */
const requestOf = (words: Words): SimulateRequest => {
  const { seed = SEED, resetAfter = null, unplugAfter = null, unplugFor = UNPLUGGED } = words
  const { unknown, delayed, delay } = words
  const shared = { seed, resetAfter, unplugAfter, unplugFor }
  if (words.robot === 'create2') {
    const { portLink = PORT, arena = 'mover', charge = CHARGE, lost, cut, flipped, garbage } = words
    return {
      robot: 'create2',
      portLink,
      arena,
      charge,
      damage: given({ lost, cut, flipped, garbage, unknown, delayed, delay }),
      ...shared,
    }
  }
  const { host = HOST, ports = UR_PORTS, generation = 'cb3', stopAfter = null } = words
  const { split, merged, truncated, oversize, duplicated, skipped, notFinite, message } = words
  const damage = given({
    split,
    merged,
    truncated,
    oversize,
    unknown,
    duplicated,
    skipped,
    notFinite,
    message,
    delayed,
    delay,
  })
  return { robot: 'ur5', host, ports, generation, damage, stopAfter, ...shared }
}

/** The values that are there. */
const given = (values: Readonly<Record<string, number | undefined>>): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, number] => entry[1] !== undefined))

/**
 * Reads the words as they were written.
 *
 * Fails: a failure for each word that was refused, by its name on the command line.
 */
export const readSimulate = (
  robot: string | undefined,
  options: object,
): Either<readonly Failure[], SimulateRequest> => {
  const read = decode(codec)({ ...options, robot })
  if (isLeft(read)) {
    return left(
      read.left.map((failure) => (failure.path === 'robot' ? failure : { ...failure, path: flagOf(failure.path) })),
    )
  }
  const words = read.right
  const others = Object.keys(words.robot === 'create2' ? ur5Fields : create2Fields)
  const other = Object.entries(words).find(([name]) => others.includes(name))
  if (other === undefined) return right(requestOf(words))
  const [name, value] = other
  return left([
    { path: flagOf(name), expected: `no such option with ${words.robot}`, got: printable(value), nearest: null },
  ])
}
