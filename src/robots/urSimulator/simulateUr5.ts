/** A simulated UR5 on ports of its own. */
import type { SchedulerLike } from 'rxjs'
import { seeded } from '../../random.js'
import { eventLoop } from '../../time/schedule.js'
import type { Random, Vector } from '../../types.js'
import { encodePacket } from '../ur/realtimePacket.js'
import { ticking } from '../ticks.js'
import { delayed } from '../waiting.js'
import { openArmBody } from '../armSimulator/armBody.js'
import { simulatedArm } from '../armSimulator/simulatedArm.js'
import { armGeometries } from '../ur/kinematics.js'
import { urReacher2 } from '../ur/reacherSetup.js'
import { simulatedController } from './controller.js'
import { checkUrDamage, type UrDamage, urDamage, type UrDamageOptions } from './damage.js'
import { dashboardServer } from './dashboardServer.js'
import { ur5Model } from './ur5Model.js'
import { lineReader, type Peer, type PeerEvents, type PeerServer, peerServer } from './peers.js'
import { rtdeServer } from './rtdeServer.js'

/** The ports of a controller. */
export interface UrPorts {
  readonly rtde: number
  readonly realtime: number
  readonly dashboard: number
}

/** How an arm is simulated. */
export interface SimulateUr5Options {
  /** The address that it listens on. The default is `127.0.0.1`. */
  readonly host?: string
  /** Its ports; 0 is a free one. The default is 0 for each. */
  readonly ports?: Partial<UrPorts>
  /** `cb3`: a UR5 with software 3.15 and 125 Hz; `eSeries`: a UR5e with software 5.12 and 500 Hz. The default is `cb3`. */
  readonly generation?: 'cb3' | 'eSeries'
  /** The joint angles that it begins at, in rad. The default is the place where SenseAct's reacher begins. */
  readonly q?: Vector
  /** Seconds for which it has run when it begins. The default is 1000. */
  readonly uptime?: number
  /** The newest version of RTDE that it accepts. The default is 2. */
  readonly protocol?: 1 | 2
  /** What happens to its samples. By default nothing does. */
  readonly damage?: UrDamageOptions
  /** Draws the damage. The default is `seeded(1)('environment')`. */
  readonly random?: Random
  /** The source of time and timers. The default is `eventLoop`. */
  readonly scheduler?: SchedulerLike
  /** Receives a line when the arm stops by itself, and when a line of URScript is refused. By default it goes nowhere. */
  readonly report?: (line: string) => void
}

/** How a simulated arm stands. */
export interface SimulatedUr5State {
  /** Seconds since it was switched on. */
  readonly uptime: number
  readonly robotMode: number
  readonly safetyMode: number
  /** Joint angles in rad and speeds in rad/s. */
  readonly q: readonly number[]
  readonly qd: readonly number[]
  /** The command that is under way; null if there is none. */
  readonly running: string | null
  /** Clients that receive data by RTDE. */
  readonly clients: number
  /** Clients that were disconnected since they did not read. */
  readonly dropped: number
  readonly ticks: number
  /** Ticks that were left out, since the process was more than a second behind. */
  readonly skippedTicks: number
  /** The latest lines that were refused. */
  readonly refused: readonly string[]
}

/** A simulated arm that runs. */
export interface SimulatedUr5 {
  readonly host: string
  readonly ports: UrPorts
  state(): SimulatedUr5State
  /** The latest lines of URScript, each with the uptime at which it came. */
  scripts(): readonly { readonly time: number; readonly line: string }[]
  /** The value of an input that a client has written, in the output of the same name and number. */
  output(name: string): unknown
  /** Stops the arm, as when it has hit something. */
  protectiveStop(): void
  /** Sets the safety mode: 6 for an emergency stop, 1 for the end of it. */
  setSafetyMode(mode: number): void
  /** Restarts the controller: its time begins at 0 again, and its connections end. It boots for so many milliseconds. */
  restart(milliseconds?: number): void
  /** Pulls the cable for so many milliseconds: nothing goes in or out, and no connection is closed. */
  unplug(milliseconds: number): Promise<void>
  /** Ends every connection. */
  disconnect(): void
  /** Sends a text to the clients of RTDE; its level is 0 for an exception to 3 for information. */
  say(message: string, level?: number): void
  /** Puts the arm somewhere, at rest. */
  place(q: Vector): void
  /** Changes what happens to its samples. */
  setDamage(options: UrDamageOptions): void
  /** Ends its connections, and closes its ports. */
  close(): Promise<void>
}

/** Seconds of ticks that are made up for at once if the process was blocked. */
const MOST_BEHIND = 1
const generations = {
  cb3: { frequency: 125, version: [3, 15, 8, 106_339], packet: 1108, geometry: armGeometries.ur5 },
  eSeries: { frequency: 500, version: [5, 12, 2, 1_101_534], packet: 1220, geometry: armGeometries.ur5e },
} as const

