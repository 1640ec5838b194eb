/** The library in a real browser: Debian's chromium, or the one that `RIVULET_BROWSER` names. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { train } from './agent.js'

const browser = process.env['RIVULET_BROWSER'] ?? 'chromium'
const version = spawnSync(browser, ['--version'], { encoding: 'utf8', timeout: 60_000 })
const absent = version.status !== 0

const bundled = async (): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('page.ts', import.meta.url))],
    bundle: true,
    platform: 'browser',
    format: 'esm',
    // Optional peers and Node's own modules are imported on use; a page that uses none of them never asks.
    external: ['@mujoco/mujoco', '@tensorflow/*', 'mqtt', 'serialport', 'ws', 'node:*'],
    write: false,
    logLevel: 'silent',
  })
  return outputFiles[0].text
}

/** Serves the page and a socket that is lost after every second number; gives what the page tells. */
const visit = async (script: string): Promise<unknown> => {
  let told: (value: unknown) => void = () => undefined
  const telling = new Promise((resolve) => (told = resolve))
  const server = createServer((request, response) => {
    if (request.url !== '/told') {
      const isScript = request.url === '/page.js'
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
      response.end(isScript ? script : '<!doctype html><script type="module" src="/page.js"></script>')
      return
    }
    let body = ''
    request.on('data', (part) => (body += part))
    request.on('end', () => {
      response.end()
      told(JSON.parse(body))
    })
  })
  let next = 0
  new WebSocketServer({ server }).on('connection', (socket) => {
    socket.send(String(next++))
    socket.send(String(next++))
    socket.close()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const profile = mkdtempSync(join(tmpdir(), 'rivulet-browser-'))
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run']
  const { port } = server.address() as AddressInfo
  // A browser that is only asked to show a page stays until it is told to go.
  const page = spawn(
    browser,
    [...flags, '--remote-debugging-port=0', `--user-data-dir=${profile}`, `http://127.0.0.1:${port}/`],
    { stdio: 'ignore' },
  )
  const left = new Promise((resolve) => page.on('exit', resolve))
  try {
    return await telling
  } finally {
    page.kill()
    await left
    server.closeAllConnections()
    server.close()
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
}

test.skipIf(absent)(
  `the same bits as in Node, and a socket that is found again, in ${version.stdout?.trim()}`,
  async () => {
    expect(await visit(await bundled())).toEqual({ ...(await train(2000)), heard: [0, 1, 2, 3] })
  },
)

test.runIf(absent)(`a browser is absent: ${browser} does not run`, () => {
  expect(process.env['RIVULET_BROWSER'], 'the browser that had to be there').toBeUndefined()
})
