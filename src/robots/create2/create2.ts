/** A connection to an iRobot Create 2. */
import { type Observable, Subject, map } from 'rxjs'
import { anyRecord } from '../../edge/codecs.js'
import { SensorError } from '../../failure.js'
import { warn } from '../../warn.js'
import { faultLog } from '../fault.js'
import { freshness } from '../freshness.js'
import { within } from '../waiting.js'
import { type Watchdog, startWatchdog } from '../watchdog.js'
import { commands, type Lights, type Note } from './commands.js'
import { create2Connection } from './connection.js'
import { type Create2Options, create2Settings } from './create2Options.js'
import type { Create2Fault, Create2FaultKind } from './faults.js'
import { type FrameValues, frameValues } from './frames.js'
import { type Create2Mode, monitor } from './monitor.js'
import { type PacketName, type PacketReading, readingOf } from './packets.js'
import { safeStop, watchdogBytes } from './safeStop.js'
import type { DecoderCounts } from './streamDecoder.js'
import { wheelsOf } from './wheels.js'

/** What is known of a robot at the moment. */
export interface Create2Status extends DecoderCounts {
  readonly connected: boolean
  /** The newest frame; null before the first one. */
  readonly values: FrameValues | null
  /** The longest time between two frames so far, in ms. */
  readonly longestGap: number
  /** How often each fault was noticed. */
  readonly faults: Readonly<Partial<Record<Create2FaultKind, number>>>
}

/** A robot on a serial port. It is connected from the call of `create2` on, and connected again after a loss. */
export interface Create2 {
  /** The values of each frame, every 15 ms, as they arrive. Fails with a `SensorError` when the link does not connect again. */
  readonly frames: Observable<FrameValues>
  /** One packet of each frame, with its flags by name. Throws a RangeError for a packet that was not requested. */
  packet<Name extends PacketName>(name: Name): Observable<PacketReading<Name>>
  /** What went wrong, as it is noticed. */
  readonly faults: Observable<Create2Fault>
  /**
   * Turns the wheels, in mm/s, fractions cut off, until the next command. Resolves with true when it was sent, and with false if a newer
   * command replaced it, there is no connection, or no frame has come for 100 ms: a command is never sent later.
   *
   * Fails: rejects with a RangeError for a speed that is not finite or above 500 mm/s, and with an error in passive mode or when the watchdog
   * is gone; the robot is halted then.
   */
  drive(left: number, right: number): Promise<boolean>
  /** Turns the wheels for a time and halts them. Resolves with false if another command came meanwhile, which ends the motion. */
  driveFor(left: number, right: number, milliseconds: number): Promise<boolean>
  /** Halts the wheels. */
  halt(): Promise<boolean>
  /** Puts the robot into a mode, and keeps it there. */
  setMode(mode: Create2Mode): Promise<boolean>
  /** Lets the robot drive to its dock by itself, in passive mode; `setMode` ends that. */
  seekDock(): Promise<boolean>
  /** Switches its lights. */
  lights(lights: Lights): Promise<boolean>
  /** Plays 1 to 16 notes, once its earlier song is over. */
  play(notes: readonly Note[]): Promise<boolean>
  /** What is known of the robot now. */
  status(): Create2Status
  /**
   * Halts the robot, leaves it in passive mode with its interface closed, and closes the port, within 3 s. Resolves with true if the robot is at
   * rest, as far as its frames show that; later calls return the same promise. If nothing could be sent, the watchdog goes on trying for 10 s.
   */
  close(): Promise<boolean>
}

/** Milliseconds between two frames above which the second one is late, and without a frame after which the robot is halted; a frame comes every 15 ms. */
const FRESHNESS = { late: 30, stale: 100 }

/** Milliseconds that the safe stop may take. */
const STOP_LIMIT = 2000

/**
 * Connects to an iRobot Create 2 (or a Roomba of the series 600) by its serial port.
 *
 *     connect  halt, start, mode, stream
 *     bytes    .19 81 100 ... |19 81 100 ...|19 81..
 *     frames   ---------------f-------------f-------     every 15 ms
 *     drive    ----d----d-------d-
 *     close                      halt, wait until it rests, pause, start, stop
 *
 * The robot keeps its last speed until another command. A process of its own therefore holds the port as well: it halts the robot when this
 * process dies, and when a command that moves it is not repeated within the latch. A robot that has left its mode is put back into it
 * if no cliff, no hanging wheel and no charger holds it.
 *
 * Memory: one frame, the newest one; counts.
 * Numbers: those of the Open Interface: mm, degrees, mm/s, mV, mA, mAh.
 * Fails: throws on a wrong option. `frames` fails with a SensorError without the package `serialport`, when another link uses the port, and
 * when `backoff.retries` are used up. Faults are values of `faults`, and no errors.
 */
