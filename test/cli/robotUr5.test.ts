/** `rivulet robot ur-reacher-2`: it reads before it moves, moves only if it may, and leaves the arm at rest however it ends. */
import { existsSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { SimulatedUr5 } from '../../src/robots/urSimulator/simulateUr5.js'
import { until } from '../links/running.js'
import { rests, simulatedArm } from '../robots/urRig.js'
import { program, rivulet, type Run } from './program.js'

vi.setConfig({ testTimeout: 120_000 })

const started = ({ ports: { rtde, realtime, dashboard } }: SimulatedUr5, ...words: readonly string[]) => {
  const place = mkdtempSync(join(tmpdir(), 'rivulet-robot-'))
  const own = ['robot', 'ur-reacher-2', '--host', '127.0.0.1', '--ports', `${rtde},${realtime},${dashboard}`]
  const child = spawn(process.execPath, [program, ...own, ...words], { cwd: place, stdio: 'pipe' })
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
const moves = (simulator: SimulatedUr5): boolean => simulator.state().qd.some((speed) => Math.abs(speed) > 0.01)

test('a dry run prints what the arm reports, and sends nothing', async () => {
  const simulator = await simulatedArm()
  const { child, ended, run } = started(simulator, '--dry-run')
  await until('some lines', () => run.stdout.split('\n').length > 4, 20_000)
  child.kill('SIGINT')
  const { status, stdout, stderr } = await ended
  expect(status).toBe(130)
  for (const line of stdout.trim().split('\n')) {
    expect(line).toMatch(
      /^running; safety normal; program stopped; joints 90\.9 -137\.5 85\.9 -41\.1 93\.8 57\.8 degrees; tool 104 -19 770 mm; speed 100 %; software 3\.15\.8; /,
    )
  }
  expect(stderr).toMatch(/rivulet: SIGINT: the robot was only read\n$/)
  expect(simulator.scripts()).toEqual([])
})

test('asks before the first motion; no ends the command, and nothing was sent', async () => {
  const simulator = await simulatedArm()
  const { child, ended, place } = started(simulator, ...small)
  child.stdin.end('no\n')
  const { status, stderr } = await ended
  expect(status).toBe(2)
  expect(stderr).toContain('Is its space free')
  expect(stderr).toMatch(/rivulet: the answer: expected yes before the first motion; got "no"\n$/)
  expect(simulator.scripts()).toEqual([])
  expect(existsSync(join(place, 'run'))).toBe(false)
})

test('learns after a yes, shows beats and faults, writes what a run writes, and goes on after it was interrupted', async () => {
  const simulator = await simulatedArm()
  const first = started(simulator, ...small, '--steps', '400')
  first.child.stdin.write('yes\n')
  const config = join(first.place, 'run', 'config.json')
  await until(
    'a line of progress',
    () => existsSync(config) && /\d+\/400 steps, .*; \d+ beats?, \d+ missed, \d+ faults?\n/.test(first.run.stderr),
    40_000,
  )
  first.child.kill('SIGINT')
  const interrupted = await first.ended
  expect(interrupted.status).toBe(130)
  expect(interrupted.stderr).toMatch(/rivulet: SIGINT: stopped after \d+ of 400 steps; .* written to run[^\n]*\n$/)
  expect(simulator.scripts().at(-1)?.line).toBe('stopj(3)')
  expect(moves(simulator)).toBe(false)
  expect(JSON.parse(readFileSync(config, 'utf8'))).toMatchObject({ task: 'UR-Reacher-2', steps: 400 })
  expect(readdirSync(join(first.place, 'run'))).toContain('checkpoints')
  expect(rivulet(['resume', join(first.place, 'run')], tmpdir()).stderr).toContain(
    `a run of UR-Reacher-2 needs its robot: 'rivulet robot ur-reacher-2 --host <address> --resume`,
  )
  const steps = Number(/stopped after (\d+) of/.exec(interrupted.stderr)?.[1]) + 20
  const words = ['--resume', join(first.place, 'run'), '--yes', '--transport', 'realtime', '--steps', `${steps}`]
  const second = started(simulator, ...words)
  const { status, stdout } = await second.ended
  expect(status).toBe(0)
  expect(stdout).toMatch(new RegExp(`^UR-Reacher-2: ${steps} steps in `))
  expect(moves(simulator)).toBe(false)
})

test('a protective stop ends the run, with what is to be done', async () => {
  const simulator = await simulatedArm()
  const { run, ended } = started(simulator, ...small, '--yes')
  await until('the task', () => /beats?,/.test(run.stderr) || simulator.scripts().length > 500, 40_000)
  simulator.protectiveStop()
  const { status, stderr } = await ended
  expect(status).toBe(1)
  expect(stderr).toContain('protectiveStop: protective stop: no motion is sent; look at the arm, then unlock the stop')
  expect(simulator.state().safetyMode).toBe(3)
})

test('killed, it leaves the arm at rest within half a second', async () => {
  const simulator = await simulatedArm()
  simulator.place([1.5, -2.2, 1.3, -0.7, 1.6, 1])
  const { child } = started(simulator, ...small, '--yes')
  await until('the motion', () => moves(simulator), 30_000)
  child.kill('SIGKILL')
  const begun = performance.now()
  await until('the rest', () => rests(simulator))
  expect(performance.now() - begun).toBeLessThan(500)
})

test('no controller at the address is one line', () => {
  const words = ['robot', 'ur-reacher-2', '--host', '127.0.0.1', '--ports', '1,1,1', '--dry-run']
  const { status, stderr } = rivulet(words, tmpdir())
  expect(status).toBe(1)
  expect(stderr).toMatch(
    /rivulet: ur5 127\.0\.0\.1:1: gave up \(failures in a row: 7\): connect ECONNREFUSED 127\.0\.0\.1:1\n$/,
  )
})
