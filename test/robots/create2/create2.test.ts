/** The driver against a simulated robot on a port: each row of the table of faults, and what is wanted. */
import { readFileSync } from 'node:fs'
import { firstValueFrom, take, toArray } from 'rxjs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { create2 } from '../../../src/robots/create2/create2.js'
import { fromSerial } from '../../../src/links/serial.js'
import { finiteNumber } from '../../../src/edge/codecs.js'
import { block, pause, until } from '../../links/running.js'
import { driven, needsPorts, newPort, simulated } from '../rig.js'

describe('a robot', () => {
  needsPorts()

  test('streams every packet, drives, and is left at rest with its interface closed', async () => {
    const simulator = await simulated()
    const { robot, faults } = await driven(simulator.port)
    expect(await firstValueFrom(robot.packet('bumpsAndWheelDrops'))).toEqual({
      bumpRight: false,
      bumpLeft: false,
      wheelDropRight: false,
      wheelDropLeft: false,
    })
    expect(await firstValueFrom(robot.packet('cliffLeft'))).toBe(false)
    expect(await firstValueFrom(robot.packet('capacity'))).toBe(2696)
    expect(await robot.drive(100.9, -50)).toBe(true)
    await until('the wheels', () => simulator.state().left === 100 && simulator.state().right === -50)
    expect(await robot.close()).toBe(true)
    // The last byte has left this process before the robot reads it.
    await until('the end of the interface', () => simulator.state().mode === 0)
    expect(simulator.state()).toMatchObject({ mode: 0, left: 0, right: 0, refused: [] })
    expect(faults.filter((kind) => kind !== 'notWoken' && kind !== 'late')).toEqual([])
    // A second call does nothing.
    expect(await robot.close()).toBe(true)
  })

  test('only the packets that were asked for, and no other', async () => {
    const simulator = await simulated()
    const { robot } = await driven(simulator.port, { packets: ['mode', 'distance', 106] })
    expect(Object.keys((await firstValueFrom(robot.frames)) ?? {})).toEqual([
      'mode',
      'distance',
      'lightBumpLeft',
      'lightBumpFrontLeft',
      'lightBumpCenterLeft',
      'lightBumpCenterRight',
      'lightBumpFrontRight',
      'lightBumpRight',
    ])
    expect(() => robot.packet('angle')).toThrow('create2: packet: expected one of mode, distance, lightBumpLeft')
  })

  test('sums of distances lose no packet while the event loop is blocked', async () => {
    const simulator = await simulated()
    const { robot } = await driven(simulator.port)
    let distance = 0
    robot.frames.subscribe((values) => (distance += values.distance ?? 0))
    const from = simulator.state().pose.x
    const motion = robot.driveFor(100, 100, 900)
    for (let i = 0; i < 3; i++) {
      await pause(80)
      block(180)
    }
    expect(await motion).toBe(true)
    await pause(200)
    const { x } = simulator.state().pose
    expect(distance).toBeGreaterThan(40)
    // Fractions of a millimeter are in no packet yet.
    expect(Math.abs(distance - 1000 * (x - from))).toBeLessThan(2)
  })

  test('frames that are cut, flipped, lost or mixed with garbage: every whole one is found, and they are counted', async () => {
    const simulator = await simulated({ damage: { lost: 0.05, cut: 0.1, flipped: 0.1, garbage: 0.2 } })
    const { robot, faults } = await driven(simulator.port)
    const before = robot.status().frames
    await until('many frames', () => robot.status().frames > before + 100)
    const { corrupt, skipped, connected } = robot.status()
    expect(connected).toBe(true)
    expect(corrupt).toBeGreaterThan(0)
    expect(skipped).toBeGreaterThan(500)
    expect(faults).toContain('corrupt')
  })

  test('frames that come late are reported, and the run goes on', async () => {
    const simulator = await simulated({ damage: { delayed: 0.1, delay: 60 } })
    const { robot, faults } = await driven(simulator.port)
    await until('a late frame', () => faults.includes('late'))
    expect(robot.status().longestGap).toBeGreaterThan(30)
    expect(robot.status().connected).toBe(true)
  })

  test('silence: the robot is halted after 100 ms, and connected again after a second', async () => {
    const simulator = await simulated()
    const { robot, faults } = await driven(simulator.port)
    await robot.drive(100, 100)
    await until('the wheels', () => simulator.state().left === 100)
    simulator.setDamage({ lost: 1 })
    await until('the fault', () => faults.includes('stale'))
    await until('the rest', () => simulator.state().left === 0, 300)
    // The cable is in place, but nobody would see what the robot does.
    expect(await robot.drive(100, 100)).toBe(false)
    expect(faults).toContain('notSent')
    await pause(100)
    expect(simulator.state().left).toBe(0)
    await until('the loss', () => faults.includes('lost'), 3000)
    simulator.setDamage({})
    await until('the restoration', () => faults.includes('restored'))
    expect(simulator.state()).toMatchObject({ mode: 2, left: 0 })
  })

  test('a cable that is pulled: commands are dropped and none is sent later; the robot rests when it is back', async () => {
    const simulator = await simulated()
    const { robot, faults, lines } = await driven(simulator.port, { watchdog: false })
    await robot.drive(50, 50)
    await until('the wheels', () => simulator.state().left === 50)
    const back = simulator.unplug(600)
    await until('the loss', () => faults.includes('lost'))
    expect(await robot.drive(120, 120)).toBe(false)
    expect(faults).toContain('notSent')
    // Nothing reaches the robot, which keeps its speed: without the cable nobody can halt it.
    expect(simulator.state().left).toBe(50)
    await back
    await until('the restoration', () => faults.includes('restored'))
    await pause(100)
    expect(simulator.state()).toMatchObject({ mode: 2, left: 0, right: 0 })
    expect(lines.some((line) => line.startsWith(`create2 ${simulator.port}: `))).toBe(true)
    expect(await robot.drive(60, 60)).toBe(true)
  })

  test('a port that is not there, within a bounded number of attempts', async () => {
    const port = newPort()
    const robot = create2({ port, backoff: { first: 1, retries: 2 }, report: () => {} })
    onTestFinished(() => void robot.close())
    const error = await firstValueFrom(robot.frames).catch((failure: unknown) => String(failure))
    expect(error).toMatch(
      /^SensorError: create2 \S+robot: gave up \(failures in a row: 3\): .*No such file or directory/,
    )
    expect(await robot.close()).toBe(false)
  })

  test('a port that is in use', async () => {
    const simulator = await simulated()
    await driven(simulator.port)
    const other = fromSerial(simulator.port, { baudRate: 115_200, codec: finiteNumber, report: () => {} })
    const error = await firstValueFrom(other).catch((failure: unknown) => String(failure))
    expect(error).toContain('in use by create2')
  })

  test.each([
    ['NaN', NaN],
    ['infinity', Infinity],
    ['more than 500 mm/s', 501],
  ])('a speed of %s is refused, and the robot halted', async (_name, speed) => {
    const simulator = await simulated()
    const { robot, faults } = await driven(simulator.port)
    await robot.drive(100, 100)
    await until('the wheels', () => simulator.state().left === 100)
    await expect(robot.drive(0, speed)).rejects.toThrow(
      'drive direct: right: expected an integer from -500 to 500 mm/s',
    )
    expect(faults).toContain('refused')
    await until('the rest', () => simulator.state().left === 0)
  })

  test('commands that come faster than the port are replaced, the newest is the last one', async () => {
    const simulator = await simulated()
    const { robot } = await driven(simulator.port)
    const sent = await Promise.all(Array.from({ length: 200 }, (_, i) => robot.drive(i + 1, -i - 1)))
    expect(sent[0]).toBe(true)
    expect(sent[199]).toBe(true)
    expect(sent.filter((each) => !each).length).toBeGreaterThan(100)
    await until('the newest command', () => simulator.state().left === 200)
    expect(simulator.state().refused).toEqual([])
  })

  test('a program that is blocked: the watchdog halts the robot', async () => {
    const simulator = await simulated()
    const { robot, faults } = await driven(simulator.port, { watchdog: { latch: 200 } })
    await robot.drive(100, 100)
    await until('the wheels', () => simulator.state().left === 100)
    // Nothing is repeated.
    await until('the rest', () => simulator.state().left === 0, 600)
    await until('the fault', () => faults.includes('stalled'))
    expect(simulator.state().mode).toBe(2)
    // The next command moves it again.
    await robot.drive(80, 80)
    await until('the wheels', () => simulator.state().left === 80)
  })

  test('a watchdog that dies: the robot is halted, and moves no more', async () => {
    const simulator = await simulated()
    const { robot, faults } = await driven(simulator.port)
    await robot.drive(100, 100)
    await until('the wheels', () => simulator.state().left === 100)
    const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim().split(' ')
    const watchdogs = children.filter(
      (pid) =>
        readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(simulator.port) &&
        readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(process.execPath),
    )
    expect(watchdogs).toHaveLength(1)
    process.kill(Number(watchdogs[0]), 'SIGKILL')
    await until('the fault', () => faults.includes('unwatched'))
    await until('the rest', () => simulator.state().left === 0)
    await expect(robot.drive(100, 100)).rejects.toThrow('the watchdog is gone')
  })

  test('a cliff: the robot stops by itself, and is put back into safe mode only when it is away from it', async () => {
    const simulator = await simulated({ arena: 'cliff' })
    const { robot, faults } = await driven(simulator.port)
    simulator.place({ x: 1, y: 0.6, heading: 0 })
    void robot.driveFor(150, 150, 2000)
    await until('the cliff', () => faults.includes('cliff'))
    expect(simulator.state()).toMatchObject({ mode: 1, left: 0 })
    await pause(700)
    expect(simulator.state().mode).toBe(1)
    expect(faults).not.toContain('rearmed')
    simulator.place({ x: 0.4, y: 0.6, heading: 0 })
    await until('safe mode', () => simulator.state().mode === 2)
    expect(faults).toContain('rearmed')
  })

  test('a wheel that hangs: the robot stops, until it is put down', async () => {
    const simulator = await simulated()
    const { robot, faults } = await driven(simulator.port)
    await robot.drive(100, 100)
    simulator.lift(true)
    await until('the fault', () => faults.includes('wheelDrop'))
    expect(simulator.state()).toMatchObject({ mode: 1, left: 0 })
    simulator.lift(false)
    await until('safe mode', () => simulator.state().mode === 2)
  })

  test('a robot that restarts: its text is skipped, and it is put back to work', async () => {
    const simulator = await simulated()
    const { faults } = await driven(simulator.port)
    simulator.reset()
    await until('the loss', () => faults.includes('lost'), 4000)
    await until('the restoration', () => faults.includes('restored'), 20_000)
    expect(simulator.state().mode).toBe(2)
  })

  test('a charge below the limit is reported once', async () => {
    const simulator = await simulated({ charge: 1600 })
    const { faults, lines } = await driven(simulator.port)
    expect(faults).not.toContain('lowBattery')
    simulator.setCharge(1499)
    await until('the fault', () => faults.includes('lowBattery'))
    await pause(100)
    expect(faults.filter((kind) => kind === 'lowBattery')).toHaveLength(1)
    expect(lines).toContain('1499 of 2696 mAh are left, less than 1500; charge the robot')
  })

  test('passive mode reads and never moves', async () => {
    const simulator = await simulated()
    const { robot } = await driven(simulator.port, { mode: 'passive' })
    await expect(robot.drive(100, 100)).rejects.toThrow('passive mode, in which it obeys no motion')
    expect(await firstValueFrom(robot.frames.pipe(take(5), toArray()))).toHaveLength(5)
    expect(simulator.state()).toMatchObject({ mode: 1, left: 0 })
  })

  test('lights and songs', async () => {
    const simulator = await simulated()
    const { robot } = await driven(simulator.port)
    expect(await robot.lights({ dock: true, color: 255, intensity: 128 })).toBe(true)
    expect(await robot.play([{ note: 60, length: 32 }])).toBe(true)
    expect(await firstValueFrom(robot.packet('songPlaying').pipe(take(20), toArray()))).toContain(true)
    expect(simulator.state().refused).toEqual([])
  })

  test('the dock: the robot finds it by itself, and charges', async () => {
    const simulator = await simulated({ arena: 'docker', charge: 2000 })
    const { robot } = await driven(simulator.port)
    await robot.seekDock()
    await until('the dock', () => simulator.state().isDocked, 20_000)
    await until('the charge', () => (robot.status().values?.current ?? 0) > 0)
    expect(robot.status().values).toMatchObject({ mode: 1, chargingSources: 2 })
  })
})

