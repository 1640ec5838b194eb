/** Commands of the Open Interface as bytes. Whole commands are written at once: one that is cut takes the next bytes as its own. */
import { frameLayout } from './frames.js'
import { packetsOf } from './packets.js'

/** The numbers of the commands. */
export const opcodes = {
  reset: 7,
  start: 128,
  baud: 129,
  control: 130,
  safe: 131,
  full: 132,
  power: 133,
  spot: 134,
  clean: 135,
  max: 136,
  drive: 137,
  motors: 138,
  leds: 139,
  song: 140,
  play: 141,
  sensors: 142,
  seekDock: 143,
  pwmMotors: 144,
  driveDirect: 145,
  drivePwm: 146,
  stream: 148,
  queryList: 149,
  pauseResumeStream: 150,
  schedulingLeds: 162,
  digitLedsRaw: 163,
  digitLedsAscii: 164,
  buttons: 165,
  schedule: 167,
  setDayTime: 168,
  stop: 173,
} as const

/** The fastest speed of a wheel, in mm/s. */
export const FASTEST = 500

/** The largest radius of a curve, in mm. */
export const LARGEST_RADIUS = 2000

/** The speeds of the serial port in bits a second, by the code of the command. */
export const baudRates = [300, 600, 1200, 2400, 4800, 9600, 14_400, 19_200, 28_800, 38_400, 57_600, 115_200] as const

/** A note of a song: a MIDI number from 31 (G1) to 127, any other number for silence, and its length in 1/64 s, 0 to 255. */
export interface Note {
  readonly note: number
  readonly length: number
}

/** Lights on the robot; what is left out is dark. */
export interface Lights {
  readonly debris?: boolean
  readonly spot?: boolean
  readonly dock?: boolean
  readonly check?: boolean
  /** Color of the light of the power button, 0 green to 255 red. The default is 0. */
  readonly color?: number
  /** Its brightness, 0 to 255. The default is 0. */
  readonly intensity?: number
}

const check = (command: string, what: string, value: number, low: number, high: number, unit = ''): number => {
  if (Number.isInteger(value) && value >= low && value <= high) return value
  throw new RangeError(`create2: ${command}: ${what}: expected an integer from ${low} to ${high}${unit}, got ${value}`)
}

/** A number as two bytes, the high one first. */
const word = (value: number): readonly [high: number, low: number] => {
  const raw = value < 0 ? value + 65_536 : value
  return [Math.floor(raw / 256), raw % 256]
}

const speed = (command: string, what: string, value: number) =>
  word(check(command, what, value, -FASTEST, FASTEST, ' mm/s'))

const plain = (opcode: number) => (): Uint8Array => Uint8Array.of(opcode)

/** How the robot drives along a curve: a radius in mm, positive to the left, or one of these. */
export type Radius = number | 'straight' | 'clockwise' | 'counterclockwise'

const radiusBytes = (radius: Radius): readonly number[] => {
  if (radius === 'straight') return [0x80, 0]
  if (radius === 'clockwise') return word(-1)
  if (radius === 'counterclockwise') return word(1)
  if (radius === 0) throw new RangeError(`create2: drive: radius: expected 'straight' or a radius other than 0, got 0`)
  return word(check('drive', 'radius', radius, -LARGEST_RADIUS, LARGEST_RADIUS, ' mm'))
}

const pwm = (command: string, what: string, value: number, most = 127): number =>
  (check(command, what, value, -most, most) + 256) % 256

const bits = (...set: readonly (boolean | undefined)[]): number =>
  set.reduce((sum, each, bit) => sum + (each === true ? 1 << bit : 0), 0)

/**
 * Encoders of the commands.
 *
 * Numbers: whole mm/s and mm; `driveDirect` and `drivePwm` take the left wheel first, and write the right one first, as the robot reads them.
 * Fails: RangeError that names the command and the field, for a number that is no integer or out of its range.
 */
