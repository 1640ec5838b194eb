import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { eventLine } from '../../src/cli/jsonLog.js'
import { onSmallDisk, withSmallDisk } from '../smallDisk.js'
import { rivulet, started } from './program.js'

// Each test trains in a process of its own, which is slow on a slow machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const place = mkdtempSync(join(tmpdir(), 'rivulet-log-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const small = ['train', 'Pendulum-v1', '--hidden', '8,8', '--no-progress', '--log', 'json']
type Event = Readonly<Record<string, unknown>>
/** All lines are whole, and each is JSON. */
const eventsOf = (stdout: string): readonly Event[] => {
  const lines = stdout.split('\n')
  expect(lines.pop()).toBe('')
  return lines.map((line) => JSON.parse(line) as Event)
}
const kindsOf = (events: readonly Event[]): readonly unknown[] => events.map(({ event }) => event)

describe('a run that is completed', () => {
  const { status, stdout, stderr } = rivulet([...small, '--steps', '1100', '--seed', '3', '--out', 'run'], place)
  const events = eventsOf(stdout)
  const rows = (name: string): readonly string[] =>
    readFileSync(join(place, 'run', name), 'utf8')
      .split('\n')
      .slice(1, -1)

  it('logs its start, its episodes, its metrics and its end, and nothing else', () => {
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(kindsOf(events)).toEqual(['start', ...Array<string>(5).fill('episode'), 'metrics', 'metrics', 'end'])
  })

  it('the start has the settings and the directory', () => {
    expect(events[0]).toMatchObject({ event: 'start', version: 1, path: 'run' })
    expect(events[0]['startedAt']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    const config = JSON.parse(readFileSync(join(place, 'run', 'config.json'), 'utf8')) as object
    expect(config).toMatchObject(events[0]['run'] as object)
    expect(events[0]['run']).toMatchObject({ task: 'Pendulum-v1', algorithm: 'avg', seed: 3, steps: 1100 })
  })

  it('an episode has the fields of episodes.csv', () => {
    const logged = events.slice(1, 6).map(({ event: _event, ...fields }) => fields)
    expect(Object.keys(logged[0])).toEqual(['episode', 'step', 'length', 'return', 'terminated', 'seconds'])
    const shown = logged.map(({ seconds, ...fields }) => [...Object.values(fields), (seconds as number).toFixed(3)])
    expect(shown.map((fields) => fields.join(','))).toEqual(rows('episodes.csv'))
  })

  it('metrics have the numbers of metrics.csv', () => {
    const logged = events.slice(6, 8)
    expect(logged.map(({ step, updates }) => [step, updates])).toEqual([
      [1000, 1000],
      [1100, 100],
    ])
    const shown = logged.map(({ means, moved }) => [
      ...Object.values(means as object),
      ...Object.values(moved as object),
    ])
    expect(shown.map((numbers) => numbers.join(','))).toEqual(
      rows('metrics.csv').map((line) => line.split(',').slice(5).join(',')),
    )
  })

  it('the end says how far it came', () => {
    expect(events.at(-1)).toEqual({
      event: 'end',
      outcome: 'completed',
      step: 1100,
      episodes: 5,
      seconds: expect.any(Number) as number,
      path: 'run',
      errors: [],
    })
  })
})

describe('a run that ends early', () => {
  it('by a signal says so', async () => {
    const { child, ended } = started([...small, '--steps', '1000000000', '--out', 'interrupted'], place)
    // A second signal would end the process before it has saved anything.
    child.stdout.once('data', () => child.kill('SIGINT'))
    const { status, stdout, stderr } = await ended
    const end = eventsOf(stdout).at(-1)!
    expect(status).toBe(130)
    expect(end).toMatchObject({ event: 'end', outcome: 'interrupted', path: 'interrupted' })
    expect(end['errors']).toEqual([stderr.replace(/^rivulet: /, '').trimEnd()])
    expect(kindsOf(eventsOf(stdout)).filter((event) => event === 'end')).toHaveLength(1)
  })

  it('by divergence says why, with the metrics of the window before it', () => {
    const words = [...small, '--steps', '200', '--critic-step-size', '1e17', '--out', 'diverged']
    const { status, stdout } = rivulet(words, place)
    const events = eventsOf(stdout)
    expect(status).toBe(1)
    expect(kindsOf(events)).toEqual(['start', 'metrics', 'end'])
    expect(events[1]).toMatchObject({ step: 1, updates: 1 })
    expect(events[2]).toMatchObject({ outcome: 'failed', step: 1, episodes: 0 })
    expect(events[2]['errors']).toEqual([expect.stringContaining('expected a finite number')])
  })

  it(
    `by a full disk names it, and what is in the files stays whole (${onSmallDisk})`,
    withSmallDisk(async (disk, { fill }) => {
      const out = join(disk, 'run')
      const { child, ended } = started([...small, '--tensorboard', '--steps', '1000000000', '--out', out], place)
      let seen = ''
      let isFull = false
      child.stdout.on('data', (chunk: Buffer) => {
        seen += chunk.toString()
        if (isFull || !seen.includes('"event":"metrics"')) return
        isFull = true
        fill()
      })
      const { status, stdout } = await ended
      expect(status).toBe(1)
      const end = eventsOf(stdout).at(-1)!
      expect(end).toMatchObject({ event: 'end', outcome: 'failed' })
      expect((end['errors'] as string[])[0]).toMatch(/^ENOSPC: no space left on device, write; stopped after /)
      for (const [name, columns] of [
        ['episodes.csv', 6],
        ['metrics.csv', 14],
      ] as const) {
        const lines = readFileSync(join(out, name), 'utf8').split('\n')
        expect(lines.pop()).toBe('')
        expect(lines.length).toBeGreaterThan(1)
        expect(lines.filter((line) => line.split(',').length !== columns)).toEqual([])
      }
    }),
  )
})

describe('what was refused before a run begins', () => {
  it('logs nothing', () => {
    const { status, stdout } = rivulet([...small, '--steps', '10', '--out', '/proc/no/such'], place)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    const other = rivulet(['train', 'Pendulum-v1', '--log', 'xml'], place)
    expect(other).toMatchObject({
      status: 2,
      stdout: '',
      stderr: 'rivulet: --log: expected one of text, json; got "xml"\n',
    })
  })
})

it('numbers that are not finite are texts, since JSON has none', () => {
  const metrics = { step: 1, seconds: 0, stepsPerSecond: null, memoryBytes: null, updates: 1, moved: {} }
  const line = eventLine({ event: 'metrics', ...metrics, means: { a: NaN, b: -Infinity, c: 1 } })
  expect(JSON.parse(line)).toMatchObject({ stepsPerSecond: null, means: { a: 'NaN', b: '-Infinity', c: 1 } })
})
