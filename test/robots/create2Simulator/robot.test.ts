/** The simulated robot without a port: its modes, its stream, its sensors, and when it sleeps. */
import { describe, expect, onTestFinished, test } from 'vitest'
import { seeded } from '../../../src/random.js'
import { commands, joined } from '../../../src/robots/create2/commands.js'
import { frameLayout, type FrameValues } from '../../../src/robots/create2/frames.js'
import { infraredMessage } from '../../../src/robots/create2/infrared.js'
import { encoderDifference, MILLIMETERS_PER_COUNT } from '../../../src/robots/create2/odometry.js'
import { streamDecoder } from '../../../src/robots/create2/streamDecoder.js'
import { type Arena, arenas } from '../../../src/robots/create2Simulator/arena.js'
import { batteryOf } from '../../../src/robots/create2Simulator/battery.js'
import { openBody } from '../../../src/robots/create2Simulator/body.js'
import { lightSignal } from '../../../src/robots/create2Simulator/sensors.js'
import { simulatedRobot } from '../../../src/robots/create2Simulator/robot.js'

const wide: Arena = { width: 20, depth: 20, start: { x: 10, y: 10, heading: 0 } }

const robotIn = async (arena: Arena = wide, charge = 2600, startWakes = true) => {
  const body = await openBody(arena)
  onTestFinished(() => body.close())
  const battery = batteryOf(charge)
  const robot = simulatedRobot(arena, { body, battery, random: seeded(1)('environment'), startWakes })
  const decoder = streamDecoder(frameLayout([100]))
  const ticks = (count: number): readonly FrameValues[] =>
    Array.from({ length: count }).flatMap(() => decoder.decode(robot.tick()))
  const send = (...parts: readonly Uint8Array[]): Uint8Array => robot.receive(joined(...parts))
  return { robot, body, battery, ticks, send }
}
const started = [commands.start(), commands.safe(), commands.stream([100])] as const
const sum = (frames: readonly FrameValues[], name: 'distance' | 'angle'): number =>
  frames.reduce((total, values) => total + (values[name] ?? 0), 0)

describe('modes', () => {
  test('commands need the start, and motions need safe or full mode', async () => {
    const { robot, send } = await robotIn()
    send(commands.safe(), commands.driveDirect(100, 100))
    expect(robot.told).toMatchObject({ mode: 0, left: 0 })
    send(commands.start(), commands.driveDirect(100, 100))
    expect(robot.told).toMatchObject({ mode: 1, left: 0 })
    send(commands.safe(), commands.driveDirect(100, 50))
    expect(robot.told).toMatchObject({ mode: 2, left: 100, right: 50 })
    send(commands.full())
    expect(robot.told).toMatchObject({ mode: 3, left: 100 })
    send(commands.start())
    expect(robot.told).toMatchObject({ mode: 1, left: 0 })
    send(commands.full(), commands.driveDirect(100, 100), commands.stop())
    expect(robot.told).toMatchObject({ mode: 0, left: 0 })
  })

  test('a speed is kept for ever: the protocol has no timeout', async () => {
    const { ticks, send, robot } = await robotIn()
    send(...started, commands.driveDirect(57, 57))
    ticks(4000)
    expect(robot.told).toMatchObject({ left: 57, right: 57 })
  })

  test('a command that is cut takes the bytes of the next one', async () => {
    const { robot, send } = await robotIn()
    send(...started)
    send(commands.driveDirect(0, 300).slice(0, 3))
    send(commands.driveDirect(0, 0))
    // 145 and 0 are the speed of the left wheel, which no robot has: refused, and the rest are no commands.
    expect(robot.told).toMatchObject({ left: 0, right: 0 })
    expect(robot.refused[0]).toContain('driveDirect: left: expected -500 to 500, got -28416')
    send(commands.driveDirect(100, 100))
    expect(robot.told.left).toBe(100)
  })

  test('safe mode ends at a cliff ahead, and not at one behind; full mode does not end', async () => {
    const { robot, body, ticks, send } = await robotIn(arenas.cliff)
    const edge = { x: 1.02, y: 0.6, heading: 0 }
    body.place(edge)
    send(...started, commands.driveDirect(100, 100))
    ticks(60)
    expect(robot.told).toMatchObject({ mode: 1, left: 0 })
    send(commands.safe(), commands.driveDirect(-100, -100))
    ticks(2)
    expect(robot.told).toMatchObject({ mode: 2, left: -100 })
    body.place(edge)
    send(commands.full(), commands.driveDirect(100, 100))
    ticks(60)
    expect(robot.told).toMatchObject({ mode: 3, left: 100 })
  })

  test('a restart prints a text, and hears nothing until it is over', async () => {
    const { robot, send, ticks } = await robotIn()
    send(...started)
    send(commands.reset())
    expect(new TextDecoder().decode(robot.tick())).toContain('bl-start')
    send(commands.start())
    expect(robot.told.mode).toBe(0)
    ticks(140)
    send(...started)
    expect(ticks(3)).toHaveLength(3)
  })
})