export const commands = {
  /** Restarts the robot, which prints a text about itself and needs `start` again, 5 s later. */
  reset: plain(opcodes.reset),
  /** Opens the interface, in passive mode: the robot stops, and obeys no motion. */
  start: plain(opcodes.start),
  /** Safe mode: the robot drives, and stops by itself at a cliff, when a wheel drops, and when a charger is plugged in. */
  safe: plain(opcodes.safe),
  /** Full mode: the robot drives, and nothing stops it. */
  full: plain(opcodes.full),
  /** Switches the robot off. */
  power: plain(opcodes.power),
  /** Closes the interface: streams end. */
  stop: plain(opcodes.stop),
  /** The robot drives to its dock by itself, in passive mode. */
  seekDock: plain(opcodes.seekDock),
  /** Changes the speed of the port; wait 100 ms before the next command. */
  baud: (rate: (typeof baudRates)[number]): Uint8Array => {
    const code = baudRates.indexOf(rate)
    if (code >= 0) return Uint8Array.of(opcodes.baud, code)
    throw new RangeError(`create2: baud: expected one of ${baudRates.join(', ')}, got ${String(rate)}`)
  },
  /** Drives along a curve. */
  drive: (velocity: number, radius: Radius): Uint8Array =>
    Uint8Array.of(opcodes.drive, ...speed('drive', 'velocity', velocity), ...radiusBytes(radius)),
  /** Drives with a speed for each wheel. The robot keeps it until the next command. */
  driveDirect: (left: number, right: number): Uint8Array => {
    const leftBytes = speed('drive direct', 'left', left)
    return Uint8Array.of(opcodes.driveDirect, ...speed('drive direct', 'right', right), ...leftBytes)
  },
  /** Drives with a duty cycle for each wheel, -255 to 255. */
  drivePwm: (left: number, right: number): Uint8Array =>
    Uint8Array.of(
      opcodes.drivePwm,
      ...word(check('drive PWM', 'right', right, -255, 255)),
      ...word(check('drive PWM', 'left', left, -255, 255)),
    ),
  /** Turns the brushes, -127 to 127, and the vacuum, 0 to 127. */
  pwmMotors: (main: number, side: number, vacuum: number): Uint8Array =>
    Uint8Array.of(
      opcodes.pwmMotors,
      pwm('motors', 'main brush', main),
      pwm('motors', 'side brush', side),
      check('motors', 'vacuum', vacuum, 0, 127),
    ),
  /** Switches lights. */
  leds: ({ debris, spot, dock, check: robot, color = 0, intensity = 0 }: Lights): Uint8Array =>
    Uint8Array.of(
      opcodes.leds,
      bits(debris, spot, dock, robot),
      check('LEDs', 'color', color, 0, 255),
      check('LEDs', 'intensity', intensity, 0, 255),
    ),
  /** Stores a song of 1 to 16 notes under a number from 0 to 3. */
  song: (number: number, notes: readonly Note[]): Uint8Array =>
    Uint8Array.of(
      opcodes.song,
      check('song', 'number', number, 0, 3),
      check('song', 'notes', notes.length, 1, 16),
      ...notes.flatMap(({ note, length }) => [
        check('song', 'note', note, 0, 127),
        check('song', 'length', length, 0, 255),
      ]),
    ),
  /** Plays a stored song. */
  play: (number: number): Uint8Array => Uint8Array.of(opcodes.play, check('play', 'number', number, 0, 3)),
  /** Asks for one packet or group. */
  sensors: (id: number): Uint8Array => {
    packetsOf(id)
    return Uint8Array.of(opcodes.sensors, id)
  },
  /** Begins the stream: a frame of these packets every 15 ms. */
  stream: (ids: readonly number[]): Uint8Array => Uint8Array.of(opcodes.stream, frameLayout(ids).ids.length, ...ids),
  /** Asks for several packets, once. */
  query: (ids: readonly number[]): Uint8Array => {
    ids.forEach(packetsOf)
    return Uint8Array.of(opcodes.queryList, check('query', 'packets', ids.length, 1, 255), ...ids)
  },
  /** Pauses the stream. */
  pauseStream: (): Uint8Array => Uint8Array.of(opcodes.pauseResumeStream, 0),
  /** Goes on with the stream of the last request. */
  resumeStream: (): Uint8Array => Uint8Array.of(opcodes.pauseResumeStream, 1),
} as const

/** Several commands as the bytes of one message, which are written at once. */
export const joined = (...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]))
