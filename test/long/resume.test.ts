/** One run that is killed 100 times at random instants, and resumed each time, is the run that was never killed. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { seeded } from '../../src/random.js'
import { rivulet, started } from '../cli/program.js'

const place = mkdtempSync(join(tmpdir(), 'rivulet-killed-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const KILLS = 100
/** Steps that a process makes at most before it is killed, so that the run does not end before the last kill. */
const MOST_STEPS = 4000
/** Milliseconds that a whole run may take on a machine that does other work as well. */
const LONG = 3_000_000
const run = ['Hopper-v4', '--steps', '400000', '--hidden', '64,64', '--no-progress']

/** The step of the newest checkpoint; 0 without any. */
const reached = (): number => {
  const folder = join(place, 'killed', 'checkpoints')
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.checkpoint')) : []
  return Math.max(0, ...names.map((name) => Number(name.split('-')[0])))
}

/** What a run leaves that does not depend on the clock. */
const left = (name: string) => ({
  weights: readFileSync(join(place, name, 'weights.safetensors')).toString('base64'),
  episodes: readFileSync(join(place, name, 'episodes.csv'), 'utf8').replaceAll(/,[\d.]+$/gm, ''),
  metrics: readFileSync(join(place, name, 'metrics.csv'), 'utf8')
    .split('\n')
    .map((line) => line.split(',').toSpliced(1, 3).join()),
})

test(`${KILLS} times SIGKILL at random instants: always resumable, no row lost or doubled`, async () => {
  const { status } = rivulet(['train', ...run, '--out', 'whole'], place, LONG)
  expect(status).toBe(0)
  // Instants from before the first step to well after it, however fast the machine is.
  const begun = performance.now()
  expect(rivulet(['train', 'Hopper-v4', '--steps', '1', '--no-progress', '--out', 'one'], place).status).toBe(0)
  const startUp = performance.now() - begun
  const random = seeded(6)('instants')
  let kills = 0
  while (kills < KILLS) {
    const isBegun = existsSync(join(place, 'killed', 'config.json'))
    const words = isBegun ? ['resume', 'killed', '--no-progress'] : ['train', ...run, '--out', 'killed']
    const { child, ended } = started([...words, '--checkpoint-every', '300'], place)
    const from = reached()
    const steps = MOST_STEPS * random.uniform()
    const until = performance.now() + startUp * (0.5 + 1.5 * random.uniform())
    while (performance.now() < until && reached() - from < steps && child.exitCode === null) await delay(2)
    child.kill('SIGKILL')
    const { status: code, stderr } = await ended
    expect(stderr, `after ${kills} kills`).toBe('')
    if (code === 0) break
    kills++
  }
  console.log(`${kills} kills, the newest checkpoint at step ${reached()}`)
  expect(kills).toBe(KILLS)
  const last = rivulet(['resume', 'killed', '--no-progress'], place, LONG)
  expect([last.status, last.stderr]).toEqual([0, ''])
  expect(left('killed')).toEqual(left('whole'))
})
