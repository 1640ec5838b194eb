/** A simulated Create 2 on a port of its own. */
import type { SchedulerLike } from 'rxjs'
import { nearestName, printable } from '../../edge/decode.js'
import { seeded } from '../../random.js'
import { eventLoop } from '../../time/schedule.js'
import type { Random } from '../../types.js'
import { type PseudoTerminal, pseudoTerminal } from '../pseudoTerminal.js'
import { ticking } from '../ticks.js'
import { delayed } from '../waiting.js'
import { type Arena, type ArenaName, arenas, type Pose } from './arena.js'
import { type Battery, batteryOf } from './battery.js'
import { openBody } from './body.js'
import { damage, type DamageOptions } from './damage.js'
import type { Told } from './sensors.js'
import { simulatedRobot } from './robot.js'

/** How a robot is simulated. */
export interface SimulateCreate2Options {
  /** The path of its port. */
  readonly port: string
  /** Where it drives, by name or as an arena of your own. The default is `mover`. */
  readonly arena?: ArenaName | Arena
  /** The charge of its battery of 2696 mAh, in mAh. The default is 2600. */
  readonly charge?: number
  /**
   * Whether the command Start wakes it from its sleep, as if the cable passed the line RTS on. The default is true; otherwise only its Clean
   * button wakes it.
   */
  readonly startWakes?: boolean
  /** Seconds without a command after which it sleeps on its dock, in passive mode. The default is 60. */
  readonly dockSleep?: number
  /** What happens to its frames. By default nothing does. */
  readonly damage?: DamageOptions
  /** Draws the noise of its sensors, and the damage. The default is `seeded(1)('environment')`. */
  readonly random?: Random
  /** The source of time and timers. The default is `eventLoop`. */
  readonly scheduler?: SchedulerLike
}

/** A simulated robot that runs. */
export interface SimulatedCreate2 {
  readonly port: string
  /** What it was told, and whether it stands on its dock. */
  state(): SimulatedState
  /** Pulls the cable for so many milliseconds; the robot itself goes on. Resolves when the cable is back. */
  unplug(milliseconds: number): Promise<void>
  /** Restarts it, as by its command 7. */
  reset(): void
  /** Presses its Clean button, which wakes it from its sleep. */
  pressClean(): void
  /** Lifts it, so that its wheels hang, or puts it down. */
  lift(isLifted: boolean): void
  /** Puts it somewhere, at rest. */
  place(pose: Pose): void
  /** Changes the charge of its battery, in mAh. */
  setCharge(charge: number): void
  /** Changes what happens to its frames. */
  setDamage(options: DamageOptions): void
  /** Removes its port, and frees its memory. */
  close(): Promise<void>
}

/** How a simulated robot stands. */
export interface SimulatedState extends Pick<Told, 'mode' | 'left' | 'right'> {
  readonly pose: Pose
  readonly isDocked: boolean
  /** In mAh. */
  readonly charge: number
  /** Ticks of 15 ms since it was switched on. */
  readonly ticks: number
  /** Ticks that were left out, since the process was more than a second behind. */
  readonly skippedTicks: number
  /** The latest commands that it refused. */
  readonly refused: readonly string[]
}

/** Milliseconds from one frame to the next. */
const TICK = 15
/** Ticks that are made up for at once if the process was blocked. */
const MOST_BEHIND = 67

const arenaOf = (arena: ArenaName | Arena): Arena => {
  if (typeof arena !== 'string') return arena
  if (Object.hasOwn(arenas, arena)) return arenas[arena]
  const names = Object.keys(arenas)
  const nearest = nearestName(arena, names)
  throw new RangeError(
    `simulate create2: arena: expected one of ${names.join(', ')}, got ${printable(arena)}${nearest === null ? '' : `; nearest: ${nearest}`}`,
  )
}

/**
 * Simulates an iRobot Create 2 in real time: a body in MuJoCo behind the robot's own protocol, on a pseudo-terminal.
 *
 * Ticks are counted from the start, so that they do not drift. What a program writes to the port reaches the robot at once.
 *
 * Memory: a model of MuJoCo, and the process of socat.
 * Fails: rejects with a RangeError on a wrong option, and with a SensorError without the program socat and for a port that cannot be made.
 */
export const simulateCreate2 = async ({
  port,
  arena: chosen = 'mover',
  charge = 2600,
  startWakes = true,
  dockSleep = 60,
  damage: harm = {},
  random = seeded(1)('environment'),
  scheduler = eventLoop,
}: SimulateCreate2Options): Promise<SimulatedCreate2> => {
  const arena = arenaOf(chosen)
  const battery: Battery = batteryOf(charge)
  if (!(dockSleep > 0)) {
    throw new RangeError(`simulate create2: dockSleep: expected seconds above 0, got ${printable(dockSleep)}`)
  }
  let damaged = damage(random, harm)
  const body = await openBody(arena)
  const robot = simulatedRobot(arena, { body, battery, random, startWakes, dockSleep })
  let terminal: PseudoTerminal | null = null
  let isClosed = false

  const plug = async (): Promise<void> => {
    const events = {
      received: (bytes: Uint8Array) => terminal?.write(robot.receive(bytes)),
      lost: () => {
        terminal = null
      },
    }
    terminal = await pseudoTerminal(port, events, scheduler)
  }
  try {
    await plug()
  } catch (error) {
    body.close()
    throw error
  }
  const ticks = ticking({ scheduler, period: TICK, mostBehind: MOST_BEHIND }, () => {
    const bytes = damaged(robot.tick())
    if (bytes.length > 0) terminal?.write(bytes)
  })

  return {
    port,
    state: () => ({
      mode: robot.told.mode,
      left: robot.told.left,
      right: robot.told.right,
      pose: body.pose(),
      isDocked: robot.view.isDocked,
      charge: battery.charge,
      ticks: ticks.count,
      skippedTicks: ticks.skipped,
      refused: [...robot.refused],
    }),
    unplug: async (milliseconds) => {
      const pulled = terminal
      terminal = null
      await pulled?.close()
      await delayed(scheduler, milliseconds)
      if (!isClosed) await plug()
    },
    reset: robot.reset,
    pressClean: robot.pressClean,
    lift: body.lift,
    place: body.place,
    setCharge: (changed) => {
      battery.charge = changed
    },
    setDamage: (options) => {
      damaged = damage(random, options)
    },
    close: async () => {
      if (isClosed) return
      isClosed = true
      ticks.end()
      await terminal?.close()
      body.close()
    },
  }
}
