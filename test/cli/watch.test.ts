/** `rivulet watch` and `rivulet train --watch`, by what their pages receive. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, onTestFinished, test, vi } from 'vitest'
import type { ClipMessage } from '../../src/viewer/messages.js'
import { asked } from '../dashboard/visitor.js'
import { rivulet, started } from './program.js'

// Runs that learn. On a slow machine that takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const place = mkdtempSync(join(tmpdir(), 'rivulet-watch-'))
afterAll(() => rmSync(place, { recursive: true, force: true }), 120_000)
const run = (line: string) => rivulet(line.split(' '), place)

/** Starts a command, and resolves with the address of its page. */
const shown = async (line: string) => {
  const process = started(line.split(' '), place)
  const url = await new Promise<string>((resolve, reject) => {
    process.child.stderr.on('data', (part: Buffer) => {
      const found = /^rivulet: watch: (http:\/\/127\.0\.0\.1:\d+\/)/m.exec(part.toString())?.[1]
      if (found !== undefined) resolve(found)
    })
    void process.ended.then(({ stderr }) => reject(new Error(stderr)))
  })
  return { ...process, url }
}
const clipAt = async (url: string, after: number): Promise<ClipMessage> =>
  JSON.parse((await asked(`${url}clips/${after}`)).body) as ClipMessage

test('a run that is watched is the run that is not, and its episodes are those of its table', async () => {
  const words = 'train Hopper-v4 --hidden 8,8 --steps 6000 --no-progress --out'
  expect(run(`${words} plain`).status).toBe(0)
  const { url, ended } = await shown(`${words} watched --watch`)
  const clips: ClipMessage[] = []
  let isOver = false
  void ended.then(() => {
    isOver = true
  })
  while (!isOver) {
    try {
      clips.push(await clipAt(url, clips.at(-1)?.number ?? 0))
    } catch {
      // The run has ended, or its simulation is not open yet.
    }
  }
  expect(await ended).toMatchObject({ status: 0, stderr: `rivulet: watch: ${url}\n` })
  const file = (out: string, name: string): Buffer => readFileSync(join(place, out, name))
  expect(file('watched', 'policy.safetensors')).toEqual(file('plain', 'policy.safetensors'))
  const rows = file('watched', 'episodes.csv')
    .toString()
    .trim()
    .split('\n')
    .slice(1)
    .map((row) => row.split(',').map(Number))
  expect(clips.length).toBeGreaterThan(2)
  for (const { number, rewards, contactCounts, about } of clips) {
    const [, step, length, total] = rows[number - 1]
    expect([rewards.length, contactCounts.length]).toEqual([length + 1, length + 1])
    expect(rewards.reduce((sum, reward) => sum + reward, 0)).toBeCloseTo(total, 6)
    expect(about).toContain(`Episode ${number} of the run`)
    expect(step).toBeGreaterThan(0)
  }
})

test('rivulet watch plays the episodes that rivulet evaluate runs, and again after the last one', async () => {
  const { url, child, ended } = await shown('watch plain --episodes 2 --seed 7 --stochastic')
  const clips = [await clipAt(url, 0), await clipAt(url, 1), await clipAt(url, 2)]
  expect(clips.map(({ number, about }) => `${number} ${about}`)).toEqual([
    '1 Episode 1 of seed 7: the policy of plain, actions drawn',
    '2 Episode 2 of seed 7: the policy of plain, actions drawn',
    '1 Episode 1 of seed 7: the policy of plain, actions drawn',
  ])
  const { returns } = JSON.parse(
    run('evaluate plain --episodes 2 --seed 7 --stochastic --json --no-progress').stdout,
  ) as {
    returns: number[]
  }
  clips.slice(0, 2).forEach(({ rewards }, i) => {
    expect(rewards.reduce((sum, reward) => sum + reward, 0)).toBeCloseTo(returns[i], 9)
  })
  child.kill('SIGTERM')
  expect(await ended).toMatchObject({ status: 143, stdout: '' })
})

test('a port that is taken and a task without a scene are one line, and leave nothing behind', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void taken.close())
  const { port } = taken.address() as AddressInfo
  const line = (flag: string): RegExp =>
    new RegExp(`^rivulet: ${flag}: expected a port that is free on 127.0.0.1; got ${port} \\(.*EADDRINUSE.*\\)\\n$`)
  // Processes of their own, since the server is in this one.
  const refused = (words: string) => started(words.split(' '), place).ended
  const watch = await refused(`watch Hopper-v4 --port ${port}`)
  expect(watch.status).toBe(2)
  expect(watch.stderr).toMatch(line('--port'))
  const train = await refused(`train Hopper-v4 --steps 10 --out none --watch ${port}`)
  expect(train.status).toBe(2)
  expect(train.stderr).toMatch(line('--watch'))
  expect(run('train Pendulum-v1 --steps 10 --out none --watch')).toEqual({
    status: 2,
    stdout: '',
    stderr: 'rivulet: --watch: expected a task on MuJoCo, which has a scene; got Pendulum-v1\n',
  })
  expect(existsSync(join(place, 'none'))).toBe(false)
})
