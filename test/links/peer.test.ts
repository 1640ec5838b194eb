import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lastValueFrom } from 'rxjs'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { peer } from '../../src/links/peer.js'

// Compiles and runs programs. On a slow machine that takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const root = fileURLToPath(new URL('../..', import.meta.url))
// Node looks for packages in every folder above, too.
const bare = [tmpdir(), '/var/tmp'].find((folder) => !existsSync(join(folder, 'node_modules')))
const place = mkdtempSync(join(bare ?? tmpdir(), 'rivulet-peer-'))
const peers = ['mqtt', 'ws', 'serialport']

/** The built package where a user has installed it and none of its clients, nor the declarations of one. */
beforeAll(() => {
  const installed = join(place, 'node_modules')
  mkdirSync(join(installed, 'rivulet'), { recursive: true })
  cpSync(join(root, 'dist'), join(installed, 'rivulet', 'dist'), { recursive: true })
  cpSync(join(root, 'package.json'), join(installed, 'rivulet', 'package.json'))
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name.startsWith('.') || name === '@types' || peers.includes(name)) continue
    symlinkSync(join(root, 'node_modules', name), join(installed, name))
  }
  writeFileSync(join(place, 'package.json'), '{ "type": "module" }')
})
afterAll(() => rmSync(place, { recursive: true }))

describe('without its client', () => {
  test.each([
    ['mqtt', `fromMqtt('mqtt://me:sesame@localhost', { topic: 'a', codec })`, 'fromMqtt mqtt://localhost'],
    ['ws', `fromWebSocket('ws://localhost', { codec })`, 'fromWebSocket ws://localhost/'],
    ['ws', `fromRosbridge('ws://localhost', { topic: '/a', type: 'b', codec })`, 'fromRosbridge ws://localhost/'],
    ['serialport', `fromSerial('/dev/ttyUSB0', { baudRate: 9600, codec })`, 'fromSerial /dev/ttyUSB0'],
  ])('%s a source is built, and fails when it is subscribed to, with one line', (name, source, label) => {
    const code = `
      import * as t from 'io-ts'
      import { fromMqtt, fromRosbridge, fromSerial, fromWebSocket } from 'rivulet'
      const codec = t.unknown
      const stream = ${source}
      console.log('built')
      stream.subscribe({ error: (error) => console.log(String(error)) })`
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      cwd: place,
      encoding: 'utf8',
      timeout: 250_000,
    })
    expect(stderr).toBe('')
    expect(stdout).toBe(
      `built\nSensorError: ${label}: needs the package ${name}, which is not installed: npm install ${name}\n`,
    )
  })

  test('a program that uses the sources compiles strictly, without the declarations of any', () => {
    writeFileSync(
      join(place, 'user.ts'),
      `import * as t from 'io-ts'
      import { fromJsonLines, fromMqtt, fromRosbridge, fromSerial, fromUdp, fromWebSocket, toMqtt, type Sink } from 'rivulet'
      import type { Observable } from 'rxjs'
      const codec = t.type({ warmth: t.number })
      type Reading = { warmth: number }
      export const sources: Observable<Reading>[] = [
        fromMqtt('mqtt://a', { topic: 'a', codec }),
        fromWebSocket('ws://a', { codec, onBad: 'skip' }),
        fromRosbridge('ws://a', { topic: '/a', type: 'b', codec }),
        fromSerial('/dev/a', { baudRate: 9600, codec, parse: (line) => line.split(',') }),
        fromUdp('udp://a:1', { codec, backoff: { first: 10 } }),
        fromJsonLines('a', { codec }),
      ]
      export const sink: Sink<number> = toMqtt<number>('mqtt://a', { topic: 'b' })`,
    )
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
    const flags = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--lib', 'es2023,dom']
    const { stdout } = spawnSync(process.execPath, [tsc, ...flags, 'user.ts'], {
      cwd: place,
      encoding: 'utf8',
      timeout: 250_000,
    })
    expect(stdout).toBe('')
  })
})

test('a client that is installed and broken gives the error of its loader', async () => {
  const loading = peer({ label: 'fromTest x', secrets: [] }, 'mqtt', () => Promise.reject(new Error('bad binary')))
  await expect(lastValueFrom(loading)).rejects.toThrow('fromTest x: the package mqtt does not load: Error: bad binary')
})