describe('the stream', () => {
  test('is a frame every 15 ms, which can be paused', async () => {
    const { ticks, send } = await robotIn()
    send(...started)
    expect(ticks(10)).toHaveLength(10)
    send(commands.pauseStream())
    expect(ticks(10)).toHaveLength(0)
    send(commands.resumeStream())
    expect(ticks(10)).toHaveLength(10)
  })

  test('of more bytes than the port takes in 15 ms is damaged', async () => {
    const { robot, send } = await robotIn()
    send(commands.start(), Uint8Array.of(148, 3, 100, 100, 6))
    expect(robot.tick()).toHaveLength(172)
  })

  test('queries are answered at once, without frame and checksum', async () => {
    const { send } = await robotIn()
    send(...started)
    expect([...send(commands.query([35, 26]))]).toEqual([2, Math.floor(2696 / 256), 2696 % 256])
    expect([...send(commands.sensors(35))]).toEqual([2])
  })
})

describe('sensors', () => {
  test('distances and angles since the packet before add up to the motion', async () => {
    const { body, ticks, send } = await robotIn()
    send(...started, commands.driveDirect(200, 200))
    const frames = ticks(300)
    // 200 is the seventh of the steps of 28.5 mm/s: 199.5.
    expect(Math.abs(sum(frames, 'distance') - 1000 * (body.pose().x - 10))).toBeLessThan(2)
    expect(sum(frames, 'distance')).toBeGreaterThan(0.98 * 300 * 0.015 * 199.5)
    const [first, last] = [frames[0], frames[299]]
    const counts = encoderDifference(first.leftEncoder!, last.leftEncoder!)
    expect(counts * MILLIMETERS_PER_COUNT).toBeCloseTo(sum(frames.slice(1), 'distance'), -1)
    send(commands.driveDirect(-100, 100))
    const turned = sum(ticks(200), 'angle')
    expect(turned).toBeGreaterThan(0.9 * 3 * ((2 * 99.75) / 235) * (180 / Math.PI))
  })

  test('encoders do not see a direction: a robot that is pushed back counts forward', async () => {
    const { body, ticks, send } = await robotIn()
    send(...started)
    const before = ticks(1)[0].leftEncoder!
    // The wheels roll back for a moment after the command, which is of no speed.
    send(commands.driveDirect(-300, -300))
    ticks(20)
    const back = ticks(1)[0].leftEncoder!
    expect(encoderDifference(before, back)).toBeLessThan(0)
    send(commands.driveDirect(0, 0))
    const x = body.pose().x
    const after = ticks(5).at(-1)!.leftEncoder!
    expect(body.pose().x).toBeLessThan(x)
    expect(encoderDifference(back, after)).toBeGreaterThan(0)
  })

  test('a wall: light bumpers see it, the bumper touches it, and the wheels are blocked', async () => {
    const { ticks, send } = await robotIn(arenas.mover)
    send(...started)
    const [free] = ticks(1)
    expect(free).toMatchObject({ bumpsAndWheelDrops: 0, overcurrents: 0, lightBumper: 0 })
    send(commands.driveDirect(150, 150))
    const touched = ticks(300).at(-1)!
    expect(touched.bumpsAndWheelDrops).toBe(3)
    expect(touched.overcurrents).toBe(24)
    expect(touched.lightBumpCenterLeft).toBeGreaterThan(1000)
    expect(touched.lightBumpCenterLeft).toBeGreaterThan(touched.lightBumpLeft!)
    expect(touched.distance).toBe(0)
  })

  test('one side of the bumper for a wall at one side', async () => {
    const arena: Arena = { width: 3, depth: 3, start: { x: 2.7, y: 1.5, heading: 0.9 } }
    const { ticks, send } = await robotIn(arena)
    send(...started, commands.driveDirect(150, 150))
    const bumps = ticks(200).map((values) => values.bumpsAndWheelDrops)
    // The wall along y is at its right.
    expect(bumps).toContain(1)
    expect(bumps).not.toContain(2)
  })

  test('signals fall with the square of the distance', () => {
    expect(lightSignal(Infinity, 0)).toBe(4)
    expect(lightSignal(0, 0)).toBe(4095)
    expect((lightSignal(0.0855, 0) - 4.2) / (lightSignal(0.1855, 0) - 4.2)).toBeCloseTo(4, 0)
  })

  test('the dock: three receivers, two buoys and a force field', async () => {
    const { robot, body, ticks } = await robotIn(arenas.docker)
    const view = (x: number, y: number, heading: number) => {
      body.place({ x, y, heading })
      ticks(1)
      const { omni, left, right } = robot.view
      return [omni, left, right].map((character) => {
        const { forceField, greenBuoy, redBuoy } = infraredMessage(character)
        return `${forceField ? 'f' : ''}${greenBuoy ? 'g' : ''}${redBuoy ? 'r' : ''}`
      })
    }
    expect(view(1, 0.6, Math.PI)).toEqual(['gr', 'gr', 'gr'])
    expect(view(0.5, 0.6, Math.PI)).toEqual(['fgr', 'fgr', 'fgr'])
    // To the right, seen from a robot that faces the dock.
    expect(view(1, 0.9, Math.PI)[0]).toBe('g')
    expect(view(1, 0.3, Math.PI)[0]).toBe('r')
    // With its back to the dock only the receiver on top hears it.
    expect(view(1, 0.6, 0)).toEqual(['gr', '', ''])
    expect(robot.view.isDocked).toBe(false)
    view(0.18, 0.6, Math.PI)
    expect(robot.view.isDocked).toBe(true)
  })
})

