/** The library in a real browser: Debian's chromium, or the one that `RIVULET_BROWSER` names. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { needs } from '../../absent.js'
import { browserProject, withEsbuild, withVite } from '../../browser/bundles.js'
import { train } from './agent.js'

const browser = process.env['RIVULET_BROWSER'] ?? 'chromium'
const version = spawnSync(browser, ['--version'], { encoding: 'utf8', timeout: 60_000 })
const absent = version.status !== 0

/** A user's project that holds the page, without optional peers: Rivulet's own WebSocket and tasks need none in a browser. */
const project = (): string => {
  const text = (name: string): string => readFileSync(fileURLToPath(new URL(name, import.meta.url)), 'utf8')
  return browserProject({
    'page.ts': text('page.ts').replace('./agent.js', './agent.ts'),
    'agent.ts': text('agent.ts'),
  })
}

/** Serves the page and a socket that is lost after every second number; gives what the page tells. */
const visit = async (served: string, script: string): Promise<unknown> => {
  let told: (value: unknown) => void = () => undefined
  const telling = new Promise((resolve) => (told = resolve))
  const server = createServer((request, response) => {
    if (request.url !== '/told') {
      const path = new URL(request.url ?? '/', 'http://localhost').pathname
      const file = join(served, path)
      const type = { '.js': 'text/javascript', '.wasm': 'application/wasm' }[extname(path)] ?? 'text/html'
      response.statusCode = path === '/' || existsSync(file) ? 200 : 404
      response.setHeader('content-type', type)
      if (path === '/') response.end(`<!doctype html><script type="module" src="/${script}"></script>`)
      else response.end(response.statusCode === 200 ? readFileSync(file) : 'not found')
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

const expected = async () => ({
  pendulum: await train('Pendulum-v1', 2000),
  cheetah: await train('HalfCheetah-v4', 500),
  heard: [0, 1, 2, 3],
})

describe(`the same bits as in Node, and a socket that is found again, in ${version.stdout?.trim() ?? browser}`, () => {
  needs(`a browser that runs: ${browser} does not (RIVULET_BROWSER names another)`, !absent)
  const place = project()
  afterAll(() => rmSync(place, { recursive: true, force: true }), 120_000)

  test('bundled by esbuild', async () => {
    expect(await visit(await withEsbuild(place, 'page'), 'page.js')).toEqual(await expected())
  })

  test('built by Vite', async () => {
    const { served, script } = await withVite(place, 'page')
    expect(await visit(served, script)).toEqual(await expected())
  })
})
