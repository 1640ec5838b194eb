/** An agent in a browser's bundle, run in a realm that has nothing of Node's; `test/long/browser` runs it in a real browser. */
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { browserProject, withEsbuild, withVite } from './bundles.js'

// Bundles and runs. On a slow machine that takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const realm = fileURLToPath(new URL('realm.mjs', import.meta.url))

/** What a script logs. */
const logged = (served: string, script: string): unknown[] => {
  const args = ['--no-warnings', '--experimental-vm-modules', realm, served, script]
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 240_000 })
  if (stderr !== '') throw new Error(stderr)
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
}

/** The first example, on any task, for as many steps; the end of it closes the page. */
const agent = (task: string, steps: number): string =>
  readFileSync(fileURLToPath(new URL('../../examples/01-agent.ts', import.meta.url)), 'utf8')
    .replace('Number(process.argv[2] ?? 100_000)', String(steps))
    .replace("'HalfCheetah-v4'", `'${task}'`)
    .replaceAll('publishedSettings', 'hyperparametersFor')
    .replace('subscribe(console.log)', 'subscribe({ next: (each) => console.log(each.return), complete: close })')

const useless = `
  import * as t from 'io-ts'
  import { fromMqtt, fromSerial, fromUdp, recorder, seeded, simulator, stopOnExit } from 'rivulet'
  const codec = t.number
  const told = async (name: string, use: () => unknown) => {
    try {
      await use()
    } catch (error) {
      console.log(name + ': ' + String(error))
    }
  }
  await told('udp', () => fromUdp('udp://0.0.0.0:5005', { codec }).forEach(() => {}))
  await told('serial', () => fromSerial('/dev/ttyUSB0', { baudRate: 9600, codec }).forEach(() => {}))
  await told('mqtt', () => fromMqtt('ws://localhost', { topic: 'a', codec }).forEach(() => {}))
  const { spec } = await simulator('Pendulum-v1', { random: seeded(1)('a') })
  await told('recorder', () => recorder('run.jsonl', spec))
  await told('stopOnExit', () => stopOnExit({} as never))
  close()
`
const files = {
  'pendulum.ts': agent('Pendulum-v1', 400)
    .replace('  actuate,', '  actuate,\n  rescaleAction,')
    .replace('  actuate(world)', '  rescaleAction(world.spec.action),\n  actuate(world)'),
  'cheetah.ts': agent('HalfCheetah-v4', 1000),
  'useless.ts': useless,
}

describe.each([
  ['and no optional peer', false],
  ['and every optional peer', true],
])('with the package installed, %s,', (_, withPeers) => {
  const place = browserProject(files, { withPeers })
  afterAll(() => rmSync(place, { recursive: true, force: true }), 120_000)

  test.each([
    ['pendulum', 2],
    ['cheetah', 1],
  ])('esbuild bundles %s by default, and the bundle learns as in Node', async (name, episodes) => {
    const returns = logged(await withEsbuild(place, name), `${name}.js`)
    expect(returns).toHaveLength(episodes)
    // The return that example 01 is recorded with.
    if (name === 'cheetah') expect(returns).toEqual([-86.69075876236025])
  })

  test('Vite builds a page by default, with both files of MuJoCo, and it learns as in Node', async () => {
    const { served, script } = await withVite(place, 'cheetah')
    expect(logged(served, script)).toEqual([-86.69075876236025])
  })

  test('a page without the files of MuJoCo is told which to copy where', async () => {
    const served = await withEsbuild(place, 'cheetah')
    rmSync(join(served, 'mujoco.js'))
    expect(() => logged(served, 'cheetah.js')).toThrow(
      /MuJoCo does not load from http:\/\/page\.test\/mujoco\.js \(.*\): copy mujoco\.js and mujoco\.wasm from node_modules\/@mujoco\/mujoco there/,
    )
  })
})

test('what a browser cannot do is said on use, in a line', async () => {
  const place = browserProject(files)
  try {
    const lines = logged(await withEsbuild(place, 'useless'), 'useless.js')
    expect(lines).toEqual([
      expect.stringMatching(/^udp: SensorError: .*a browser has no UDP sockets: fromUdp and toUdp work in Node alone$/),
      expect.stringMatching(/^serial: SensorError: fromSerial \/dev\/ttyUSB0: a browser has no serial ports/),
      expect.stringMatching(/^mqtt: SensorError: .*needs the package mqtt, which is not installed: npm install mqtt$/),
      expect.stringMatching(/^recorder: SensorError: a browser has no files/),
      expect.stringMatching(/^stopOnExit: Error: stopOnExit: a browser has no process/),
    ])
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
})
