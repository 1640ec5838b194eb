/** The sensor packets of the iRobot Create 2, as its Open Interface (2016) numbers them. */

/** How the bytes of a packet are read, and what they mean. */
export interface Packet {
  readonly id: number
  /** 1 or 2; a number of two bytes has its high byte first. */
  readonly bytes: 1 | 2
  readonly signed: boolean
  /** The unit, `1` if it has none. `bit`: 0 or 1. */
  readonly unit: string
  /** The smallest and largest value that a robot sends; a frame with another value is refused. By default all that fit into its bytes. */
  readonly range?: readonly [low: number, high: number]
  /** The names of the bits of a packet of flags, the lowest first. */
  readonly flags?: readonly string[]
}

const flag = (id: number) => ({ id, bytes: 1, signed: false, unit: 'bit' }) as const
const flags = <const Flags extends readonly string[]>(id: number, ...names: Flags) =>
  ({ id, bytes: 1, signed: false, unit: 'bits', flags: names }) as const
const byte = (id: number, unit = '1') => ({ id, bytes: 1, signed: false, unit }) as const
const signedByte = (id: number, unit: string) => ({ id, bytes: 1, signed: true, unit }) as const
const word = (id: number, unit: string) => ({ id, bytes: 2, signed: false, unit }) as const
const signedWord = (id: number, unit: string) => ({ id, bytes: 2, signed: true, unit }) as const
/** The intensity of a reflection. */
const signal = (id: number, high = 4095) => ({ id, bytes: 2, signed: false, unit: '1', range: [0, high] }) as const

/**
 * Every sensor packet by its name, in the order of its number.
 *
 * `distance` (mm) and `angle` (degrees, counterclockwise) count from the packet before, so that each packet is a part of a sum. Firmware
 * before 3.3.0 has wrong distances, and firmware up to 3.4.0 angles in units of 0.324056 degrees. `leftEncoder` and `rightEncoder` wrap
 * at 16 bits; `encoderDifference` subtracts them. `mode` is 0 off, 1 passive, 2 safe, 3 full.
 */
export const packets = {
  bumpsAndWheelDrops: flags(7, 'bumpRight', 'bumpLeft', 'wheelDropRight', 'wheelDropLeft'),
  wall: flag(8),
  cliffLeft: flag(9),
  cliffFrontLeft: flag(10),
  cliffFrontRight: flag(11),
  cliffRight: flag(12),
  virtualWall: flag(13),
  overcurrents: flags(14, 'sideBrush', '', 'mainBrush', 'rightWheel', 'leftWheel'),
  dirtDetect: byte(15),
  unused16: byte(16),
  infraredOmni: byte(17),
  buttons: flags(18, 'clean', 'spot', 'dock', 'minute', 'hour', 'day', 'schedule', 'clock'),
  distance: signedWord(19, 'mm'),
  angle: signedWord(20, 'degrees'),
  chargingState: byte(21),
  voltage: word(22, 'mV'),
  current: signedWord(23, 'mA'),
  temperature: signedByte(24, '°C'),
  charge: word(25, 'mAh'),
  capacity: word(26, 'mAh'),
  wallSignal: signal(27, 1023),
  cliffLeftSignal: signal(28),
  cliffFrontLeftSignal: signal(29),
  cliffFrontRightSignal: signal(30),
  cliffRightSignal: signal(31),
  unused32: byte(32),
  unused33: word(33, '1'),
  chargingSources: flags(34, 'internalCharger', 'homeBase'),
  mode: { ...byte(35), range: [0, 3] },
  songNumber: byte(36),
  songPlaying: flag(37),
  streamPackets: byte(38),
  requestedVelocity: signedWord(39, 'mm/s'),
  requestedRadius: signedWord(40, 'mm'),
  requestedRightVelocity: signedWord(41, 'mm/s'),
  requestedLeftVelocity: signedWord(42, 'mm/s'),
  leftEncoder: signedWord(43, 'counts'),
  rightEncoder: signedWord(44, 'counts'),
  lightBumper: flags(45, 'left', 'frontLeft', 'centerLeft', 'centerRight', 'frontRight', 'right'),
  lightBumpLeft: signal(46),
  lightBumpFrontLeft: signal(47),
  lightBumpCenterLeft: signal(48),
  lightBumpCenterRight: signal(49),
  lightBumpFrontRight: signal(50),
  lightBumpRight: signal(51),
  infraredLeft: byte(52),
  infraredRight: byte(53),
  leftMotorCurrent: signedWord(54, 'mA'),
  rightMotorCurrent: signedWord(55, 'mA'),
  mainBrushCurrent: signedWord(56, 'mA'),
  sideBrushCurrent: signedWord(57, 'mA'),
  stasis: flags(58, 'toggling', 'disabled'),
} as const satisfies Readonly<Record<string, Packet>>

