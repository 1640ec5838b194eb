import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { onEachBroker } from './links/brokers.js'
import { absentPython, python } from './drivers/gymnasium/python.js'
import { pause } from './links/running.js'
import { freePort, stopping, until } from './links/servers.js'
import { needsPorts, simulated } from './robots/rig.js'

// Trains whole agents, in processes of their own. On a slow machine that takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const run = promisify(execFile)
const { started } = stopping()
const path = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url))

/** What an example prints, as a user would run it: the built file, on the package's own exports. */
const printed = async (name: string, steps: number): Promise<string> =>
  (await run(process.execPath, [path(`dist/examples/${name}.js`), String(steps)], { timeout: 250_000 })).stdout

const returns = (output: string): number[] =>
  [...output.matchAll(/return: (-?[\d.]+)/g)].map((match) => Number(match[1]))

test('01-agent reproduces its recorded returns', async () => {
  expect(returns(await printed('01-agent', 1000))).toEqual([-86.69075876236025])
})

test('02-own-operator reproduces its recorded returns, and its own field reaches the end', async () => {
  const output = await printed('02-own-operator', 600)
  expect(returns(output)).toEqual([-1008.0530685815685, -886.3509092683001, -887.4587642257577])
  expect(output.match(/lastEffort: 0\.0032124418080652/)).not.toBeNull()
})

test('03-act-then-learn reproduces its recorded returns', async () => {
  expect(returns(await printed('03-act-then-learn', 1000))).toEqual([-247.50521148394068])
})

test('05-own-network reproduces its recorded return, as near as TensorFlow.js rounds alike on every machine', async () => {
  // Its backends in WebAssembly and in plain JavaScript are 2e-5 apart here.
  const [first, ...others] = returns(await printed('05-own-network', 250))
  expect(first).toBeCloseTo(-1059.4979, 1)
  expect(others).toEqual([])
})

onEachBroker((start) => {
  test('07-temperature learns live from the messages of a broker, and goes on when that is killed and started again', async () => {
    const port = await freePort()
    let broker = await started(start(port))
    const episodes: number[] = []
    const child = spawn(process.execPath, [path('dist/examples/07-temperature.js'), `mqtt://127.0.0.1:${port}`, '200'])
    onTestFinished(() => void child.kill('SIGKILL'))
    child.stdout.on('data', (piece: Buffer) => episodes.push(...returns(String(piece))))
    let complaints = ''
    child.stderr.on('data', (piece: Buffer) => (complaints += String(piece)))
    await until('the first episode', () => episodes.length === 1)
    await broker.stop()
    broker = await started(start(port))
    const [code] = (await once(child, 'exit')) as [number | null]
    const [looking, ...outages] = complaints.trim().split('\n')
    expect([code, looking]).toEqual([0, `looking for a broker at mqtt://127.0.0.1:${port}`])
    // Each of the four links reports its outage, once.
    expect(outages).toHaveLength(4)
    for (const line of outages) expect(line).toMatch(/^(from|to)Mqtt mqtt:\/\/127.0.0.1:\d+: .*; trying again$/)
    // Fifty steps within 16 degrees of where they should be; how many is chance, since a live run is.
    expect(episodes).toHaveLength(4)
    expect(episodes.every((each) => each < 0 && each > -50 * 16)).toBe(true)
  })
})

test('14-own-arm reproduces its recorded returns, with a model in a file', async () => {
  expect(returns(await printed('14-own-arm', 300))).toEqual([-80.22727545317551, -69.66818792170433, -96.0655476422104])
})

test('15-other-arm reproduces its recorded returns, on a virtual clock', async () => {
  expect(returns(await printed('15-other-arm', 300))).toEqual([
    -93.98644755241148, -135.83191079372713, -137.38775965648827,
  ])
})

test('08-marble-test passes, in full', async () => {
  const file = path('dist/examples/08-marble-test.js')
  const { stdout } = await run(process.execPath, ['--test', '--test-reporter=tap', file], { timeout: 250_000 })
  expect(stdout).toMatch(/^# fail 0$/m)
  expect(Number(/^# pass (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(10)
})

test('09-weights gives a student the very decisions of its teacher, by either file and as bytes', async () => {
  const output = await printed('09-weights', 200)
  const rows = [...output.matchAll(/name: '(\S+)',\s+teacher: (\S+),\s+student: (\S+)\s/g)].map((row) => row.slice(1))
  expect(rows.map(([name]) => name)).toEqual(['teacher.safetensors', 'teacher', 'bytes'])
  for (const [, teacher, student] of rows) expect(student).toBe(teacher)
})

test('10-gymnasium learns on an environment of its own in Python, the same way each time', async (context) => {
  if (python === null) return context.skip(`needs ${absentPython}`)
  const file = path('dist/examples/10-gymnasium.js')
  const learnt = async () => (await run(process.execPath, [file, '600', python!], { timeout: 250_000 })).stdout
  const first = await learnt()
  expect(returns(first).length).toBeGreaterThanOrEqual(3)
  expect(await learnt()).toBe(first)
})

describe('robots', () => {
  needsPorts()

  test('11-create-mover learns on a simulated robot in real time, and leaves it at rest', async () => {
    const { port, state } = await simulated()
    const { stdout, stderr } = await run(process.execPath, [path('dist/examples/11-create-mover.js'), port, '60'])
    // An episode that does not end within 60 steps is not printed.
    expect(returns(stdout).every((each) => each > -10 && each < 60 * 3.375)).toBe(true)
    expect(stderr).toMatch(/the robot is at rest\n$/)
    // The last byte has left this process before the robot reads it.
    await until('the end of the interface', () => state().mode === 0)
    expect(state()).toMatchObject({ mode: 0, left: 0, right: 0, refused: [] })
  })

  test('12-create-docker does so too, and a signal ends it', async () => {
    const child = spawn(process.execPath, [path('dist/examples/12-create-docker.js')])
    onTestFinished(() => void child.kill('SIGKILL'))
    let [errors, output] = ['', '']
    child.stderr.on('data', (piece: Buffer) => (errors += String(piece)))
    child.stdout.on('data', (piece: Buffer) => (output += String(piece)))
    await until('the connection', () => errors.includes('notWoken'))
    await pause(4000)
    child.kill('SIGINT')
    expect(await once(child, 'exit')).toEqual([null, 'SIGINT'])
    expect(errors).toMatch(/the robot is at rest\n$/)
    expect(output).toBe('')
  })
})

test('13-ur-reacher learns on a simulated arm in real time, and leaves it at rest', async () => {
  const { stdout, stderr } = await run(process.execPath, [path('dist/examples/13-ur-reacher.js'), '', '120'])
  expect(returns(stdout)).toHaveLength(1)
  expect(returns(stdout).every((each) => each > -1000 && each < 500)).toBe(true)
  expect(stderr).toMatch(/the arm is at rest\n$/)
})

test('examples 02 and 08 and the page on operators show one operator', () => {
  const operator = /^const chargeEffort =[\s\S]*?^ {4}\}\)\(source\)$/m
  const [own, tested, page] = ['examples/02-own-operator.ts', 'examples/08-marble-test.ts', 'docs/operators.md'].map(
    (file) => operator.exec(readFileSync(path(file), 'utf8'))?.[0],
  )
  expect(own).toBeDefined()
  expect([tested, page]).toEqual([own, own])
})

test('the README shows example 01, word for word, but for its doc comment', () => {
  const example = readFileSync(path('examples/01-agent.ts'), 'utf8')
  const code = example.slice(example.indexOf('*/') + 3).trim()
  expect(readFileSync(path('README.md'), 'utf8')).toContain(code)
})
