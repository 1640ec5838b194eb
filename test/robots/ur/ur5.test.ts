/** The driver against a simulated arm: each row of the table of faults, and what is wanted. */
import { createServer } from 'node:net'
import { firstValueFrom } from 'rxjs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { recipeOf, writeRecipe } from '../../../src/robots/ur/recipe.js'
import { decodeRequest, encodeReply, type RtdeReply, rtdeSize } from '../../../src/robots/ur/rtdeMessages.js'
import { outputType } from '../../../src/robots/ur/rtdeFields.js'
import type { Ur5Sample } from '../../../src/robots/ur/sample.js'
import { sizedDecoder } from '../../../src/robots/ur/sizedFrames.js'
import { ur5 } from '../../../src/robots/ur/ur5.js'
import type { SimulatedUr5 } from '../../../src/robots/urSimulator/simulateUr5.js'
import { listening, pause, until } from '../../links/running.js'
import { drivenArm, driverOf, rests, simulatedArm } from '../urRig.js'

const still = [0, 0, 0, 0, 0, 0]
const turning = [0, 0.2, -0.2, 0, 0, 0]
const moves = (simulator: SimulatedUr5): boolean => simulator.state().qd[1] > 0.19
/** What a driver notices on a loaded machine. */
const withoutLateness = (faults: readonly string[]): readonly string[] => faults.filter((kind) => kind !== 'late')
const lastLine = (simulator: SimulatedUr5): string => simulator.scripts().at(-1)?.line ?? ''