describe('battery and sleep', () => {
  test('a charge falls, faster in motion, and rises on the dock in passive mode alone', async () => {
    const { body, battery, ticks, send } = await robotIn(arenas.docker, 2000)
    send(...started)
    ticks(4000)
    const rest = 2000 - battery.charge
    expect(rest).toBeCloseTo((180 * 60) / 3600, 1)
    send(commands.driveDirect(200, -200))
    const before = battery.charge
    ticks(4000)
    expect(before - battery.charge).toBeGreaterThan(2 * rest)
    body.place({ x: 0.18, y: 0.6, heading: Math.PI })
    ticks(2)
    const docked = battery.charge
    send(commands.start())
    const charging = ticks(100).at(-1)!
    expect(battery.charge).toBeGreaterThan(docked)
    expect(charging).toMatchObject({ current: 1250, chargingState: 2, chargingSources: 2 })
  })

  test('asleep after five minutes in passive mode, never in safe mode, until it is started again', async () => {
    const { ticks, send } = await robotIn()
    send(commands.start(), commands.stream([100]))
    expect(ticks(20_000)).toHaveLength(20_000)
    expect(ticks(10)).toHaveLength(0)
    send(...started)
    expect(ticks(20_100)).toHaveLength(20_100)
  }, 60_000)

  test('asleep after a minute on the dock', async () => {
    const { body, ticks, send } = await robotIn(arenas.docker)
    body.place({ x: 0.18, y: 0.6, heading: Math.PI })
    send(commands.start(), commands.stream([100]))
    expect(ticks(4000)).toHaveLength(4000)
    expect(ticks(10)).toHaveLength(0)
  })

  test('asleep until its button is pressed, where Start does not wake it; its interface is closed then', async () => {
    const { robot, body, ticks, send } = await robotIn(arenas.docker, 2600, false)
    body.place({ x: 0.18, y: 0.6, heading: Math.PI })
    send(commands.start(), commands.stream([100]))
    ticks(4001)
    send(commands.start(), commands.stream([100]), commands.reset())
    expect(ticks(10)).toHaveLength(0)
    robot.pressClean()
    expect(ticks(10)).toHaveLength(0)
    expect(robot.told.mode).toBe(0)
    send(commands.start(), commands.stream([100]))
    expect(ticks(10)).toHaveLength(10)
    // Awake, the button does nothing.
    robot.pressClean()
    expect(ticks(10)).toHaveLength(10)
  })
})

test('any bytes whatever do no harm', async () => {
  const { robot, ticks } = await robotIn()
  const random = seeded(7)('bytes')
  for (let i = 0; i < 300; i++) {
    robot.receive(Uint8Array.from({ length: 300 }, () => Math.floor(256 * random.uniform())))
    ticks(1)
  }
  expect(robot.refused.length).toBeLessThanOrEqual(100)
}, 60_000)
