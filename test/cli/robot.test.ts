/** `rivulet robot`: it reads before it moves, moves only if it may, and leaves the robot at rest however it ends. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { pause, until } from '../links/running.js'
import { needsPorts, simulated } from '../robots/rig.js'
import { program, rivulet, type Run } from './program.js'

vi.setConfig({ testTimeout: 120_000 })

const started = (words: readonly string[]) => {
  const place = mkdtempSync(join(tmpdir(), 'rivulet-robot-'))
  const child = spawn(process.execPath, [program, 'robot', ...words], { cwd: place, stdio: 'pipe' })
  onTestFinished(() => void child.kill('SIGKILL'))
  const run = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (run.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (run.stderr += chunk.toString()))
  const ended = new Promise<Run>((resolve) => {
    child.on('close', (status, signal) => resolve({ status, signal, ...run }))
  })
  return { child, ended, run, place }
}
const small = ['--hidden', '8,8', '--out', 'run']

test.each([
  [['create-mover'], '--port: expected the path of a serial port, such as /dev/ttyUSB0; got nothing'],
  [
    ['create-movr', '--port', 'p'],
    'task: expected one of create-mover, create-docker, ur-reacher-2; got "create-movr"; nearest: create-mover',
  ],
  [
    ['create-mover', '--port', 'p', '--host', 'h'],
    '--host: expected no such option with Create-Mover, which has --port; got "h"',
  ],
  [['ur-reacher-2'], '--host: expected the address of the controller, such as 192.168.1.10; got nothing'],
  [
    ['ur-reacher-2', '--host', 'h', '--port', 'p'],
    '--port: expected no such option with UR-Reacher-2, which has --host, --transport, --arm, --ports, --unlock; got "p"',
  ],
  [
    ['ur-reacher-2', '--host', 'h', '--transport', 'rtd'],
    '--transport: expected one of rtde, realtime; got "rtd"; nearest: rtde',
  ],
  [
    ['ur-reacher-2', '--host', 'h', '--ports', '1,2'],
    '--ports: expected 3 ports: RTDE, realtime, dashboard, joined by commas; got "1,2"',
  ],
  [['create-mover', '--port', 'p', '--steps', 'x'], '--steps: expected a positive integer; got "x"'],
  [
    ['create-mover', '--port', '/dev/rivulet-none'],
    '--port: expected the path of a serial port, such as /dev/ttyUSB0; got "/dev/rivulet-none" (no such file)',
  ],
  [['create-mover', '--port', 'p', '--resume', 'none'], 'none/config.json: expected a file; got no such file'],
])('refuses %s', (words, line) => {
  const { status, stdout, stderr } = rivulet(['robot', ...words], tmpdir())
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr.startsWith('rivulet: ')).toBe(true)
  if (!words.includes('--resume')) expect(stderr).toBe(`rivulet: ${line}\n`)
})

describe('on a simulated robot', () => {
  needsPorts()

  test('a dry run prints what the robot reports, and never moves it', async () => {
    const simulator = await simulated()
    const { child, ended, run } = started(['create-mover', '--port', simulator.port, '--dry-run'])
    await until('some lines', () => run.stdout.split('\n').length > 4, 20_000)
    expect(simulator.state()).toMatchObject({ mode: 1, left: 0, right: 0 })
    child.kill('SIGINT')
    const { status, stdout, stderr } = await ended
    expect(status).toBe(130)
    for (const line of stdout.trim().split('\n'))
      expect(line).toMatch(/^mode passive; 2,600 of 2,696 mAh; touched: none; /)
    expect(stderr).toMatch(/rivulet: SIGINT: the robot was only read\n$/)
    // The last byte has left this process before the robot reads it.
    await until('the end of the interface', () => simulator.state().mode === 0)
    expect(simulator.state()).toMatchObject({ mode: 0, pose: { x: 0.4572, y: 0.381, heading: 0 } })
  })

  test.each([
    ['no', '"no"'],
    [null, 'no standard input (--yes begins without the question)'],
  ])('asks before the first motion; %s ends the command', async (answer, got) => {
    const simulator = await simulated()
    const { child, ended, place } = started(['create-mover', '--port', simulator.port, ...small])
    child.stdin.end(answer === null ? '' : `${answer}\n`)
    const { status, stderr } = await ended
    expect(status).toBe(2)
    expect(stderr).toContain('Type yes to begin: ')
    expect(stderr).toMatch(
      new RegExp(`rivulet: the answer: expected yes before the first motion; got ${got.replace(/[()]/g, '\\$&')}\\n$`),
    )
    // The last byte has left this process before the robot reads it.
    await until('the end of the interface', () => simulator.state().mode === 0)
    expect(simulator.state()).toMatchObject({ mode: 0, pose: { x: 0.4572, y: 0.381, heading: 0 } })
    expect(existsSync(join(place, 'run'))).toBe(false)
  })

  test('learns after a yes, writes what a run writes, and goes on after it was interrupted', async () => {
    const simulator = await simulated()
    const first = started(['create-mover', '--port', simulator.port, ...small, '--steps', '60'])
    first.child.stdin.write('yes\n')
    const config = join(first.place, 'run', 'config.json')
    await until('the run', () => existsSync(config) && simulator.state().left > 0, 30_000)
    // Some steps, for a checkpoint.
    await pause(2500)
    first.child.kill('SIGINT')
    const interrupted = await first.ended
    expect(interrupted.status).toBe(130)
    expect(interrupted.stderr).toMatch(/rivulet: SIGINT: stopped after \d+ of 60 steps; .* written to run[^\n]*\n$/)
    // The last byte has left this process before the robot reads it.
    await until('the end of the interface', () => simulator.state().mode === 0)
    expect(simulator.state()).toMatchObject({ mode: 0, left: 0, right: 0 })
    expect(JSON.parse(readFileSync(config, 'utf8'))).toMatchObject({ task: 'Create-Mover', steps: 60 })
    expect(readdirSync(join(first.place, 'run')).toSorted()).toEqual(
      expect.arrayContaining([
        'checkpoints',
        'config.json',
        'episodes.csv',
        'policy.safetensors',
        'weights.safetensors',
      ]),
    )
    expect(rivulet(['resume', join(first.place, 'run')], tmpdir()).stderr).toContain(
      `a run of Create-Mover needs its robot: 'rivulet robot create-mover --port <path> --resume`,
    )
    const second = started(['create-mover', '--port', simulator.port, '--resume', join(first.place, 'run'), '--yes'])
    const { status, stdout, stderr } = await second.ended
    expect({ status, stderr: stderr.includes('fault') || stderr.includes('mode') }).toEqual({ status: 0, stderr: true })
    expect(stdout).toMatch(/^Create-Mover: 60 steps in /)
    // The last byte has left this process before the robot reads it.
    await until('the end of the interface', () => simulator.state().mode === 0)
    expect(simulator.state()).toMatchObject({ mode: 0, left: 0, right: 0 })
  })

  test('the live line has beats, misses and faults', async () => {
    const simulator = await simulated()
    const { child, run, ended } = started([
      'create-mover',
      '--port',
      simulator.port,
      ...small,
      '--steps',
      '2000',
      '--yes',
    ])
    await until(
      'a line of progress',
      () => /\d+\/2,000 steps, .*; \d+ beats?, \d+ missed, \d+ faults?\n/.test(run.stderr),
      40_000,
    )
    child.kill('SIGTERM')
    expect((await ended).status).toBe(143)
  })

  test('killed, it leaves the robot at rest within half a second', async () => {
    const simulator = await simulated()
    const { child } = started(['create-mover', '--port', simulator.port, ...small, '--yes'])
    await until('the motion', () => simulator.state().left !== 0, 30_000)
    child.kill('SIGKILL')
    const begun = performance.now()
    await until('the rest', () => simulator.state().mode === 0 && simulator.state().left === 0)
    expect(performance.now() - begun).toBeLessThan(500)
  })
})