describe.each(['rtde', 'realtime'] as const)('by %s', (transport) => {
  test('streams, moves, repeats its command, and is left at rest', async () => {
    const simulator = await simulatedArm()
    const { robot, faults } = await drivenArm(simulator, { transport })
    expect(await robot.speed(turning)).toBe(true)
    await until('the motion', () => moves(simulator))
    // The controller ends a command after 100 ms: it goes on since it is sent again.
    await pause(250)
    expect(moves(simulator)).toBe(true)
    await until('the repetitions', () => simulator.scripts().length > 20)
    expect(await robot.close()).toBe(true)
    expect(Math.max(...simulator.state().qd.map(Math.abs))).toBeLessThan(0.01)
    expect(lastLine(simulator)).toBe('stopj(3)')
    expect(simulator.state().refused).toEqual([])
    expect(withoutLateness(faults)).toEqual([])
    // A second call does nothing.
    expect(await robot.close()).toBe(true)
  })

  test('pieces of frames, and several in one piece: every sample is whole, and in order', async () => {
    const simulator = await simulatedArm({ damage: { split: 0.3, merged: 0.3 } })
    const { robot, faults } = await drivenArm(simulator, { transport })
    const times: number[] = []
    robot.samples.subscribe(({ timestamp, q }) => {
      times.push(timestamp)
      expect(q).toEqual([1.58724391, -2.4, 1.5, -0.71790582, 1.63685572, 1.00910473])
    })
    await until('many samples', () => times.length > 60)
    for (let i = 1; i < times.length; i++) expect(times[i] - times[i - 1]).toBeCloseTo(0.008, 6)
    expect(withoutLateness(faults)).toEqual([])
  })

  test.each([
    ['a size that cannot be one', { oversize: 1 }],
    ['a frame that ends in the middle, and a closed connection', { truncated: 1 }],
  ] as const)('%s: connects again with a whole handshake, and repeats no command', async (_name, damage) => {
    const simulator = await simulatedArm()
    const { robot, faults } = await drivenArm(simulator, { transport })
    await robot.speed(turning)
    await until('the motion', () => moves(simulator))
    simulator.setDamage(damage)
    await until('the loss', () => faults.includes('lost'))
    simulator.setDamage({})
    await until('the restoration', () => faults.includes('restored') && robot.status().connected)
    await until('the rest', () => rests(simulator))
    const sent = simulator.scripts().length
    await pause(100)
    expect(simulator.scripts().length).toBe(sent)
    expect(await robot.speed(turning)).toBe(true)
    await until('the motion', () => moves(simulator))
  })

  test('samples that come twice or not at all, and numbers that are none: dropped and counted', async () => {
    const simulator = await simulatedArm({ damage: { duplicated: 0.1, skipped: 0.1, notFinite: 0.1 } })
    const { robot, faults } = await drivenArm(simulator, { transport })
    const seen: Ur5Sample[] = []
    robot.samples.subscribe((sample) => seen.push(sample))
    await until('many samples', () => seen.length > 100)
    for (const kind of ['repeated', 'skipped', 'notFinite'] as const) expect(faults).toContain(kind)
    expect(robot.status().skipped).toBeGreaterThan(0)
    expect(seen.every(({ q }) => q.every(Number.isFinite))).toBe(true)
    for (let i = 1; i < seen.length; i++) expect(seen[i].timestamp).toBeGreaterThan(seen[i - 1].timestamp)
    expect(robot.status().connected).toBe(true)
  })

  test('samples that are held back are late, and none is lost', async () => {
    const simulator = await simulatedArm({ damage: { delayed: 0.05, delay: 60 } })
    const { robot, faults } = await drivenArm(simulator, { transport })
    const times: number[] = []
    robot.samples.subscribe(({ timestamp }) => times.push(timestamp))
    await until('many samples', () => times.length > 100)
    expect(faults).toContain('late')
    expect(robot.status().longestGap).toBeGreaterThan(50)
    expect(robot.status()).toMatchObject({ connected: true, skipped: 0 })
    for (let i = 1; i < times.length; i++) expect(times[i] - times[i - 1]).toBeCloseTo(0.008, 6)
  })

  test('a gap is late, a longer one is stale, a pulled cable is lost; nothing is sent later', async () => {
    const simulator = await simulatedArm()
    const { robot, faults, lines } = await drivenArm(simulator, { transport, patience: 500, silence: 600 })
    await simulator.unplug(60)
    await until('the late sample', () => faults.includes('late') && faults.includes('skipped'))
    expect(faults).not.toContain('stale')
    await robot.speed(turning)
    await until('the motion', () => moves(simulator))
    const back = simulator.unplug(900)
    await until('the fault', () => faults.includes('stale'), 500)
    expect(await robot.speed(turning)).toBe(false)
    expect(await robot.approach(simulator.state().q, 100)).toBe(false)
    expect(faults).toContain('notSent')
    // The controller has ended the command by itself: no stop reaches it.
    await until('the rest', () => rests(simulator), 400)
    await until('the loss', () => faults.includes('lost'))
    expect(await robot.speed(turning)).toBe(false)
    await back
    await until('the restoration', () => faults.includes('restored'))
    await pause(50)
    expect(rests(simulator)).toBe(true)
    expect(lines.some((line) => line.startsWith('ur5 127.0.0.1:'))).toBe(true)
    expect(await robot.speed(turning)).toBe(true)
  })

  test('a controller that is restarted: its time begins at 0, and it is trusted after two seconds of samples', async () => {
    const simulator = await simulatedArm()
    const { robot, faults } = await drivenArm(simulator, { transport })
    simulator.restart()
    await until('the loss', () => faults.includes('lost'))
    await until('the restoration', () => faults.includes('restored'))
    expect(robot.status().sample?.timestamp).toBeGreaterThan(1.9)
    expect(robot.status().sample?.timestamp).toBeLessThan(5)
    expect(robot.status().held).toBeNull()
  })
})

