/** Lines of URScript that move an arm. Angles are in rad, times in s. */
import { printable } from '../../edge/decode.js'
import type { Vector } from '../../types.js'

/** The greatest angle of a joint, in rad. */
export const MOST_ANGLE = 2 * Math.PI
/** The greatest speed of a joint, in rad/s. */
export const MOST_SPEED = Math.PI
/** The greatest acceleration of a joint, in rad/s². */
export const MOST_ACCELERATION = 40
/** The longest time of a command, in s. */
const LONGEST = 60

const checked = (owner: string, name: string, value: number, low: number, high: number): number => {
  if (typeof value === 'number' && value >= low && value <= high) return value
  throw new RangeError(`${owner}: ${name}: expected a number from ${low} to ${high}, got ${printable(value)}`)
}
/** A number without an exponent, which the interpreter may not read. */
const digits = (value: number): string => {
  const text = value.toFixed(9).replace(/\.?0+$/, '')
  return text === '-0' ? '0' : text
}
const joints = (owner: string, name: string, values: Vector, most: number): string => {
  if (values.length !== 6) throw new RangeError(`${owner}: ${name}: expected 6 joints, got ${values.length}`)
  return `[${Array.from(values, (value, i) => digits(checked(owner, `${name}[${i}]`, value, -most, most))).join(',')}]`
}
const named = (owner: string, values: Readonly<Record<string, readonly [value: number, low: number, high: number]>>) =>
  Object.entries(values).map(([name, [value, low, high]]) => digits(checked(owner, name, value, low, high)))

/** How a joint move is planned. */
export interface MoveOptions {
  /** Acceleration of the leading joint, in rad/s². The default is 1.4. */
  readonly acceleration?: number
  /** Speed of the leading joint, in rad/s. The default is 1.05. */
  readonly speed?: number
  /** Seconds that the move takes, in place of its acceleration and speed; 0, the default, plans it by them. */
  readonly time?: number
}

/** How joint angles are tracked. */
export interface ServoOptions {
  /** Seconds that the command lasts. The default is 0.008. */
  readonly time?: number
  /** Seconds, 0.03 to 0.2: a longer time smooths more. The default is 0.1. */
  readonly lookahead?: number
  /** 100 to 2000: a higher one follows more closely. The default is 300. */
  readonly gain?: number
}

/**
 * The lines. Each throws a RangeError that names the number which is not finite or out of its range; none is clamped.
 *
 * - `speedj` accelerates to joint speeds and ends after `time` seconds, whether or not it has reached them;
 * - `servoj` tracks joint angles and is repeated each cycle;
 * - `stopj` decelerates all joints to rest;
 * - `movej` moves to joint angles on a planned path.
 */
export const script = {
  speedj: (speeds: Vector, acceleration: number, time: number): string => {
    const [a, t] = named('speedj', {
      acceleration: [acceleration, 0.01, MOST_ACCELERATION],
      time: [time, 0.001, LONGEST],
    })
    return `speedj(${joints('speedj', 'speeds', speeds, MOST_SPEED)}, ${a}, ${t})\n`
  },
  servoj: (angles: Vector, { time = 0.008, lookahead = 0.1, gain = 300 }: ServoOptions = {}): string => {
    const [t, ahead, strength] = named('servoj', {
      time: [time, 0.001, LONGEST],
      lookahead: [lookahead, 0.03, 0.2],
      gain: [gain, 100, 2000],
    })
    const q = joints('servoj', 'angles', angles, MOST_ANGLE)
    return `servoj(${q}, 0, 0, ${t}, ${ahead}, ${strength})\n`
  },
  stopj: (acceleration: number): string => {
    const [a] = named('stopj', { acceleration: [acceleration, 0.01, MOST_ACCELERATION] })
    return `stopj(${a})\n`
  },
  movej: (angles: Vector, { acceleration = 1.4, speed = 1.05, time = 0 }: MoveOptions = {}): string => {
    const [a, v, t] = named('movej', {
      acceleration: [acceleration, 0.01, MOST_ACCELERATION],
      speed: [speed, 0.001, MOST_SPEED],
      time: [time, 0, LONGEST],
    })
    return `movej(${joints('movej', 'angles', angles, MOST_ANGLE)}, a=${a}, v=${v}, t=${t})\n`
  },
} as const
