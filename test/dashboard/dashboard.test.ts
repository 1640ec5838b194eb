/** A real server, and requests to it over plain HTTP. */
import { createServer, type AddressInfo, type Server } from 'node:net'
import { networkInterfaces } from 'node:os'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Dashboard, type DashboardOptions, dashboard } from '../../src/dashboard/dashboard.js'
import type { History, RunProgress, Update } from '../../src/dashboard/frames.js'
import type { Metrics } from '../../src/records/metrics.js'
import { asked, listening } from './visitor.js'

const opened = async (options: DashboardOptions = {}): Promise<Dashboard> => {
  const board = await dashboard(options)
  onTestFinished(() => board.close())
  return board
}
const listener = async (url: string) => {
  const page = await listening(url)
  onTestFinished(() => void page.leave())
  return page
}
const episode = (number: number) => ({ step: 200 * number, length: 200, return: -1000 + number })
const window = (step: number, tdError = step / 1e6): Metrics => ({
  step,
  seconds: step / 1000,
  stepsPerSecond: 1000,
  memoryBytes: 1e8,
  updates: 1000,
  means: { tdError, entropy: NaN },
  moved: { actor: 0.5 },
})
const progress: RunProgress = {
  steps: 12,
  total: Infinity,
  stepsPerSecond: 6,
  episodes: 0,
  meanReturn: null,
  secondsLeft: null,
  seconds: 2,
}
const historyOf = (data: unknown): History => data as History
const updateOf = (data: unknown): Update => data as Update

describe('the page', () => {
  test('is one document that may load nothing but its events, and is kept nowhere', async () => {
    const { url } = await opened()
    const { status, headers, body } = await asked(url)
    expect(status).toBe(200)
    expect(body).toMatch(/^<!doctype html>\n<!--[^>]*MIT License/)
    expect(body).not.toMatch(/(src|href)="(?!data:)/)
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    })
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; script-src 'sha256-[^' ]+'; style-src 'sha256-[^' ]+'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    )
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  })

  test('is answered to its own host and origin alone', async () => {
    const { url } = await opened()
    const { host } = new URL(url)
    expect((await asked(url, { host: 'evil.example' })).status).toBe(403)
    expect((await asked(`${url}events`, { host: 'evil.example' })).status).toBe(403)
    expect((await asked(`${url}events`, { origin: 'http://evil.example' })).status).toBe(403)
    expect((await asked(url, { host, origin: `http://${host}` })).status).toBe(200)
    expect(await asked(url, {}, 'POST')).toMatchObject({ status: 405, body: 'expected GET\n' })
    expect((await asked(`${url}config.json`)).status).toBe(404)
  })

  test('is served on the loopback interface alone', async () => {
    const { url } = await opened()
    const others = Object.values(networkInterfaces())
      .flat()
      .filter((each) => each !== undefined && !each.internal && each.family === 'IPv4')
    for (const { address } of others as { address: string }[]) {
      await expect(asked(`http://${address}:${new URL(url).port}/`)).rejects.toThrow(/ECONNREFUSED/)
    }
  })
})