/** The name of a sensor packet. */
export type PacketName = keyof typeof packets

/** The names of all sensor packets, in the order of their numbers. */
export const packetNames = Object.keys(packets) as readonly PacketName[]

/** The flags of a packet by name, `true` or `false` for a packet of one bit, and a number for every other packet. */
export type PacketReading<Name extends PacketName> = (typeof packets)[Name] extends {
  readonly flags: readonly (infer Flag extends string)[]
}
  ? Readonly<Record<Exclude<Flag, ''>, boolean>>
  : (typeof packets)[Name] extends { readonly unit: 'bit' }
    ? boolean
    : number

/** The packets that a group stands for, first and last number. */
const groups: Readonly<Record<number, readonly [first: number, last: number]>> = {
  0: [7, 26],
  1: [7, 16],
  2: [17, 20],
  3: [21, 26],
  4: [27, 34],
  5: [35, 42],
  6: [7, 42],
  100: [7, 58],
  101: [43, 58],
  106: [46, 51],
  107: [54, 58],
}

/** The numbers that a robot accepts in a request: of packets and of groups. */
export const requestIds: readonly number[] = [
  ...Object.keys(groups).map(Number),
  ...packetNames.map((name) => packets[name].id),
]

const nameOf = new Map(packetNames.map((name) => [packets[name].id as number, name]))

/**
 * The names of the packets that a number stands for: of one packet, or of the members of a group in their order.
 *
 * Fails: RangeError for a number that is neither.
 */
export const packetsOf = (id: number): readonly PacketName[] => {
  const group = groups[id]
  const [first, last] = group ?? [id, id]
  const names = packetNames.filter((name) => packets[name].id >= first && packets[name].id <= last)
  if (names.length > 0) return names
  throw new RangeError(
    `create2: packet: expected 7 to 58 or a group (${Object.keys(groups).join(', ')}), got ${String(id)}`,
  )
}

/** The name of a packet by its number; undefined for a group and for a number without a packet. */
export const packetNamed = (id: number): PacketName | undefined => nameOf.get(id)

/** The bytes of the value of a packet or a group, without the byte of its number. */
export const bytesOf = (id: number): number => packetsOf(id).reduce((sum, name) => sum + packets[name].bytes, 0)

/** Reads the value of a packet at a place in some bytes. */
export const readPacket = (name: PacketName, data: Uint8Array, at: number): number => {
  const { bytes, signed } = packets[name]
  const value = bytes === 1 ? data[at] : 256 * data[at] + data[at + 1]
  const half = bytes === 1 ? 128 : 32_768
  return signed && value >= half ? value - 2 * half : value
}

/**
 * Writes the value of a packet to a place in some bytes.
 *
 * Fails: RangeError for a value that does not fit into the bytes of the packet.
 */
export const writePacket = (name: PacketName, value: number, data: Uint8Array, at: number): void => {
  const { bytes, signed } = packets[name]
  const span = bytes === 1 ? 256 : 65_536
  const [low, high] = signed ? [-span / 2, span / 2 - 1] : [0, span - 1]
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new RangeError(`create2: ${name}: expected an integer from ${low} to ${high}, got ${value}`)
  }
  const raw = value < 0 ? value + span : value
  if (bytes === 2) data[at] = Math.floor(raw / 256)
  data[at + bytes - 1] = raw % 256
}

/** Whether a robot sends such a value: a mode of 4 or a signal above 4095 is a sign of bytes that slipped. */
export const isPlausible = (name: PacketName, value: number): boolean => {
  const { range }: Packet = packets[name]
  return range === undefined || (value >= range[0] && value <= range[1])
}

/** The value of a packet as programs use it: its flags by name, a bit as `true` or `false`, or the number itself. */
export const readingOf = <Name extends PacketName>(name: Name, value: number): PacketReading<Name> => {
  const { flags: names, unit }: Packet = packets[name]
  const reading =
    names === undefined
      ? unit === 'bit'
        ? value !== 0
        : value
      : Object.fromEntries(names.flatMap((each, bit) => (each === '' ? [] : [[each, ((value >> bit) & 1) === 1]])))
  // Which of the three it is follows from the table, from which its type is derived as well.
  return reading as PacketReading<Name>
}