describe('commands', () => {
  test.each([
    ['NaN', [0, NaN, 0, 0, 0, 0], 'speedj: speeds[1]: expected a number from -3.14'],
    ['infinity', [0, 0, -Infinity, 0, 0, 0], 'speedj: speeds[2]: expected'],
    ['more than π rad/s', [3.2, 0, 0, 0, 0, 0], 'speedj: speeds[0]: expected'],
    ['five joints', [0, 0, 0, 0, 0], 'speedj: speeds: expected 6 joints, got 5'],
  ])('with %s are refused, and the arm is stopped', async (_name, speeds, complaint) => {
    const simulator = await simulatedArm()
    const { robot, faults } = await drivenArm(simulator)
    await robot.speed(turning)
    await until('the motion', () => moves(simulator))
    await expect(robot.speed(speeds)).rejects.toThrow(complaint)
    expect(faults).toContain('refused')
    await until('the rest', () => rests(simulator))
    expect(lastLine(simulator)).toBe('stopj(3)')
    expect(simulator.scripts().some(({ line }) => /nan|infinity/i.test(line))).toBe(false)
  })

  test('that are not repeated by the program are replaced by a stop after half a second', async () => {
    const simulator = await simulatedArm()
    const { robot, faults } = await drivenArm(simulator)
    await robot.speed(turning)
    await until('the motion', () => moves(simulator))
    await until('the fault', () => faults.includes('staleCommand'), 800)
    await until('the rest', () => rests(simulator), 400)
    expect(lastLine(simulator)).toBe('stopj(3)')
  })

  test('that come faster than the connection are replaced; the newest is the last one', async () => {
    const simulator = await simulatedArm()
    const { robot } = await drivenArm(simulator)
    const sent = await Promise.all(Array.from({ length: 200 }, (_, i) => robot.speed([(i + 1) / 1000, 0, 0, 0, 0, 0])))
    expect([sent[0], sent[199]]).toEqual([true, true])
    expect(sent.filter((each) => !each).length).toBeGreaterThan(100)
    await until('the newest command', () => Math.abs(simulator.state().qd[0] - 0.2) < 0.001)
  })

  test('a stop is sent at once, and no motion that waited follows it', async () => {
    const simulator = await simulatedArm()
    const { robot } = await drivenArm(simulator)
    for (let round = 0; round < 20; round++) {
      void robot.speed([0.1, 0, 0, 0, 0, 0])
      void robot.speed([0.2, 0, 0, 0, 0, 0])
      await robot.stop()
      await pause(10)
      expect(lastLine(simulator)).toBe('stopj(3)')
    }
  })

  test('servo and move reach their angles, approach follows a path and arrives', async () => {
    const simulator = await simulatedArm()
    const { robot } = await drivenArm(simulator)
    const near = (goal: readonly number[]): boolean =>
      goal.every((angle, i) => Math.abs(angle - simulator.state().q[i]) < 0.003)
    const first = [1.5, -2.3, 1.45, -0.7, 1.6, 1]
    expect(await robot.move(first, { time: 0.4 })).toBe(true)
    await until('the angles', () => near(first))
    const second = [1.55, -2.35, 1.5, -0.7, 1.6, 1]
    const beat = setInterval(() => void robot.servo(second), 40)
    await until('the angles', () => near(second))
    clearInterval(beat)
    await robot.stop()
    expect(await robot.approach(first, 500)).toBe(true)
    expect(near(first)).toBe(true)
    // Another command ends it.
    const path = robot.approach(second, 1000)
    await pause(100)
    await robot.speed(still)
    expect(await path).toBe(false)
    await expect(robot.approach([9, 0, 0, 0, 0, 0], 100)).rejects.toThrow('movej: angles[0]')
  })
})