/**
 * Simulates a UR5 in real time: a body in MuJoCo on a table, which its controller moves within the limits of the joints, behind the protocols
 * of the controller, on TCP ports: RTDE, the realtime interface, which takes URScript, and the dashboard. A joint at the end of its range and a
 * touch are protective stops.
 *
 * Ticks are counted from the start, so that they do not drift.
 *
 * Memory: that of a model of MuJoCo, and the latest 20000 lines of URScript.
 * Fails: rejects with a RangeError on a wrong option, and with a SensorError if a port cannot be had.
 */
export const simulateUr5 = async ({
  host = '127.0.0.1',
  ports: wanted = {},
  generation = 'cb3',
  q = urReacher2.reference,
  uptime = 1000,
  protocol = 2,
  damage: harm = {},
  random = seeded(1)('environment'),
  scheduler = eventLoop,
  report,
}: SimulateUr5Options = {}): Promise<SimulatedUr5> => {
  if (!Object.hasOwn(generations, generation)) {
    throw new RangeError(`simulate ur5: generation: expected cb3 or eSeries, got ${String(generation)}`)
  }
  if (q.length !== 6) throw new RangeError(`simulate ur5: q: expected 6 angles, got ${q.length}`)
  const { frequency, version, packet, geometry } = generations[generation]
  const tick = 1000 / frequency
  let options = checkUrDamage(harm)
  const damageOf = (width: 2 | 4): UrDamage =>
    urDamage({ random, options: () => options, width, now: () => scheduler.now() })
  const body = await openArmBody(ur5Model(geometry))
  const controller = simulatedController(simulatedArm(body, q), geometry, uptime, report)
  const rtde = rtdeServer({
    controller,
    version,
    frequency,
    protocol,
    damage: () => damageOf(2),
  })
  const streams = new Map<Peer, UrDamage>()

  const opened: readonly (readonly [port: number | undefined, opened: (peer: Peer) => PeerEvents])[] = [
    [wanted.rtde, rtde.opened],
    [
      wanted.realtime,
      (peer) => {
        streams.set(peer, damageOf(4))
        return { received: lineReader(controller.script), closed: () => void streams.delete(peer) }
      },
    ],
    [wanted.dashboard, dashboardServer(controller, version.join('.'))],
  ]
  const servers: PeerServer[] = []
  try {
    for (const [port = 0, serve] of opened) servers.push(await peerServer(host, port, serve))
  } catch (error) {
    await Promise.all(servers.map((server) => server.close()))
    body.close()
    throw error
  }
  const sendPackets = (): void => {
    for (const [peer, damaged] of streams) {
      const fields = controller.packet()
      const spoilt = damaged.spoils() ? { ...fields, q: [NaN, ...(fields.q ?? []).slice(1)] } : fields
      const { bytes, ends } = damaged.apply(encodePacket(spoilt, packet))
      if (bytes.length > 0) peer.write(bytes)
      if (ends) peer.end()
    }
  }
  let isClosed = false
  const ticks = ticking({ scheduler, period: tick, mostBehind: MOST_BEHIND * frequency }, () => {
    controller.tick(tick / 1000)
    rtde.tick(tick / 1000)
    sendPackets()
  })
  const disconnect = (): void => servers.forEach((server) => server.disconnect())

  return {
    host,
    ports: { rtde: servers[0].port, realtime: servers[1].port, dashboard: servers[2].port },
    state: () => ({
      uptime: controller.uptime,
      robotMode: controller.robotMode,
      safetyMode: controller.safetyMode,
      q: [...controller.arm.q],
      qd: [...controller.arm.qd],
      running: controller.arm.running,
      clients: rtde.started,
      dropped: servers.reduce((sum, server) => sum + server.dropped, 0),
      ticks: ticks.count,
      skippedTicks: ticks.skipped,
      refused: [...controller.refused],
    }),
    scripts: () => [...controller.scripts],
    output: controller.output,
    protectiveStop: () => controller.setSafetyMode(3),
    setSafetyMode: controller.setSafetyMode,
    restart: (milliseconds = 200) => {
      controller.restart(milliseconds / 1000)
      disconnect()
    },
    unplug: async (milliseconds) => {
      for (const server of servers) server.setMute(true)
      await delayed(scheduler, milliseconds)
      for (const server of servers) server.setMute(false)
    },
    disconnect,
    say: (message, level = 3) => rtde.say(message, level),
    place: controller.arm.place,
    setDamage: (changed) => {
      options = checkUrDamage(changed)
    },
    close: async () => {
      if (isClosed) return
      isClosed = true
      ticks.end()
      await Promise.all(servers.map((server) => server.close()))
      body.close()
    },
  }
}
