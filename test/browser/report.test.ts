/** The page of `rivulet report` in a real browser: Debian's chromium, or the one that `RIVULET_BROWSER` names. */
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { needs } from '../absent.js'
import { rivulet } from '../cli/program.js'
import { folder, rising, writeRun } from '../runs/records/runs.js'

// Starts a browser. On a slow machine that takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const browser = process.env['RIVULET_BROWSER'] ?? 'chromium'
const version = spawnSync(browser, ['--version'], { encoding: 'utf8', timeout: 60_000 })
const place = folder()

/** Serves a page, and returns what a browser made of it and all that it asked the server for. */
const visit = async (html: string) => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.setHeader('content-type', 'text/html')
    response.end(html)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const profile = mkdtempSync(join(tmpdir(), 'rivulet-report-'))
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run']
  const rest = [`--user-data-dir=${profile}`, '--virtual-time-budget=2000', '--dump-dom', `http://127.0.0.1:${port}/`]
  try {
    const { stdout } = await promisify(execFile)(browser, [...flags, ...rest], { timeout: 240_000, maxBuffer: 2 ** 26 })
    return { asked, dom: stdout }
  } finally {
    server.closeAllConnections()
    server.close()
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
}

describe(`the page of a report in ${version.stdout?.trim() ?? browser}`, () => {
  needs(`a browser that runs: ${browser} does not (RIVULET_BROWSER names another)`, version.status === 0)
  let html: string
  beforeAll(async () => {
    for (const algorithm of ['avg', 'iac']) {
      const episodes = rising(1000, 100, -100, algorithm === 'avg' ? 10 : 0)
      await writeRun(join(place, 'runs', algorithm), { algorithm, episodes })
    }
    rivulet(['report', 'runs'], place)
    html = readFileSync(join(place, 'report.html'), 'utf8')
  })

  test('is shown whole, and asks for nothing but itself', async () => {
    const { asked, dom } = await visit(html)
    expect(asked).toEqual(['/'])
    expect(dom.match(/<svg/g)).toHaveLength(5)
    expect(dom).toContain('Written by rivulet report')
  })

  test('would ask for nothing even if something in it did, by its own policy', async () => {
    const load =
      '<img src="/image.png"><link rel="stylesheet" href="/style.css"><script src="/script.js"></script></body>'
    expect((await visit(html.replace('</body>', load))).asked).toEqual(['/'])
    const [policy] = /<meta http-equiv="Content-Security-Policy"[^>]*>/.exec(html) ?? ['']
    const { asked } = await visit(html.replace(policy, '').replace('</body>', load))
    expect(asked).toEqual(expect.arrayContaining(['/', '/image.png', '/style.css', '/script.js']))
  })
})
