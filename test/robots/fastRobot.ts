/** A simulated robot without a port, on a virtual clock: its hours pass in minutes. */
import { type SchedulerLike, Subject } from 'rxjs'
import { seeded } from '../../src/random.js'
import { commands, joined } from '../../src/robots/create2/commands.js'
import type { DrivenCreate2 } from '../../src/robots/create2/create2World.js'
import { frameLayout, type FrameValues } from '../../src/robots/create2/frames.js'
import { streamDecoder } from '../../src/robots/create2/streamDecoder.js'
import { arenas } from '../../src/robots/create2Simulator/arena.js'
import { batteryOf } from '../../src/robots/create2Simulator/battery.js'
import { openBody } from '../../src/robots/create2Simulator/body.js'
import { simulatedRobot } from '../../src/robots/create2Simulator/robot.js'

/** A robot in its arena, and `tick`, with which 15 ms pass for it. Its battery never runs low. */
export const fastRobot = async (scheduler: SchedulerLike, seed: number) => {
  const body = await openBody(arenas.mover)
  const battery = batteryOf(2600)
  const simulator = simulatedRobot(arenas.mover, { body, battery, random: seeded(seed)('environment') })
  const decoder = streamDecoder(frameLayout([100]))
  const frames = new Subject<FrameValues>()
  let values: FrameValues | null = null
  let orders = 0
  const send = async (...parts: readonly Uint8Array[]): Promise<boolean> => {
    simulator.receive(joined(...parts))
    return true
  }
  const drive = (left: number, right: number): Promise<boolean> => {
    orders += 1
    return send(commands.driveDirect(Math.trunc(left), Math.trunc(right)))
  }
  const robot: DrivenCreate2 = {
    frames,
    drive,
    driveFor: async (left, right, milliseconds) => {
      await drive(left, right)
      const order = orders
      await new Promise<void>((resolve) => void scheduler.schedule(() => resolve(), milliseconds))
      return order === orders && drive(0, 0)
    },
    halt: () => drive(0, 0),
    setMode: (mode) => send(mode === 'passive' ? commands.start() : commands[mode]()),
    seekDock: () => send(commands.seekDock()),
    status: () => ({
      connected: true,
      values,
      longestGap: 15,
      faults: {},
      frames: 0,
      skipped: 0,
      corrupt: 0,
      implausible: 0,
      unknown: 0,
    }),
  }
  await send(commands.start(), commands.safe(), commands.stream([100]))
  return {
    robot,
    tick: (): void => {
      battery.charge = 2600
      for (const each of decoder.decode(simulator.tick())) {
        values = each
        frames.next(each)
      }
    },
    close: body.close,
  }
}