describe('stops of the controller', () => {
  test('a protective stop: a fault, no motion until it is unlocked, and that not within five seconds', async () => {
    const simulator = await simulatedArm()
    const { robot, faults } = await drivenArm(simulator)
    await expect(robot.unlock()).rejects.toThrow('ur5: unlock: the arm is in no protective stop')
    await robot.speed(turning)
    await until('the motion', () => moves(simulator))
    simulator.protectiveStop()
    await until('the fault', () => faults.includes('protectiveStop'))
    await until('the rest', () => rests(simulator), 300)
    expect(robot.status().held?.line).toContain('protective stop: no motion is sent')
    expect(await robot.speed(turning)).toBe(false)
    const sent = simulator.scripts().length
    await expect(robot.unlock()).rejects.toThrow(
      /expected at least 5 s after the stop or the last attempt, [45](\.\d)? s are left/,
    )
    expect(() => robot.recover()).toThrow('ur5: recover: protective stop')
    await pause(5050)
    expect(simulator.scripts().length).toBe(sent)
    // Nobody has unlocked it.
    expect(simulator.state().safetyMode).toBe(3)
    await robot.unlock()
    expect(faults).toContain('released')
    expect(robot.status().held).toBeNull()
    expect(await robot.speed(turning)).toBe(true)
    await until('the motion', () => moves(simulator))
  })

  test.each([
    ['emergencyStop', 6],
    ['emergencyStop', 7],
    ['safeguardStop', 5],
    ['violation', 8],
    ['safetyFault', 9],
  ] as const)('%s (%d): no motion until it is over and the program has recovered', async (kind, mode) => {
    const simulator = await simulatedArm()
    const { robot, faults } = await drivenArm(simulator)
    simulator.setSafetyMode(mode)
    await until('the fault', () => faults.includes(kind))
    await expect(robot.unlock()).rejects.toThrow('in no protective stop')
    expect(() => robot.recover()).toThrow('ur5: recover: ')
    expect(await robot.speed(turning)).toBe(false)
    simulator.setSafetyMode(1)
    await until('the end of it', () => robot.status().sample?.safetyMode === 1)
    expect(await robot.speed(turning)).toBe(false)
    robot.recover()
    expect(await robot.speed(turning)).toBe(true)
  })

  test('an arm without power is not running', async () => {
    const simulator = await simulatedArm()
    const { robot, faults } = await drivenArm(simulator)
    expect(await robot.dashboard('power off')).toEqual({ accepted: true, value: null, line: 'Powering off' })
    await until('the fault', () => faults.includes('notRunning'))
    expect(robot.status().held?.line).toContain('the arm is in the mode power off')
    expect((await robot.dashboard('robotmode')).value).toBe('POWER_OFF')
    await robot.dashboard('power on')
    await robot.dashboard('brake release')
    await until('the mode', () => robot.status().sample?.robotMode === 7)
    robot.recover()
    expect(await robot.speed(turning)).toBe(true)
  })
})

