/** `rivulet simulate`: the options are read, the port is there, faults come when they are due, and signals end it. */
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isRight } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { readSimulate } from '../../src/cli/simulateOptions.js'
import { until } from '../links/running.js'
import { driven, needsPorts, newPort } from '../robots/rig.js'
import { rivulet, started } from './program.js'

test('reads its words', () => {
  const read = readSimulate('create2', { portLink: '/tmp/p', flipped: '0.01', charge: '1400', unplugAfter: '5' })
  expect(isRight(read) && read.right).toEqual({
    robot: 'create2',
    portLink: '/tmp/p',
    arena: 'mover',
    charge: 1400,
    seed: 1,
    damage: { flipped: 0.01 },
    resetAfter: null,
    unplugAfter: 5,
    unplugFor: 2,
  })
})

test.each([
  [['simulate', 'crate2'], 'rivulet: robot: expected one of create2; got "crate2"; nearest: create2\n'],
  [['simulate', 'create2', '--lost', '2'], 'rivulet: --lost: expected a number >= 0 and <= 1; got "2"\n'],
  [
    ['simulate', 'create2', '--arena', 'mvoer'],
    'rivulet: --arena: expected one of mover, docker, cliff; got "mvoer"; nearest: mover\n',
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
