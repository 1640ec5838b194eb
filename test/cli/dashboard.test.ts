/** `--dashboard` of the real command. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { History, Update } from '../../src/dashboard/frames.js'
import { asked, type Frame, listening } from '../dashboard/visitor.js'
import { rivulet, started } from './program.js'

// Runs that learn. On a slow machine that takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const place = mkdtempSync(join(tmpdir(), 'rivulet-dashboard-'))
afterAll(() => rmSync(place, { recursive: true, force: true }), 120_000)

const words = ['train', 'Pendulum-v1', '--hidden', '8,8', '--no-progress']

/** Starts a run, and resolves with the address of its page. */
const shown = async (given: readonly string[]) => {
  const run = started([...given, '--dashboard'], place)
  const url = await new Promise<string>((resolve, reject) => {
    let told = ''
    run.child.stderr.on('data', (part: Buffer) => {
      told += part.toString()
      const [, found] = /^rivulet: dashboard: (http:\/\/127\.0\.0\.1:\d+\/)$/m.exec(told) ?? []
      if (found !== undefined) resolve(found)
    })
    void run.ended.then(({ stderr }) => reject(new Error(stderr)))
  })
  return { ...run, url }
}
const returnsIn = (run: string): readonly number[] =>
  readFileSync(join(place, run, 'episodes.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => Number(line.split(',')[3]))

/** The last frame of a page. */
const newest = (frames: readonly Frame[]): Update => {
  const last = frames.at(-1)
  if (last === undefined) throw new Error('no frame has come')
  return last.data as Update
}

describe('a run that is watched', () => {
  test('gives every episode to the page, then its end, and the process exits with the page open', async () => {
    const { url, ended } = await shown([...words, '--steps', '6000', '--out', 'watched'])
    const page = await listening(url)
    const again = await listening(url)
    again.leave()
    const { status, stderr } = await ended
    expect(status).toBe(0)
    expect(stderr).toBe(`rivulet: dashboard: ${url}\n`)
    await page.ended()
    const { run, episodes } = page.frames[0].data as History
    expect(run.title).toBe('Pendulum-v1, avg, seed 1')
    const whole = page.frames.findLast(({ event }) => event === 'history')?.data as History
    expect(whole.run.settings).toMatchObject({ directory: 'watched', steps: 6000, discount: 0.95 })
    expect(episodes.span).toBe(1)
    const returns = returnsIn('watched')
    expect(returns).toHaveLength(30)
    const from = page.frames.findLastIndex(({ event }) => event === 'history')
    const seen = [
      ...whole.episodes.points.map(({ values }) => values['return'][1]),
      ...page.frames
        .slice(from + 1)
        .flatMap(({ data }) => (data as Update).episodes.map(({ values }) => values['return'])),
    ]
    expect(seen).toEqual(returns)
    const last = newest(page.frames).status
    expect(last.ending).toEqual({ outcome: 'completed', lines: [] })
    expect(last.progress).toMatchObject({ steps: 6000, total: 6000, episodes: 30 })
    expect(last.progress?.meanReturn).toBeCloseTo(returns.slice(-10).reduce((sum, each) => sum + each, 0) / 10, 6)
  })

  test('ends by Ctrl-C as any run, and its page says so', async () => {
    const { url, ended, child } = await shown([...words, '--steps', '1000000', '--out', 'stopped'])
    const page = await listening(url)
    await page.until((frames) => frames.some(({ data }) => (data as Update).status.progress !== null))
    child.kill('SIGINT')
    const { status, stderr } = await ended
    expect(status).toBe(130)
    await page.ended()
    const { ending, progress } = newest(page.frames).status
    expect(ending?.outcome).toBe('interrupted')
    expect(`rivulet: ${ending?.lines?.join('')}\n`).toBe(stderr.split('\n').slice(1).join('\n'))
    expect(Number(/after ([\d,]+) of/.exec(stderr)?.[1].replaceAll(',', ''))).toBe(progress?.steps)
  })

  test('and goes on shows what it had before', async () => {
    expect(rivulet([...words, '--steps', '2000', '--out', 'resumed'], place).status).toBe(0)
    const { url, ended, child } = await shown(['resume', 'resumed', '--steps', '1000000', '--no-progress'])
    const page = await listening(url)
    const whole = (): History | undefined =>
      page.frames.findLast(
        ({ event, data }) => event === 'history' && (data as History).run.settings['directory'] !== undefined,
      )?.data as History | undefined
    await page.until(() => whole() !== undefined)
    child.kill('SIGTERM')
    expect((await ended).status).toBe(143)
    const history = whole()
    expect(history?.episodes.points.slice(0, 10).map(({ values }) => values['return'][1])).toEqual(
      returnsIn('resumed').slice(0, 10),
    )
    expect(history?.windows.points.slice(0, 2).map(({ step }) => step)).toEqual([1000, 2000])
    expect(history?.windows.points[0].values['moved.actor'][1]).toBeGreaterThan(0)
  })

  test('is the same run as one that is not', () => {
    const left = (run: string): readonly Buffer[] =>
      ['weights.safetensors', 'config.json'].map((file) => readFileSync(join(place, run, file)))
    for (const [run, more] of [
      ['bare', []],
      ['page', ['--dashboard']],
    ] as const) {
      expect(rivulet([...words, '--steps', '1500', '--out', run, ...more], place).status).toBe(0)
    }
    expect(left('page')).toEqual(left('bare'))
    expect(returnsIn('page')).toEqual(returnsIn('bare'))
  })

  test('says how often its guard tripped, and why', async () => {
    const tooLarge = ['--on-divergence', 'rollback', '--critic-step-size', '0.1', '--actor-step-size', '0.1']
    const { url, ended } = await shown([...words, ...tooLarge, '--steps', '3000', '--out', 'healed'])
    const page = await listening(url)
    expect((await ended).status).toBe(0)
    await page.ended()
    const trips = readFileSync(join(place, 'healed', 'events.csv'), 'utf8')
      .trimEnd()
      .split('\n')
      .slice(1)
    const [, step, why] = /^(\d+),.*,"(.*)"$/.exec(trips.at(-1) ?? '') ?? []
    const whole = page.frames.findLast(({ event }) => event === 'history')?.data as History | undefined
    expect(whole?.run.settings).toMatchObject({ trips: trips.length, lastTrip: `step ${step}: ${why}` })
  })

  test('needs no connection to end', async () => {
    const { ended, url } = await shown([...words, '--steps', '1000', '--out', 'alone'])
    expect((await ended).status).toBe(0)
    await expect(asked(url)).rejects.toThrow(/ECONNREFUSED/)
  })
})

describe('bad input is one line, and nothing is on the disk', () => {
  let port: number
  beforeAll(async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    port = (other.address() as AddressInfo).port
    return () => void other.close()
  })
  const refused = (given: readonly string[]) => {
    const { status, stdout, stderr } = rivulet(given, place)
    onTestFinished(() => expect(existsSync(join(place, 'refused'))).toBe(false))
    expect([status, stdout]).toEqual([2, ''])
    return stderr
  }

  test('a port that is taken', () => {
    expect(refused([...words, '--out', 'refused', '--dashboard', String(port)])).toBe(
      `rivulet: --dashboard: expected a port that is free on 127.0.0.1; got ${port} (listen EADDRINUSE: address already in use 127.0.0.1:${port})\n`,
    )
  })

  const expected = 'rivulet: --dashboard: expected a port from 0 to 65535, or no value, behind all other words; got'
  test.each([
    ['a port that is none', [...words, '--out', 'refused', '--dashboard', '65536'], `${expected} "65536"\n`],
    ['of resume', ['resume', 'nowhere', '--dashboard', 'x'], `${expected} "x"\n`],
  ])('%s', (_, given, line) => expect(refused(given)).toBe(line))

  test('the task in the place of a port, which leaves no task', () => {
    const [task, port, ...others] = refused(['train', '--dashboard', 'Pendulum-v1', '--out', 'refused']).split('\n')
    expect(task).toMatch(/^rivulet: task: expected a task .*; got nothing$/)
    expect([port, ...others]).toEqual([`${expected} "Pendulum-v1"`, ''])
  })

  test('a port and no task', () => {
    expect(refused(['train', '--dashboard', '8080'])).toMatch(/^rivulet: task: expected a task .*; got nothing\n$/)
  })
})