describe('RTDE', () => {
  test('more outputs, inputs, and texts of the controller', async () => {
    const simulator = await simulatedArm({ generation: 'eSeries' })
    const { robot, lines } = await drivenArm(simulator, {
      outputs: ['output_int_register_24', 'actual_TCP_force'],
      inputs: ['input_int_register_24'],
      frequency: 250,
    })
    expect(robot.status().controller).toBe('5.12.2')
    expect(await robot.write({ input_int_register_24: 7 })).toBe(true)
    await until('the register', () => robot.status().sample?.outputs['output_int_register_24'] === 7)
    await expect(robot.write({ input_int_register_24: 0.5 })).rejects.toThrow(
      'input_int_register_24: expected an integer',
    )
    simulator.say('hello', 2)
    await until('the text', () => lines.some((line) => line === 'the controller says (warning): simulator: hello'))
  })

  test('messages of unknown types: each type is reported once, and the stream goes on', async () => {
    const simulator = await simulatedArm({ damage: { unknown: 0.3 } })
    const { robot, faults, lines } = await drivenArm(simulator)
    const before = robot.status().samples
    await until('many samples', () => robot.status().samples > before + 120)
    const reported = lines.filter((_line, i) => faults[i] === 'unknownMessage')
    const line = (type: number): string => `a message of type ${type} (unknown) was left out, and further ones are`
    expect(reported.toSorted()).toEqual([1, 2, 3, 4].map(line))
    expect(robot.status().skipped).toBe(0)
  })

  test('texts among the samples are reported, and the stream goes on', async () => {
    const simulator = await simulatedArm({ damage: { message: 0.2, split: 0.2 } })
    const { robot, faults, lines } = await drivenArm(simulator)
    const before = robot.status().samples
    await until('many samples', () => robot.status().samples > before + 100)
    expect(faults.filter((kind) => kind === 'message').length).toBeGreaterThan(5)
    expect(lines).toContain('the controller says (information): simulator: a message of the simulator')
    expect(robot.status()).toMatchObject({ connected: true, skipped: 0 })
  })

  test('version 1 of the protocol, where the controller has no other', async () => {
    const simulator = await simulatedArm({ protocol: 1 })
    const { robot, faults } = await drivenArm(simulator)
    await robot.speed(turning)
    await until('the motion', () => moves(simulator))
    expect(withoutLateness(faults)).toEqual([])
  })

  test('inputs that another client holds: waits until it is gone', async () => {
    const simulator = await simulatedArm()
    const inputs = ['input_int_register_24'] as const
    const first = await drivenArm(simulator, { inputs })
    const second = driverOf(simulator, { inputs })
    await pause(400)
    expect(second.robot.status().connected).toBe(false)
    await first.robot.close()
    await until('the second client', () => second.robot.status().sample !== null)
    expect(second.faults).not.toContain('lost')
  })

  /** A controller that answers as it is told to. */
  const scripted = async (answer: (asked: string, count: number) => readonly RtdeReply[]) => {
    const simulator = await simulatedArm()
    const asked: string[] = []
    const server = createServer((socket) => {
      const decoder = sizedDecoder(rtdeSize)
      // It goes on to send samples, so that `close` sees an arm at rest.
      let beat: NodeJS.Timeout | undefined
      let time = 100.008
      socket.on('error', () => {})
      socket.on('close', () => clearInterval(beat))
      socket.on('data', (bytes) => {
        for (const frame of decoder.decode(bytes)) {
          const { type } = decodeRequest(frame)
          asked.push(type)
          for (const reply of answer(type, asked.filter((each) => each === type).length))
            socket.write(encodeReply(reply))
          if (type === 'start') beat ??= setInterval(() => socket.write(encodeReply(sample((time += 0.008)))), 8)
        }
      })
    })
    const running = await listening(server, 0)
    onTestFinished(() => running.stop())
    const { port } = server.address() as { readonly port: number }
    return { ends: { host: '127.0.0.1', ports: { ...simulator.ports, rtde: port } }, asked }
  }
  const names = ['timestamp', 'actual_q', 'actual_qd', 'target_q', 'actual_TCP_pose', 'robot_mode', 'safety_mode']
  const fields = [...names, 'runtime_state', 'speed_scaling'].map((name) => ({ name, type: outputType(name)! }))
  const sample = (timestamp: number): RtdeReply => ({
    type: 'data',
    recipe: 1,
    values: writeRecipe(recipeOf(fields), {
      timestamp,
      actual_q: still,
      actual_qd: still,
      target_q: still,
      actual_TCP_pose: still,
      robot_mode: 7,
      safety_mode: 1,
      runtime_state: 1,
      speed_scaling: 1,
    }),
  })
  const usual: Readonly<Record<string, readonly RtdeReply[]>> = {
    protocolVersion: [{ type: 'protocolVersion', accepted: true }],
    controllerVersion: [{ type: 'controllerVersion', major: 3, minor: 3, bugfix: 4, build: 310 }],
    outputs: [{ type: 'outputs', recipe: 1, types: fields.map(({ type }) => type) }],
    start: [{ type: 'start', accepted: true }, sample(100), sample(100.008)],
  }
  const text: RtdeReply = { type: 'text', message: 'boot', source: 'RTDE', level: 3 }

  test.each([
    ['data that overtakes the answer to start', [sample(100), { type: 'start', accepted: true }, sample(100.008)]],
    ['data in place of the answer to start', [sample(100), sample(100.008)]],
  ] as const)('%s counts as acceptance', async (_name, started) => {
    const { ends, asked } = await scripted((type) => (type === 'start' ? started : (usual[type] ?? [])))
    const { robot } = driverOf(ends)
    await until('a sample', () => (robot.status().sample?.timestamp ?? 0) >= 100.008)
    expect(asked.slice(0, 4)).toEqual(['protocolVersion', 'controllerVersion', 'outputs', 'start'])
  })

  test('texts between a request and its answer are tolerated, five of them', async () => {
    const { ends } = await scripted((type) => [...Array.from({ length: 5 }, () => text), ...(usual[type] ?? [])])
    const { robot, lines } = driverOf(ends)
    await until('a sample', () => robot.status().sample !== null)
    expect(lines).toContain('the controller says (information): RTDE: boot')
  })

  test('more than five of them are a handshake that failed, and another connection is made', async () => {
    const { ends } = await scripted((type, count) => {
      const texts = Array.from({ length: count === 1 ? 6 : 0 }, () => text)
      return type === 'controllerVersion' ? [...texts, ...(usual[type] ?? [])] : (usual[type] ?? [])
    })
    const { robot, lines } = driverOf(ends)
    await until('the loss', () =>
      lines.some((line) => line.includes('the controller sends other messages than the answer to controllerVersion')),
    )
    await until('a sample', () => robot.status().connected)
  })

  test.each([
    [
      'neither version',
      { protocolVersion: [{ type: 'protocolVersion', accepted: false }] },
      'the controller accepts neither version 2 nor version 1 of RTDE',
    ],
    [
      'an output that it does not have',
      { outputs: [{ type: 'outputs', recipe: 0, types: ['NOT_FOUND', ...fields.slice(1).map(({ type }) => type)] }] },
      'the controller refuses outputs: timestamp (DOUBLE) is NOT_FOUND',
    ],
    [
      'names in place of types',
      { outputs: [{ type: 'outputs', recipe: 1, types: fields.map(({ name }) => name) }] },
      'the controller refuses outputs: timestamp (DOUBLE) is timestamp, actual_q (VECTOR6D) is actual_q',
    ],
  ] as const)('a controller with %s is an error in one line, and is not asked again', async (_name, changed, line) => {
    const answers: Readonly<Record<string, readonly RtdeReply[]>> = { ...usual, ...changed }
    const { ends, asked } = await scripted((type) => answers[type] ?? [])
    const { robot } = driverOf(ends)
    const error = await firstValueFrom(robot.samples).catch((failure: unknown) => String(failure))
    expect(error).toContain(`SensorError: ur5 127.0.0.1:${ends.ports.rtde}: ${line}`)
    const count = asked.length
    await pause(100)
    expect(asked.length).toBe(count)
  })

  test('data of another size than was agreed on is a loss of the framing', async () => {
    const short: RtdeReply = { type: 'data', recipe: 1, values: new Uint8Array(8) }
    const { ends } = await scripted((type, count) =>
      type === 'start' && count === 1 ? [...usual['start'], short] : (usual[type] ?? []),
    )
    const { robot, lines } = driverOf(ends)
    await until('the loss', () => lines.some((line) => line.includes('data of 8 bytes came, where 220 were agreed on')))
    await until('another handshake', () => robot.status().connected)
  })
})

