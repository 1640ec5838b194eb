/** The page of `--dashboard` in a real browser: Debian's chromium, or the one that `RIVULET_BROWSER` names. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type Page, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { dashboard } from '../../src/dashboard/dashboard.js'
import { needs, programOf } from '../absent.js'
import { started } from '../cli/program.js'

// Starts a browser. On a slow machine that takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const named = process.env['RIVULET_BROWSER'] ?? 'chromium'
const executablePath = named.includes('/') ? named : programOf(named)
const version = spawnSync(executablePath ?? named, ['--version'], { encoding: 'utf8', timeout: 60_000 })
const isThere = executablePath !== null && version.status === 0
const place = mkdtempSync(join(tmpdir(), 'rivulet-dashboard-'))
const timeout = 200_000

describe(`the page of a dashboard in ${version.stdout?.trim() ?? named}`, () => {
  needs(`a browser that runs: ${named} does not (RIVULET_BROWSER names another)`, isThere)
  let browser: Browser
  beforeAll(async () => {
    if (!isThere) return
    const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking']
    browser = await chromium.launch({ executablePath: executablePath ?? named, args, timeout })
  })
  afterAll(async () => {
    if (isThere) await browser.close()
    rmSync(place, { recursive: true, force: true })
  }, 120_000)

  /** Opens a page; all that it asks for and complains of is listed. */
  const opened = async (url: string, options: Parameters<Browser['newContext']>[0] = {}) => {
    const context = await browser.newContext(options)
    onTestFinished(() => context.close())
    const page = await context.newPage()
    page.setDefaultTimeout(timeout)
    const asked: string[] = []
    const complaints: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(url)
    return { page, asked, complaints }
  }
  const tile = (page: Page, id: string): Promise<string | null> => page.textContent(`[data-tile="${id}"] .value`)
  const chart = (page: Page, id: string): Promise<string | null> => page.textContent(`[data-chart="${id}"] .legend`)
  const has = async (page: Page, id: string, text: RegExp): Promise<void> =>
    page.locator(`[data-tile="${id}"] .value`, { hasText: text }).waitFor({ timeout })
  /** Whether something is drawn in the canvas of a chart beside its axes: pixels of the color of its line. */
  const isDrawn = (page: Page, id: string): Promise<boolean> =>
    page.evaluate(`(() => {
      const canvas = document.querySelector('[data-chart="${id}"] canvas')
      if (canvas === null) return false
      const line = getComputedStyle(document.documentElement).getPropertyValue('--series-0').trim()
      const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(line.slice(at, at + 2), 16))
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
      for (let i = 0; i < data.length; i += 4) if (data[i] === r && data[i + 1] === g && data[i + 2] === b && data[i + 3] === 255) return true
      return false
    })()`)

  test('shows a run while it goes on, again after a reload, and to its end, and asks for nothing else', async () => {
    // It goes on until it is stopped, since a browser may take long to start.
    const words = 'train HalfCheetah-v4 --hidden 16,16 --steps 10000000 --no-progress --out run --dashboard'.split(' ')
    const { child, ended } = started(words, place)
    const url = await new Promise<string>((resolve) => {
      let told = ''
      child.stderr.on('data', (part: Buffer) => {
        told += part.toString()
        const found = /http:\S+/.exec(told)?.[0]
        if (found !== undefined) resolve(found)
      })
    })
    const { page, asked, complaints } = await opened(url)
    await has(page, 'episodes', /^[1-9]/)
    expect(await page.textContent('#state')).toBe('running')
    const before = Number((await tile(page, 'steps'))?.replaceAll(',', ''))
    expect(before).toBeGreaterThan(0)
    await page.reload()
    const other = await opened(url)
    for (const each of [page, other.page]) {
      await has(each, 'episodes', /^[1-9]/)
      await each.locator('[data-chart="windows.tdError"] canvas').waitFor({ timeout })
    }
    expect(Number((await tile(page, 'steps'))?.replaceAll(',', ''))).toBeGreaterThan(before)

    child.kill('SIGINT')
    const { status, stderr } = await ended
    expect(status).toBe(130)
    const [, steps] = /after ([\d,]+) of/.exec(stderr) ?? []
    const returns = readFileSync(join(place, 'run', 'episodes.csv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => Number(line.split(',')[3]))
    const last = returns.slice(-10)
    const mean = last.reduce((sum, each) => sum + each, 0) / last.length
    const decimal = (value: number): string =>
      value.toLocaleString('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 })
    const [head, ...rows] = readFileSync(join(place, 'run', 'metrics.csv'), 'utf8')
      .trim()
      .split('\n')
    const tdError = Number(rows.at(-1)?.split(',')[head.split(',').indexOf('tdError')])
    for (const each of [page, other.page]) {
      await each.locator('#state', { hasText: 'interrupted' }).waitFor({ timeout })
      await each
        .locator('[data-chart="episodes.return"] .legend', { hasText: decimal(returns.at(-1) ?? NaN) })
        .waitFor()
      expect(await tile(each, 'steps')).toBe(steps)
      expect(await tile(each, 'episodes')).toBe(String(returns.length))
      expect(await tile(each, 'meanReturn')).toBe(decimal(mean))
      expect(await chart(each, 'episodes.return')).toBe(
        `return ${decimal(returns.at(-1) ?? NaN)}mean of the last 10 ${decimal(mean)}`,
      )
      expect(Number(await chart(each, 'windows.tdError'))).toBeCloseTo(tdError, 2)
      expect(await isDrawn(each, 'episodes.return')).toBe(true)
      expect(await isDrawn(each, 'windows.tdError')).toBe(true)
      expect(await each.title()).toBe('interrupted: HalfCheetah-v4, avg, seed 1')
      expect(await each.textContent('#settings')).toContain('actorStepSize')
    }
    expect([...new Set([...asked, ...other.asked])].toSorted()).toEqual([url, `${url}events`])
    expect(complaints.concat(other.complaints)).toEqual([])
  })

  test('fits a narrow window in both themes, and draws anew when the theme changes', async () => {
    const board = await dashboard({ title: 'A run of a pipeline whose title is long' })
    onTestFinished(() => board.close())
    for (let i = 1; i <= 30; i++) board.writeEpisode({ step: 100 * i, length: 100, return: i })
    const { page } = await opened(board.url, { viewport: { width: 340, height: 700 }, colorScheme: 'light' })
    await page.locator('[data-chart="episodes.return"] canvas').waitFor()
    const width = (): Promise<unknown> => page.evaluate('document.documentElement.scrollWidth')
    const ground = (): Promise<unknown> => page.evaluate('getComputedStyle(document.body).backgroundColor')
    expect([await width(), await ground(), await isDrawn(page, 'episodes.return')]).toEqual([
      340,
      'rgb(255, 255, 255)',
      true,
    ])
    await page.emulateMedia({ colorScheme: 'dark' })
    expect([await width(), await ground()]).toEqual([340, 'rgb(15, 20, 25)'])
    await vi.waitFor(async () => expect(await isDrawn(page, 'episodes.return')).toBe(true), 20_000)
  })

  test('shows what a run says as text, never as HTML, and beats if they are counted', async () => {
    const title = '<img src=x onerror="document.title=1">'
    const beats = { beats: 1000, misses: 4, lateness: { p50: 0.1, p99: 0.7, max: 2 } }
    const board = await dashboard({ title, settings: { [title]: title }, beats: () => beats })
    onTestFinished(() => board.close())
    const { page, complaints } = await opened(board.url)
    await has(page, 'beats', /^4$/)
    expect(await page.textContent('[data-tile="beats"] .more')).toBe('of 1,000; 99 % within 0.7 ms')
    expect(await page.textContent('h1')).toBe(title)
    expect(await page.locator('img').count()).toBe(0)
    board.end({ outcome: 'failed', lines: [title] })
    await page.locator('#lines li', { hasText: title }).waitFor()
    expect(complaints).toEqual([])
  })

  test('says that its connection is lost, and goes on when there is a server again', async () => {
    const first = await dashboard({ title: 'first' })
    const { page } = await opened(first.url)
    await page.locator('#state', { hasText: 'starting' }).waitFor()
    await first.close()
    await page.locator('#state', { hasText: 'connection lost' }).waitFor()
    const second = await dashboard({ title: 'second', port: Number(new URL(first.url).port) })
    onTestFinished(() => second.close())
    await page.locator('h1', { hasText: 'second' }).waitFor()
    expect(await page.textContent('#state')).toBe('starting')
  })

  test('is read by no other page, neither by fetch nor as events', async () => {
    const board = await dashboard()
    onTestFinished(() => board.close())
    const foreign = await dashboard({ title: 'foreign' })
    onTestFinished(() => foreign.close())
    const context = await browser.newContext({ bypassCSP: true })
    onTestFinished(() => context.close())
    const page = await context.newPage()
    await page.goto(foreign.url)
    const read = (url: string): Promise<unknown> => page.evaluate(`fetch('${url}').then(() => 'read', () => 'refused')`)
    expect(await read(board.url)).toBe('refused')
    expect(await read(`${board.url}events`)).toBe('refused')
    const opensEvents = `new Promise((resolve) => {
      const events = new EventSource('${board.url}events')
      events.addEventListener('history', () => resolve('read'))
      events.addEventListener('error', () => resolve('refused'))
    })`
    expect(await page.evaluate(opensEvents)).toBe('refused')
  })
})
