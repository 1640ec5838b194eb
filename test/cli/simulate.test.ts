/** `rivulet simulate`: the options are read, the port is there, faults come when they are due, and signals end it. */
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { isRight } from 'fp-ts/lib/Either.js'
import { describe, expect, onTestFinished, test } from 'vitest'
import { readSimulate } from '../../src/cli/simulateOptions.js'
import { until } from '../links/running.js'
import { driven, needsPorts, newPort } from '../robots/rig.js'
import { driverOf } from '../robots/urRig.js'
import { rivulet, started } from './program.js'

test('reads its words', () => {
  const read = readSimulate('create2', {
    portLink: '/tmp/p',
    flipped: '0.01',
    unknown: '0.1',
    charge: '1400',
    unplugAfter: '5',
  })
  expect(isRight(read) && read.right).toEqual({
    robot: 'create2',
    portLink: '/tmp/p',
    arena: 'mover',
    charge: 1400,
    seed: 1,
    damage: { flipped: 0.01, unknown: 0.1 },
    resetAfter: null,
    unplugAfter: 5,
    unplugFor: 2,
  })
})

test('reads the words of an arm', () => {
  const damage = { split: '0.1', delayed: '0.2', delay: '80', message: '0.3' }
  const read = readSimulate('ur5', { ports: '0,0,0', ...damage, stopAfter: '3' })
  expect(isRight(read) && read.right).toEqual({
    robot: 'ur5',
    host: '127.0.0.1',
    ports: [0, 0, 0],
    generation: 'cb3',
    damage: { split: 0.1, delayed: 0.2, delay: 80, message: 0.3 },
    seed: 1,
    resetAfter: null,
    unplugAfter: null,
    unplugFor: 2,
    stopAfter: 3,
  })
})

test('a simulated arm restarts and has a protective stop when that is due, delays samples, sends texts, and ends by a signal', async () => {
  const faultWords = ['--delayed', '0.02', '--delay', '40', '--message', '0.05']
  const words = ['simulate', 'ur5', '--ports', '0,0,0', '--reset-after', '1.5', '--stop-after', '5', ...faultWords]
  const { child, ended } = started(words, tmpdir())
  let output = ''
  child.stdout?.on('data', (text: Buffer) => (output += String(text)))
  await until('the ports', () => output.includes('Ctrl-C'), 20_000)
  const [rtde, realtime, dashboard] = /ports (\d+),(\d+),(\d+);/.exec(output)!.slice(1).map(Number)
  const { robot, faults } = driverOf({ host: '127.0.0.1', ports: { rtde, realtime, dashboard } })
  await until('the restart', () => faults.includes('lost'), 20_000)
  await until('the restoration', () => faults.includes('restored'), 20_000)
  await until('the stop', () => faults.includes('protectiveStop'), 20_000)
  expect(faults).toEqual(expect.arrayContaining(['late', 'message']))
  await robot.close()
  child.kill('SIGINT')
  expect(await ended).toMatchObject({ status: 130, stderr: 'rivulet: SIGINT: the robot is gone\n' })
}, 60_000)

test('a simulated UR5e that is driven into its table says why it stopped', async () => {
  const words = ['simulate', 'ur5', '--ports', '0,0,0', '--generation', 'eSeries']
  const { child, ended } = started(words, tmpdir())
  const run = { stdout: '', stderr: '' }
  child.stdout?.on('data', (text: Buffer) => (run.stdout += String(text)))
  child.stderr?.on('data', (text: Buffer) => (run.stderr += String(text)))
  await until('the ports', () => run.stdout.includes('Ctrl-C'), 20_000)
  expect(run.stdout).toMatch(/^a simulated UR5e on /)
  const socket = connect(Number(/ports \d+,(\d+),/.exec(run.stdout)![1]), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.resume()
  socket.write('movej([1.58,0.3,0.3,0,0,0], a=1.4, v=1.05)\n')
  await until('the line', () => run.stderr.includes('\n'), 20_000)
  child.kill('SIGINT')
  expect((await ended).stderr).toMatch(
    /^rivulet: the arm has touched something: \d+ Nm at a joint\nrivulet: SIGINT: the robot is gone\n$/,
  )
})

test.each([
  [['simulate', 'crate2'], 'rivulet: robot: expected one of create2, ur5; got "crate2"; nearest: create2\n'],
  [['simulate', 'create2', '--lost', '2'], 'rivulet: --lost: expected a number >= 0 and <= 1; got "2"\n'],
  [
    ['simulate', 'create2', '--arena', 'mvoer'],
    'rivulet: --arena: expected one of mover, docker, cliff; got "mvoer"; nearest: mover\n',
  ],
  [['simulate', 'ur5', '--arena', 'mover'], 'rivulet: --arena: expected no such option with ur5; got "mover"\n'],
  [['simulate', 'create2', '--message', '1'], 'rivulet: --message: expected no such option with create2; got 1\n'],
  [['simulate', 'ur5', '--delay', '-1'], 'rivulet: --delay: expected a number >= 0; got "-1"\n'],
  [['simulate', 'ur5', '--skipped', '2'], 'rivulet: --skipped: expected a number >= 0 and <= 1; got "2"\n'],
  [
    ['simulate', 'ur5', '--ports', '1,2,70000'],
    'rivulet: --ports: expected 3 ports: RTDE, realtime, dashboard, joined by commas; got "1,2,70000"\n',
  ],
  [['simulate', 'create2', '--unplug-after', '-1'], 'rivulet: --unplug-after: expected a positive number; got "-1"\n'],
])('refuses %s', (words, stderr) => {
  expect(rivulet(words, tmpdir())).toEqual({ status: 2, stdout: '', stderr })
})

describe('a simulator', () => {
  needsPorts()

  test('restarts and loses its cable when that is due, and ends by a signal', async () => {
    const port = newPort()
    const words = [
      'simulate',
      'create2',
      '--port-link',
      port,
      '--reset-after',
      '4',
      '--unplug-after',
      '10',
      '--unplug-for',
      '1',
    ]
    const { child, ended } = started([...words, '--charge', '1400'], tmpdir())
    await until('the port', () => existsSync(port), 20_000)
    const { robot, faults } = await driven(port)
    await until('the low battery', () => faults.includes('lowBattery'))
    const count = (kind: string): number => faults.filter((each) => each === kind).length
    await until('the restoration after the restart', () => count('restored') === 1, 20_000)
    await until('the restoration after the cable', () => count('restored') === 2, 20_000)
    expect(count('lost')).toBe(2)
    await robot.close()
    child.kill('SIGINT')
    expect(await ended).toMatchObject({
      status: 130,
      stdout: `a simulated Create 2 on ${port}; Ctrl-C ends it\n`,
      stderr: 'rivulet: SIGINT: the robot is gone\n',
    })
    expect(existsSync(port)).toBe(false)
  }, 60_000)

  test('a port that cannot be made', () => {
    expect(rivulet(['simulate', 'create2', '--port-link', '/nowhere/port'], tmpdir())).toEqual({
      status: 1,
      stdout: '',
      stderr: 'rivulet: /nowhere/port: socat makes no port there: No such file or directory\n',
    })
    expect(rivulet(['simulate', 'create2', '--port-link', '/dev/null'], tmpdir()).stderr).toBe(
      'rivulet: /dev/null: expected a path without a file, for the link to a new port\n',
    )
  })
})