export const create2 = (options: Create2Options): Create2 => {
  const settings = create2Settings(options)
  const { port, layout, scheduler, watchdog: watched, lowCharge, report: print = warn } = settings
  const owner = `create2 ${port}`
  const faults = faultLog<Create2FaultKind>(scheduler)
  const { report } = faults
  const frames = new Subject<FrameValues>()
  let mode = settings.mode
  let newest: FrameValues | null = null
  const unrequestedIds = new Set<number>()
  let connections = 0
  let watchdog: Watchdog | 'gone' | null = null
  let closing: Promise<boolean> | null = null

  const openWatchdog = async (): Promise<void> => {
    if (watched === false || closing !== null) return
    const { latch } = watched
    if (watchdog === null || watchdog === 'gone') {
      watchdog = await startWatchdog({
        owner,
        path: port,
        latch,
        bytes: watchdogBytes,
        stalled: () => report('stalled', `no command for ${latch} ms: the watchdog has halted the robot`),
        lost: (why) => {
          watchdog = 'gone'
          report('unwatched', `${why}; the robot is halted, and moves no more`)
          void wheels.halt()
        },
      })
    }
    await watchdog.opened()
  }
  const presentWatchdog = (): Watchdog | null => {
    if (watchdog === 'gone') throw new SensorError(`${owner}: the watchdog is gone, so that the robot does not move`)
    return watchdog
  }
  const { session, counts } = create2Connection(settings, {
    opened: openWatchdog,
    streaming: () => {
      connections += 1
      if (connections > 1) report('restored', 'connected again; the robot is at rest')
      watch.expect(mode, scheduler.now())
      age.begin()
    },
    damaged: () => report('corrupt', 'bytes that belong to no whole frame were skipped'),
    unrequested: (id) => {
      if (unrequestedIds.has(id)) return
      unrequestedIds.add(id)
      report('unknownPacket', `a frame with packet ${id}, which was not requested, was skipped, and further ones are`)
    },
    notWoken: () => {
      if (connections > 0) return
      report('notWoken', 'the port has no line to wake the robot with; press its Clean button if it sleeps')
    },
    mode: () => mode,
    lost: (line) => {
      age.end()
      report('lost', line)
      print(line)
    },
  })
  const sink = () => session.sink<Uint8Array>({ format: (bytes) => bytes })
  /** One for each kind of command, so that none takes another one's place. */
  const sinks = { wheels: sink(), mode: sink(), lights: sink(), song: sink() }
  const send = (kind: keyof typeof sinks, bytes: Uint8Array): Promise<boolean> =>
    session.link.value.connected ? sinks[kind].send(bytes).catch(() => false) : Promise.resolve(false)
  const wheels = wheelsOf({
    sink: sinks.wheels,
    scheduler,
    report,
    mode: () => mode,
    senses: () => !age.isStale,
    watchdog: presentWatchdog,
  })
  const watch = monitor(report, { lowCharge })
  const age = freshness(scheduler, FRESHNESS, {
    late: (gap) => report('late', `a frame came ${Math.round(gap)} ms after the one before`),
    stale: (old) => {
      report('stale', `no frame for ${Math.round(old)} ms; the robot is halted`)
      void wheels.halt()
    },
  })

  const received = (values: FrameValues): void => {
    newest = values
    age.arrived()
    if (watch.see(values, scheduler.now()) && mode !== 'passive') void send('mode', commands[mode]())
    frames.next(values)
  }
  const source = session.messages<FrameValues>({
    parse: (frame) => frameValues(layout, frame),
    codec: anyRecord,
    onBad: 'skip',
  })
  const subscription = source.subscribe({
    next: received,
    error: (error: unknown) => {
      age.end()
      frames.error(error)
    },
  })
  const setMode = (wanted: Create2Mode): Promise<boolean> => {
    mode = wanted
    watch.expect(mode, scheduler.now())
    return send('mode', mode === 'passive' ? commands.start() : commands[mode]())
  }
  const close = async (): Promise<boolean> => {
    wheels.lock()
    age.end()
    const parts = { halt: wheels.halt, send: (bytes: Uint8Array) => send('mode', bytes), frames, scheduler }
    const stopped = session.link.value.connected
      ? await within(scheduler, STOP_LIMIT, safeStop(parts), false).catch(() => false)
      : false
    if (watchdog !== null && watchdog !== 'gone') watchdog.close(stopped)
    subscription.unsubscribe()
    await Promise.all(Object.values(sinks).map((each) => each.close()))
    frames.complete()
    faults.complete()
    return stopped
  }

  return {
    frames: frames.asObservable(),
    packet: (name) => {
      if (!layout.fields.some((field) => field.name === name)) {
        throw new RangeError(
          `create2: packet: expected one of ${layout.fields.map((each) => each.name).join(', ')}, got ${name}`,
        )
      }
      return map((values: FrameValues) => readingOf(name, values[name] ?? 0))(frames)
    },
    faults: faults.emitted,
    drive: wheels.drive,
    driveFor: wheels.driveFor,
    halt: wheels.halt,
    setMode,
    seekDock: () => {
      mode = 'passive'
      watch.expect(mode, scheduler.now())
      return send('mode', commands.seekDock())
    },
    lights: (lights) => send('lights', commands.leds(lights)),
    play: (notes) => send('song', Uint8Array.of(...commands.song(0, notes), ...commands.play(0))),
    status: () => ({
      connected: session.link.value.connected,
      values: newest,
      longestGap: age.longest,
      faults: faults.counts,
      ...counts(),
    }),
    close: () => (closing ??= close()),
  }
}
