/** The simulated Create 2: it reads commands byte by byte, keeps its modes, and streams its sensors every 15 ms. */
import type { Random } from '../../types.js'
import { type Command, commandParser, type Refused } from '../create2/commandParser.js'
import { encodeFrame, encodeReply, frameLayout, type FrameLayout, STREAM_BUDGET } from '../create2/frames.js'
import { packetsOf } from '../create2/packets.js'
import type { Arena } from './arena.js'
import { type Battery, passTick } from './battery.js'
import type { Body } from './body.js'
import { dockingSpeeds, dockView, type DockView, noDock } from './dockField.js'
import { sensorsOf, type Told } from './sensors.js'
import { quantized, wheelsFor } from './wheelSpeeds.js'

/** A robot without a cable. */
export interface SimulatedRobot {
  /** Takes bytes that were sent to it; returns what it answers at once. */
  receive(bytes: Uint8Array): Uint8Array
  /** 15 ms pass; returns what it sends. */
  tick(): Uint8Array
  /** Restarts, as by its command 7. */
  reset(): void
  /** Its Clean button is pressed: it wakes, and its interface is closed. */
  pressClean(): void
  /** How it stands now. */
  readonly told: Told
  readonly view: DockView
  /** Commands that it refused. */
  readonly refused: readonly string[]
}

const [OFF, PASSIVE, SAFE, FULL] = [0, 1, 2, 3]
/** Ticks of 15 ms: asleep after five minutes without a command in passive mode; the start after a reset. */
const [SLEEP, BOOT] = [20_000, 134]
/** Seconds without a command in passive mode on the dock after which it is asleep. */
const DOCK_SLEEP = 60
/** Millimeters a second for one step of the duty cycle. */
const FULL_PWM = 500 / 255
/** Most lines of refused commands that are kept. */
const MOST_REFUSED = 100

const banner =
  'bl-start\r\nSTR730\r\nbootloader id: #x00000000 00000000\r\nbootloader info rev: #xF000\r\n' +
  'bootloader rev: #x0001\r\nsimulated Create 2, firmware 3.5.4\r\nbattery-current-zero 252\r\n'

const start: Told = {
  mode: OFF,
  left: 0,
  right: 0,
  velocity: 0,
  radius: 0,
  songNumber: 0,
  songPlaying: false,
  streamPackets: 0,
}

/** What a robot is made of. */
export interface SimulatedRobotParts {
  readonly body: Body
  readonly battery: Battery
  readonly random: Random
  /** Whether the command Start wakes it. The default is true. */
  readonly startWakes?: boolean
  /** Seconds after which it sleeps on its dock. The default is 60. */
  readonly dockSleep?: number
}

/**
 * A robot that is switched on and whose interface is closed.
 *
 * Memory: the bytes of one command, and 100 lines of refused ones.
 * Fails: never for any bytes.
 */
