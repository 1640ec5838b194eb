/** The options of `create2`, with their defaults and checks. */
import { nearestName, printable } from '../../edge/decode.js'
import type { LinkOptions } from '../../links/link.js'
import { eventLoop } from '../../time/schedule.js'
import { type FrameLayout, frameLayout } from './frames.js'
import { type Create2Mode, modeNumbers } from './monitor.js'
import { type PacketName, packetNames, packets } from './packets.js'

/** How to connect to a Create 2. */
export interface Create2Options extends Pick<LinkOptions, 'backoff' | 'patience' | 'report' | 'scheduler'> {
  /** The serial port, such as `/dev/ttyUSB0`. */
  readonly port: string
  /** Bits a second. The default is 115 200; a robot that was switched on with its power button held has 19 200. */
  readonly baudRate?: number
  /**
   * The packets of the stream, by name or number; numbers of groups count. Frames have 172 bytes at most. The default is [100]: every packet.
   */
  readonly packets?: readonly (PacketName | number)[]
  /**
   * `safe`: the robot drives, and stops by itself at cliffs and when a wheel drops; `full`: nothing stops it; `passive`: it only reports. The default is `safe`.
   */
  readonly mode?: Create2Mode
  /** Whether the robot is woken by a pulse of the line RTS at each connection; without such a line nothing happens. The default is true. */
  readonly wake?: boolean
  /**
   * The process that halts the robot when this one dies, or when a command that moves it was not repeated within `latch` milliseconds;
   * false for none. The default is a latch of 500.
   */
  readonly watchdog?: { readonly latch: number } | false
  /** The charge in mAh below which `lowBattery` is reported. The default is 1500. */
  readonly lowCharge?: number
  /** Milliseconds without a frame after which the connection counts as lost. The default is 1000. */
  readonly silence?: number
}

/** Options with their defaults. */
export type Create2Settings = Required<Omit<Create2Options, 'backoff' | 'patience' | 'report' | 'packets'>> &
  Pick<Create2Options, 'backoff' | 'patience' | 'report'> & { readonly layout: FrameLayout }

const idOf = (packet: PacketName | number): number => {
  if (typeof packet === 'number') return packet
  if (Object.hasOwn(packets, packet)) return packets[packet].id
  const nearest = nearestName(String(packet), packetNames)
  throw new RangeError(
    `create2: packets: expected the names of packets, got ${printable(packet)}${nearest === null ? '' : `; nearest: ${nearest}`}`,
  )
}

/**
 * Adds the defaults.
 *
 * Fails: throws a TypeError or a RangeError that names the option.
 */
export const create2Settings = ({
  port,
  baudRate = 115_200,
  packets: wanted = [100],
  mode = 'safe',
  wake = true,
  watchdog = { latch: 500 },
  lowCharge = 1500,
  silence = 1000,
  scheduler = eventLoop,
  ...link
}: Create2Options): Create2Settings => {
  if (typeof port !== 'string' || port === '') {
    throw new TypeError(`create2: port: expected a path such as /dev/ttyUSB0, got ${printable(port)}`)
  }
  if (!Object.hasOwn(modeNumbers, mode)) {
    throw new RangeError(
      `create2: mode: expected one of ${Object.keys(modeNumbers).join(', ')}, got ${printable(mode)}`,
    )
  }
  if (watchdog !== false && !(watchdog.latch > 0 && watchdog.latch < Infinity)) {
    throw new RangeError(`create2: watchdog.latch: expected milliseconds above 0, got ${printable(watchdog.latch)}`)
  }
  if (!(lowCharge >= 0))
    throw new RangeError(`create2: lowCharge: expected mAh, 0 or more, got ${printable(lowCharge)}`)
  return {
    ...link,
    port,
    baudRate,
    layout: frameLayout(wanted.map(idOf)),
    mode,
    wake,
    watchdog,
    lowCharge,
    silence,
    scheduler,
  }
}
