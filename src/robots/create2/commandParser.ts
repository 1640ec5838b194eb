/** Reads commands as the robot does: byte by byte, waiting for the data of a command as long as it takes. */
import { baudRates, FASTEST, LARGEST_RADIUS, type Lights, type Note, opcodes, type Radius } from './commands.js'
import { requestIds } from './packets.js'

/** The name of a command. */
export type CommandName = keyof typeof opcodes

/** A command with its data. */
export type Command =
  | { readonly name: 'drive'; readonly velocity: number; readonly radius: Radius }
  | { readonly name: 'driveDirect' | 'drivePwm'; readonly left: number; readonly right: number }
  | { readonly name: 'stream' | 'queryList' | 'sensors'; readonly ids: readonly number[] }
  | { readonly name: 'pauseResumeStream'; readonly resumes: boolean }
  | { readonly name: 'leds'; readonly lights: Lights }
  | { readonly name: 'song'; readonly number: number; readonly notes: readonly Note[] }
  | { readonly name: 'play'; readonly number: number }
  | { readonly name: 'baud'; readonly rate: number }
  | {
      readonly name: Exclude<
        CommandName,
        | 'drive'
        | 'driveDirect'
        | 'drivePwm'
        | 'stream'
        | 'queryList'
        | 'sensors'
        | 'pauseResumeStream'
        | 'leds'
        | 'song'
        | 'play'
        | 'baud'
      >
      readonly data: readonly number[]
    }

/** Bytes that a robot does not act on: no command, or one with data that it does not take. */
export interface Refused {
  readonly name: 'refused'
  readonly reason: string
}

const names = new Map(Object.entries(opcodes).map(([name, opcode]) => [opcode as number, name as CommandName]))

const fixedLengths: Readonly<Partial<Record<CommandName, number>>> = {
  baud: 1,
  drive: 4,
  motors: 1,
  leds: 3,
  play: 1,
  sensors: 1,
  pwmMotors: 3,
  driveDirect: 4,
  drivePwm: 4,
  pauseResumeStream: 1,
  schedulingLeds: 2,
  digitLedsRaw: 4,
  digitLedsAscii: 4,
  buttons: 1,
  schedule: 15,
  setDayTime: 3,
}

/** Bytes of data of a command whose first bytes of data are these; null while that is not known. */
const lengthOf = (name: CommandName, data: readonly number[]): number | null => {
  if (name === 'stream' || name === 'queryList') return data.length < 1 ? null : 1 + data[0]
  if (name === 'song') return data.length < 2 ? null : 2 + 2 * data[1]
  return fixedLengths[name] ?? 0
}

const signed = (high: number, low: number): number => {
  const value = 256 * high + low
  return value < 0x8000 ? value : value - 0x10000
}

const refused = (reason: string): Refused => ({ name: 'refused', reason })

const within = (name: string, what: string, value: number, most: number): Refused | null =>
  Math.abs(value) <= most ? null : refused(`${name}: ${what}: expected -${most} to ${most}, got ${value}`)

const radiusOf = (raw: number): Radius => {
  // 0x8000 and 0x7FFF.
  if (raw === -32_768 || raw === 32_767) return 'straight'
  if (raw === 1) return 'counterclockwise'
  return raw === -1 ? 'clockwise' : raw
}

const commandOf = (name: CommandName, data: readonly number[]): Command | Refused => {
  switch (name) {
    case 'drive': {
      const [velocity, radius] = [signed(data[0], data[1]), radiusOf(signed(data[2], data[3]))]
      if (radius === 0) return refused('drive: radius: expected a radius other than 0, got 0')
      const wrongRadius = typeof radius === 'number' ? within('drive', 'radius', radius, LARGEST_RADIUS) : null
      return within('drive', 'velocity', velocity, FASTEST) ?? wrongRadius ?? { name, velocity, radius }
    }
    case 'driveDirect':
    case 'drivePwm': {
      const most = name === 'drivePwm' ? 255 : FASTEST
      const [right, left] = [signed(data[0], data[1]), signed(data[2], data[3])]
      return within(name, 'right', right, most) ?? within(name, 'left', left, most) ?? { name, left, right }
    }
    case 'stream':
    case 'queryList':
    case 'sensors': {
      const ids = name === 'sensors' ? data : data.slice(1)
      const unknown = ids.find((id) => !requestIds.includes(id))
      return unknown === undefined ? { name, ids } : refused(`${name}: there is no packet ${unknown}`)
    }
    case 'pauseResumeStream':
      return { name, resumes: data[0] === 1 }
    case 'leds': {
      const on = (bit: number): boolean => ((data[0] >> bit) & 1) === 1
      const lights = { debris: on(0), spot: on(1), dock: on(2), check: on(3), color: data[1], intensity: data[2] }
      return { name, lights }
    }
    case 'song': {
      const [number, count, ...rest] = data
      const notes = Array.from({ length: count }, (_, i) => ({ note: rest[2 * i], length: rest[2 * i + 1] }))
      return { name, number, notes }
    }
    case 'play':
      return { name, number: data[0] }
    case 'baud': {
      const rate = baudRates[data[0]]
      return rate === undefined ? refused(`baud: expected a code of 0 to 11, got ${data[0]}`) : { name, rate }
    }
    default:
      return { name, data }
  }
}

/** Reads commands. */
export interface CommandParser {
  /** The commands that a piece completes. */
  parse(piece: Uint8Array): readonly (Command | Refused)[]
  /** Drops the bytes of a command that is not complete. */
  reset(): void
}

/**
 * A parser without bytes.
 *
 * Memory: the bytes of one command, at most 512.
 * Fails: never.
 */
export const commandParser = (): CommandParser => {
  let name: CommandName | null = null
  let data: number[] = []

  const complete = (): Command | Refused => {
    const command = commandOf(name!, data)
    name = null
    data = []
    return command
  }
  return {
    parse: (piece) => {
      const found: (Command | Refused)[] = []
      for (const byte of piece) {
        if (name === null) {
          name = names.get(byte) ?? null
          if (name === null) found.push(refused(`there is no command ${byte}`))
        } else data.push(byte)
        if (name !== null && lengthOf(name, data) === data.length) found.push(complete())
      }
      return found
    },
    reset: () => {
      name = null
      data = []
    },
  }
}