describe('the events', () => {
  test('begin with all that was written before, and go on with what is new', async () => {
    const board = await opened({ title: 'Try', settings: { seed: 3 } })
    board.writeEpisode(episode(1))
    board.write(window(1000))
    board.writeProgress(progress)
    const page = await listener(board.url)
    expect([page.status, page.type]).toEqual([200, 'text/event-stream; charset=utf-8'])
    await page.until(({ length }) => length === 1)
    expect(page.frames[0].event).toBe('history')
    const first = historyOf(page.frames[0].data)
    expect(first.run).toEqual({ title: 'Try', settings: { seed: 3 } })
    expect(first.episodes.points).toEqual([
      {
        step: 200,
        rows: 1,
        values: { return: [1, -999, -999, -999], length: [1, 200, 200, 200], meanReturn: [1, -999, -999, -999] },
      },
    ])
    expect(Object.keys(first.windows.points[0].values).toSorted()).toEqual([
      'memoryBytes',
      'moved.actor',
      'stepsPerSecond',
      'tdError',
    ])
    expect(first.status).toMatchObject({ progress: { steps: 12, total: null }, beats: null, ending: null })

    board.writeEpisode(episode(2))
    board.writeEpisode(episode(3))
    await page.until(({ length }) => length === 2)
    expect(page.frames[1].event).toBe('update')
    expect(updateOf(page.frames[1].data).episodes).toEqual([
      { step: 400, values: { return: -998, length: 200, meanReturn: -998.5 } },
      { step: 600, values: { return: -997, length: 200, meanReturn: -998 } },
    ])
  })

  test('of a page that is loaded again have everything once, and the other page loses nothing', async () => {
    const board = await opened()
    const stays = await listener(board.url)
    await stays.until(({ length }) => length === 1)
    board.writeEpisode(episode(1))
    // It has not been sent yet when this page comes.
    const comes = await listener(board.url)
    await comes.until(({ length }) => length === 1)
    board.writeEpisode(episode(2))
    await Promise.all(
      [stays, comes].map((page) =>
        page.until((frames) => frames.some(({ data }) => updateOf(data).episodes.at?.(-1)?.step === 400)),
      ),
    )
    expect(historyOf(comes.frames[0].data).episodes.points.map(({ step }) => step)).toEqual([200])
    const steps = (frames: typeof stays.frames) =>
      frames.slice(1).flatMap(({ data }) => updateOf(data).episodes.map(({ step }) => step))
    expect(steps(stays.frames)).toEqual([200, 400])
    expect(steps(comes.frames)).toEqual([400])
  })

  test('come at most ten times a second, however fast records come', async () => {
    const board = await opened()
    const page = await listener(board.url)
    await page.until(({ length }) => length === 1)
    for (let i = 1; i <= 500; i++) board.writeEpisode(episode(i))
    await page.until(({ length }) => length === 2)
    expect(updateOf(page.frames[1].data).episodes).toHaveLength(500)
  })

  test('are the thinned history after more rows than a frame may have', async () => {
    const board = await opened()
    const page = await listener(board.url)
    await page.until(({ length }) => length === 1)
    for (let i = 1; i <= 5000; i++) board.writeEpisode(episode(i))
    await page.until(({ length }) => length === 2)
    expect(page.frames[1].event).toBe('history')
    const { points, span } = historyOf(page.frames[1].data).episodes
    expect([span, points.length, points.at(-1)?.step]).toEqual([8, 625, 1_000_000])
  })

  test('have the mean return of the learning curve, where a record of progress is older than an episode', async () => {
    const board = await opened()
    board.writeEpisode(episode(1))
    board.writeProgress({ ...progress, episodes: 1, meanReturn: -999 })
    board.writeEpisode(episode(2))
    board.writeProgress({ ...progress, episodes: 2, meanReturn: -999 })
    const page = await listener(board.url)
    await page.until(({ length }) => length === 1)
    expect(historyOf(page.frames[0].data).status.progress?.meanReturn).toBe(-998.5)
  })

  test('have the beats of a schedule, and those missed since the window before', async () => {
    const beats = { beats: 10, misses: 3, lateness: { p50: 0.1, p99: 0.4, max: 2 } }
    const board = await opened({ beats: () => beats })
    board.write(window(1000))
    beats.misses = 5
    board.write(window(2000))
    const page = await listener(board.url)
    await page.until(({ length }) => length === 1)
    const { status, windows } = historyOf(page.frames[0].data)
    expect(status.beats).toEqual(beats)
    expect(windows.points.map(({ values }) => values['beatsMissed'][1])).toEqual([3, 2])
  })

  test('have the new description of a run', async () => {
    const board = await opened()
    const page = await listener(board.url)
    board.describe({ settings: { directory: 'runs/try' } })
    await page.until((frames) => frames.length === 2)
    expect(historyOf(page.frames[1].data).run).toEqual({ title: 'Rivulet', settings: { directory: 'runs/try' } })
  })
})

describe('the end', () => {
  test('is shown at once, and then all connections end', async () => {
    const board = await opened()
    const pages = await Promise.all([1, 2, 3].map(() => listener(board.url)))
    await Promise.all(pages.map((page) => page.until(({ length }) => length > 0)))
    board.writeEpisode(episode(1))
    board.end({ outcome: 'failed', lines: ['the disk is full'] })
    await board.close()
    await Promise.all(pages.map((page) => page.ended()))
    for (const { frames } of pages) {
      const last = updateOf(frames.at(-1)?.data)
      expect(last.status.ending).toEqual({ outcome: 'failed', lines: ['the disk is full'] })
      expect(frames.slice(1).flatMap(({ data }) => updateOf(data).episodes)).toHaveLength(1)
    }
    await expect(asked(board.url)).rejects.toThrow(/ECONNREFUSED/)
  })

  test('does not wait for a page that reads nothing', async () => {
    const board = await opened()
    const page = await listener(board.url)
    await page.until(({ length }) => length === 1)
    page.pause()
    for (let i = 1; i <= 300; i++) board.describe({ settings: { text: 'x'.repeat(100_000) } })
    board.end({ outcome: 'completed' })
    await board.close()
    await board.close()
  })
})

test('a page that does not read is disconnected, and the server holds a bounded text for it', async () => {
  const board = await opened({ settings: { text: 'x'.repeat(3e6) } })
  const page = await listener(board.url)
  await page.until(({ length }) => length === 1)
  page.pause()
  const other = await listener(board.url)
  for (let i = 1; i <= 12; i++) {
    board.describe({ title: String(i) })
    await other.until((frames) => (frames.at(-1)?.data as History | undefined)?.run?.title === String(i))
  }
  board.writeEpisode(episode(1))
  await other.until((frames) => frames.at(-1)?.event === 'update')
  // It finds the end of its connection when it reads on.
  expect(page.isOver).toBe(false)
  page.resume()
  await page.ended()
  expect(page.frames.length).toBeLessThan(10)
}, 60_000)

describe('a port', () => {
  test('that another program has is an error of one line', async () => {
    const other: Server = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void other.close())
    const { port } = other.address() as AddressInfo
    await expect(dashboard({ port })).rejects.toThrow(`listen EADDRINUSE: address already in use 127.0.0.1:${port}`)
  })

  test('is the one that was asked for, and free after the end', async () => {
    const first = await opened()
    const port = Number(new URL(first.url).port)
    await first.close()
    expect((await opened({ port })).url).toBe(first.url)
  })

  test.each([-1, 1.5, 65_536, NaN])('%d is none', async (port) => {
    await expect(dashboard({ port })).rejects.toThrow(
      `dashboard: port: expected an integer from 0 to 65535, got ${port}`,
    )
  })
})
