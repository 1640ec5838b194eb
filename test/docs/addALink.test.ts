/** The transports of docs/add-a-link.md, as a user would run them: one starts its own device, one meets a server here. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { transformSync } from 'esbuild'
import { afterAll, expect, test, vi } from 'vitest'
import { stopping, until } from '../links/servers.js'
import { codeBlocks, node, userProject } from './codeBlocks.js'

// Scripts are processes of their own, whose start takes its time on a slow machine.
vi.setConfig({ testTimeout: 120_000 })
const patience = 60_000

const page = 'docs/add-a-link.md'
const [processProgram, tcpProgram] = codeBlocks(page, 'ts').map(
  (code) => transformSync(code, { loader: 'ts', format: 'esm' }).code,
)
const [processOutput] = codeBlocks(page, 'text')
const place = userProject({ 'process.mjs': processProgram, 'tcp.mjs': tcpProgram })
afterAll(() => rmSync(place, { recursive: true, force: true }))

const { started } = stopping()

test('a program on its standard input and output is a sensor and an actuator, and is started again', () => {
  const { stdout, stderr, status } = node(place, ['process.mjs'])
  expect([stderr, status]).toEqual(['', 0])
  expect(stdout).toBe(processOutput)
})

test('a program that cannot be started is a final error', async () => {
  const broken = processProgram
    .replace('process.execPath, "-e", program', '"/nowhere/arm"')
    .replace('console.log(reached)', '')
    .replace('complete: async', 'error: (error) => console.log(String(error)), complete: async')
  const other = userProject({ 'process.mjs': broken })
  try {
    const { stdout } = node(other, ['process.mjs'])
    expect(stdout).toContain('SensorError: arm cannot be started: spawn /nowhere/arm ENOENT\n')
  } finally {
    rmSync(other, { recursive: true, force: true })
  }
})

test('TCP is a sensor and an actuator, and is connected again', async () => {
  const doubled: number[] = []
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (piece) => {
      doubled.push(...String(piece).trim().split('\n').map(Number))
      socket.destroy()
    })
    socket.write(`${doubled.length + 1}\n`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  await started(Promise.resolve({ stop: async () => void server.close() }))
  const { port } = server.address() as { readonly port: number }
  const child: ChildProcess = spawn(process.execPath, ['tcp.mjs', String(port)], { cwd: place })
  await started(Promise.resolve({ stop: async () => void child.kill('SIGKILL') }))
  let errors = ''
  child.stderr!.on('data', (piece: Buffer) => (errors += String(piece)))
  await until('three connections', () => doubled.length === 3, patience)
  expect(doubled).toEqual([2, 4, 6])
  expect(errors).toContain(`tcpSession tcp://127.0.0.1:${port}: `)
})