test('a controller that is not there, within a bounded number of attempts', async () => {
  const simulator = await simulatedArm()
  await simulator.close()
  const { robot } = driverOf(simulator, { backoff: { first: 1, retries: 2 } })
  const error = await firstValueFrom(robot.samples).catch((failure: unknown) => String(failure))
  expect(error).toMatch(/^SensorError: ur5 127\.0\.0\.1:\d+: gave up \(failures in a row: 3\): .*ECONNREFUSED/)
  expect(await robot.close()).toBe(false)
})

test.each(['connecting', 'running', 'disconnected', 'held'] as const)(
  'close is bounded in the state %s',
  async (state) => {
    const simulator = await simulatedArm()
    const { robot } = state === 'connecting' ? driverOf(simulator) : await drivenArm(simulator)
    if (state === 'running') await robot.speed(turning)
    if (state === 'disconnected') await simulator.close()
    if (state === 'held') {
      simulator.protectiveStop()
      await until('the stop', () => robot.status().held !== null)
    }
    const begun = performance.now()
    const atRest = await robot.close()
    expect(performance.now() - begun).toBeLessThan(3000)
    expect(atRest).toBe(state === 'running' || state === 'held')
    expect(await robot.speed(turning)).toBe(false)
  },
)

test('wrong options', () => {
  for (const [options, complaint] of [
    [{ host: '' }, 'ur5: host: expected an address such as 192.168.1.10, got ""'],
    [{ host: 'h', transport: 'rtd' }, 'ur5: transport: expected rtde or realtime, got "rtd"; nearest: rtde'],
    [{ host: 'h', ports: { rtde: 0 } }, 'ur5: ports.rtde: expected a port, 1 to 65535, got 0'],
    [{ host: 'h', frequency: NaN }, 'ur5: frequency: expected a number above 0, at most 500, got NaN'],
    [{ host: 'h', expiry: 5000 }, 'ur5: expiry: expected a number above 0, at most 1000, got 5000'],
    [
      { host: 'h', outputs: ['actual_g'] },
      'ur5: outputs: expected names of RTDE outputs, got "actual_g"; nearest: actual_q',
    ],
    [{ host: 'h', transport: 'realtime', inputs: ['speed_slider_mask'] }, 'ur5: outputs and inputs: expected none'],
  ] as const)
    expect(() => ur5(options as never)).toThrow(complaint)
})