describe('the end of a robot, in every state', () => {
  needsPorts()

  test('before it has connected, while it greets, and while it connects again', async () => {
    const simulator = await simulated()
    for (const after of [0, 1, 20, 60, 200, 400]) {
      const robot = create2({ port: simulator.port, report: () => {} })
      await pause(after)
      await robot.close()
      // The watchdog does what could not be sent.
      await until(`the rest of one that was closed after ${after} ms`, () => simulator.state().left === 0)
    }
    const { robot, faults } = await driven(simulator.port)
    const back = simulator.unplug(300)
    await until('the loss', () => faults.includes('lost'))
    expect(await robot.close()).toBe(false)
    await back
  })

  test('within 3 s, even where nothing is read from the port', async () => {
    const simulator = await simulated()
    const { robot } = await driven(simulator.port)
    simulator.setDamage({ lost: 1 })
    const begun = performance.now()
    expect(await robot.close()).toBe(false)
    expect(performance.now() - begun).toBeLessThan(3000)
    expect(simulator.state()).toMatchObject({ left: 0, right: 0 })
  })
})

test('wrong options', () => {
  for (const [options, complaint] of [
    [{ port: '' }, 'create2: port: expected a path such as /dev/ttyUSB0, got ""'],
    [{ port: 'p', mode: 'saef' }, 'create2: mode: expected one of passive, safe, full, got "saef"'],
    [
      { port: 'p', packets: ['distanse'] },
      'create2: packets: expected the names of packets, got "distanse"; nearest: distance',
    ],
    [{ port: 'p', packets: [] }, 'create2: packets: expected one packet or more, got none'],
    [{ port: 'p', packets: [100, 100, 6] }, 'create2: packets: expected frames of at most 172 bytes'],
    [{ port: 'p', watchdog: { latch: 0 } }, 'create2: watchdog.latch: expected milliseconds above 0, got 0'],
    [{ port: 'p', lowCharge: NaN }, 'create2: lowCharge: expected mAh, 0 or more, got NaN'],
  ] as const)
    expect(() => create2(options as never)).toThrow(complaint)
})