export const simulatedRobot = (
  arena: Arena,
  { body, battery, random, startWakes = true, dockSleep = DOCK_SLEEP }: SimulatedRobotParts,
): SimulatedRobot => {
  const parser = commandParser()
  const sensors = sensorsOf(random)
  const refused: string[] = []
  let told = start
  let view = noDock
  let stream: { readonly layout: FrameLayout; readonly names: ReadonlySet<string>; isPaused: boolean } | null = null
  let songs: Readonly<Record<number, number>> = {}
  let songTicks = 0
  let idleTicks = 0
  let bootTicks = 0
  let isAsleep = false
  let isDocking = false
  let pending: Uint8Array[] = []

  const tell = (change: Partial<Told>): void => {
    told = { ...told, ...change }
  }
  const halted = { left: 0, right: 0, velocity: 0, radius: 0 }
  const enter = (mode: number): void => {
    isDocking = false
    tell(mode >= SAFE && told.mode >= SAFE ? { mode } : { mode, ...halted })
  }
  const valuesOf = (names: ReadonlySet<string>) => sensors.values(names, told, battery)
  const observe = (): void => {
    const readings = body.step(quantized(told.left), quantized(told.right))
    const wasDocked = view.isDocked
    view = dockView(arena.dock, readings.pose)
    sensors.see(readings, view, told)
    if (told.mode !== SAFE) return
    const isForward = told.left + told.right > 0
    const hangs = readings.drops[0] || readings.drops[1]
    if (hangs || (isForward && readings.cliffs.includes(true)) || (view.isDocked && !wasDocked)) enter(PASSIVE)
  }
  const answer = (ids: readonly number[]): void => {
    const names = new Set<string>(ids.flatMap(packetsOf))
    pending.push(encodeReply(ids, valuesOf(names)))
  }
  const reset = (): void => {
    parser.reset()
    told = start
    stream = null
    songs = {}
    isAsleep = isDocking = false
    bootTicks = BOOT
    pending = [new TextEncoder().encode(banner)]
  }

  /** What each command does, once the interface is open. */
  const execute = (command: Command): void => {
    const drives = told.mode >= SAFE
    switch (command.name) {
      case 'control':
      case 'safe':
        return enter(SAFE)
      case 'full':
        return enter(FULL)
      case 'start':
        return enter(PASSIVE)
      case 'power':
        enter(PASSIVE)
        isAsleep = true
        return
      case 'spot':
      case 'clean':
      case 'max':
        return enter(PASSIVE)
      case 'seekDock':
        enter(PASSIVE)
        isDocking = true
        return
      case 'stop':
        stream = null
        return enter(OFF)
      case 'drive': {
        const [left, right] = wheelsFor(command.velocity, command.radius)
        const radius = { straight: -32_768, clockwise: -1, counterclockwise: 1 }
        const number = typeof command.radius === 'number' ? command.radius : radius[command.radius]
        if (drives) tell({ left, right, velocity: command.velocity, radius: number })
        return
      }
      case 'driveDirect':
        if (drives) tell({ left: command.left, right: command.right, velocity: 0, radius: 0 })
        return
      case 'drivePwm':
        if (drives) tell({ left: Math.round(command.left * FULL_PWM), right: Math.round(command.right * FULL_PWM) })
        return
      case 'stream': {
        if (command.ids.length === 0) {
          stream = null
          return
        }
        const layout = frameLayout(command.ids, Infinity)
        stream = { layout, names: new Set(layout.fields.map(({ name }) => name)), isPaused: false }
        return tell({ streamPackets: command.ids.length })
      }
      case 'pauseResumeStream':
        if (stream !== null) stream.isPaused = !command.resumes
        return
      case 'sensors':
      case 'queryList':
        return answer(command.ids)
      case 'song':
        songs = { ...songs, [command.number]: command.notes.reduce((sum, { length }) => sum + length / 64, 0) }
        return
      case 'play':
        if (!drives || told.songPlaying) return
        songTicks = Math.ceil((songs[command.number] ?? 0) / 0.015)
        return tell({ songNumber: command.number, songPlaying: songTicks > 0 })
      default:
      // Lights, brushes and the schedule show in no packet.
    }
  }
  const obey = (command: Command | Refused): void => {
    if (isAsleep && !startWakes) return
    idleTicks = 0
    if (command.name === 'refused') {
      refused.push(command.reason)
      refused.splice(0, refused.length - MOST_REFUSED)
    } else if (command.name === 'reset') reset()
    else if (command.name === 'start') {
      isAsleep = false
      enter(PASSIVE)
    } else if (told.mode !== OFF && !isAsleep) execute(command)
  }
  const frame = (): readonly Uint8Array[] => {
    if (stream === null || stream.isPaused) return []
    const bytes = encodeFrame(stream.layout, valuesOf(stream.names))
    // More does not fit through the port: the rest of each frame is lost.
    return [bytes.subarray(0, STREAM_BUDGET)]
  }
  const taken = (more: readonly Uint8Array[]): Uint8Array => {
    const all = Uint8Array.from([...pending, ...more].flatMap((piece) => [...piece]))
    pending = []
    return all
  }
  observe()

  return {
    receive: (bytes) => {
      if (bootTicks > 0) return new Uint8Array()
      for (const command of parser.parse(bytes)) obey(command)
      return bootTicks > 0 ? new Uint8Array() : taken([])
    },
    tick: () => {
      if (bootTicks > 0) bootTicks -= 1
      if (isDocking && arena.dock !== undefined) {
        const [left, right] = view.isDocked ? [0, 0] : dockingSpeeds(arena.dock, body.pose())
        tell({ left: Math.round(left), right: Math.round(right) })
        isDocking = !view.isDocked
      }
      observe()
      const isCharging = view.isDocked && told.mode <= PASSIVE
      passTick(battery, isCharging, Math.abs(told.left) + Math.abs(told.right))
      songTicks = Math.max(0, songTicks - 1)
      if (told.songPlaying && songTicks === 0) tell({ songPlaying: false })
      idleTicks = told.mode === PASSIVE && !isDocking ? idleTicks + 1 : 0
      if (idleTicks > (view.isDocked ? dockSleep / 0.015 : SLEEP)) isAsleep = true
      return isAsleep ? new Uint8Array() : taken(frame())
    },
    reset,
    pressClean: () => {
      if (!isAsleep) return
      isAsleep = false
      stream = null
      idleTicks = 0
      enter(OFF)
    },
    get told() {
      return told
    },
    get view() {
      return view
    },
    refused,
  }
}
