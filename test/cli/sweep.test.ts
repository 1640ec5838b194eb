/** `rivulet sweep`: the real command on small experiments. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, test, vi } from 'vitest'
import { rivulet, type Run, started } from './program.js'

// Each run is a process of its own, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const place = mkdtempSync(join(tmpdir(), 'rivulet-sweep-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const experiment = (name: string, changed: object = {}): string => {
  const base = { tasks: ['Pendulum-v1'], algorithms: ['avg'], seeds: 2, steps: 20_000, settings: { hidden: [32, 32] } }
  writeFileSync(join(place, name), JSON.stringify({ ...base, ...changed }))
  return name
}
const sweep = (file: string, out: string, ...words: readonly string[]) =>
  started(['sweep', file, '--out', out, '--jobs', '2', ...words], place)
const swept = (file: string, out: string, ...words: readonly string[]): Promise<Run> => sweep(file, out, ...words).ended

const names = ['Pendulum-v1-avg-s1', 'Pendulum-v1-avg-s2']
/** What the runs of a sweep leave that does not depend on the clock. */
const left = (out: string, runs: readonly string[] = names) =>
  runs.map((name) => ({
    weights: readFileSync(join(place, out, name, 'weights.safetensors')).toString('hex'),
    episodes: readFileSync(join(place, out, name, 'episodes.csv'), 'utf8').replaceAll(/,[\d.]+$/gm, ''),
  }))
const checkpoints = (out: string, name: string): readonly string[] => {
  const folder = join(place, out, name, 'checkpoints')
  return existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.checkpoint')) : []
}
const log = (out: string) => {
  const file = join(place, out, 'sweep.jsonl')
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
}
/** Waits until both runs of a sweep have a checkpoint. */
const bothBegun = async (out: string): Promise<void> => {
  while (names.some((name) => checkpoints(out, name).length === 0)) await delay(5)
}

let whole: Run
beforeAll(() => {
  whole = rivulet(['sweep', experiment('whole.json'), '--out', 'whole', '--jobs', '2'], place)
})

describe('a sweep', () => {
  it('has a directory for each run, a line for each one that ends, and one for all', () => {
    expect([whole.status, whole.stdout]).toEqual([0, '2 runs finished; written to whole.\n'])
    expect(readdirSync(join(place, 'whole'))).toEqual([...names, 'experiment.json', 'sweep.jsonl'])
    const lines = whole.stderr.trim().split('\n')
    expect(lines.toSorted()).toEqual([
      expect.stringMatching(/^1 of 2 runs finished, 1 running, .* s left$/),
      '2 of 2 runs finished',
      ...names.map((name) =>
        expect.stringMatching(
          new RegExp(`^${name}: 20,000 steps in \\S+ s, \\S+ steps/s, mean return -\\S+ \\(last 10\\)$`),
        ),
      ),
    ])
    expect(
      log('whole')
        .map(({ run, outcome, steps }) => [run, outcome, steps])
        .toSorted(),
    ).toEqual(names.map((name) => [name, 'finished', 20_000]))
  })

  it('that is finished has nothing to do, and says so', async () => {
    const before = log('whole')
    expect(await swept('whole.json', 'whole')).toMatchObject({
      status: 0,
      stdout: '2 runs finished; written to whole.\n',
      stderr: '',
    })
    expect(log('whole')).toEqual(before)
  })

  it('of other settings is refused in the same directory, in one line a run', async () => {
    const file = experiment('changed.json', { settings: { hidden: [32, 32], discount: 0.5 } })
    const { status, stderr } = await swept(file, 'whole')
    expect([status, stderr]).toEqual([
      2,
      'rivulet: whole/Pendulum-v1-avg-s1/config.json: discount: expected 0.5, as the experiment has it now: ' +
        'a changed experiment needs a new --out; got 0.95\n',
    ])
  })
})

test('SIGKILL of a sweep ends its runs, and the same command goes on to the same bits', async () => {
  const { child, ended } = sweep('whole.json', 'killed', '--checkpoint-every', '200')
  await bothBegun('killed')
  child.kill('SIGKILL')
  await ended
  expect(log('killed')).toEqual([])
  const again = await swept('whole.json', 'killed')
  expect([again.status, again.stdout]).toEqual([0, '2 runs finished; written to killed.\n'])
  expect(left('killed')).toEqual(left('whole'))
})

test('Ctrl-C saves every run at its last step, exits with 130, and the same command goes on', async () => {
  const { child, ended } = sweep('whole.json', 'stopped', '--checkpoint-every', '200', '--no-progress')
  await bothBegun('stopped')
  child.kill('SIGINT')
  expect(await ended).toMatchObject({
    status: 130,
    stdout: '',
    stderr: 'rivulet: SIGINT: 0 of 2 runs finished; the same command goes on; written to stopped\n',
  })
  // The signal reached each run once: it saved itself between two steps, with its weights.
  for (const name of names) expect(existsSync(join(place, 'stopped', name, 'weights.safetensors'))).toBe(true)
  expect(await swept('whole.json', 'stopped')).toMatchObject({ status: 0 })
  expect(left('stopped')).toEqual(left('whole'))
})

test('more steps in the experiment go on from the end of its runs', async () => {
  const some = { seeds: [2], steps: 600, settings: { hidden: [8] } }
  expect(await swept(experiment('short.json', some), 'longer')).toMatchObject({ status: 0 })
  expect(await swept(experiment('long.json', { ...some, steps: 1000 }), 'longer')).toMatchObject({ status: 0 })
  expect(log('longer').map(({ steps }) => steps)).toEqual([600, 1000])
  expect(await swept('short.json', 'longer')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(
      /^rivulet: longer\/Pendulum-v1-avg-s2\/config\.json: steps: expected 600, .*; got 1000\n$/,
    ),
  })
})

test('runs that fail are one line each, the others go on, and the exit code is 1', async () => {
  const diverging = { algorithm: 'avg', name: 'diverging', settings: { actorStepSize: 1e38, criticStepSize: 1e38 } }
  const file = experiment('failing.json', { algorithms: ['avg', diverging], steps: 400, settings: { hidden: [8] } })
  // In the place of one run there is a file.
  expect(
    await swept(experiment('none.json', { seeds: [9], steps: 1, settings: { hidden: [8] } }), 'failing'),
  ).toMatchObject({ status: 0 })
  writeFileSync(join(place, 'failing', 'Pendulum-v1-avg-s2'), '')
  const { status, stdout, stderr } = await swept(file, 'failing', '--no-progress')
  expect([status, stdout]).toEqual([1, ''])
  const lines = stderr.trim().split('\n')
  expect(lines.slice(0, -1).toSorted()).toEqual([
    expect.stringMatching(
      /^rivulet: Pendulum-v1-avg-s2: --out: expected a directory .*; got "failing\/Pendulum-v1-avg-s2" \(.*\)$/,
    ),
    expect.stringMatching(
      /^rivulet: Pendulum-v1-diverging-s1: .*(not finite|finite).*; stopped after \d+ of 400 steps; /,
    ),
    expect.stringMatching(
      /^rivulet: Pendulum-v1-diverging-s2: .*(not finite|finite).*; stopped after \d+ of 400 steps; /,
    ),
  ])
  expect(lines.at(-1)).toBe('rivulet: 3 of 4 runs failed; the same command tries them again; written to failing')
  const outcomes = log('failing').map(({ run, outcome }) => `${String(run)} ${String(outcome)}`)
  expect(outcomes).toContain('Pendulum-v1-avg-s1 finished')
  expect(outcomes.filter((each) => each.endsWith(' failed'))).toHaveLength(3)
})

test.each<[string, () => readonly string[], RegExp]>([
  [
    'an experiment that is not there',
    () => ['none-such.json'],
    /^rivulet: experiment: expected a file of JSON; got "none-such\.json" \(ENOENT: .*\)\n$/,
  ],
  [
    'an experiment that is no JSON',
    () => {
      writeFileSync(join(place, 'text.json'), 'tasks: Pendulum-v1')
      return ['text.json']
    },
    /^rivulet: experiment: expected a file of JSON; got "text\.json" \(.*\)\n$/,
  ],
  [
    'an experiment with a wrong name',
    () => [experiment('wrong.json', { tasks: ['Pendulum'] })],
    /^rivulet: wrong\.json: tasks\[0\]: expected a task .*; got "Pendulum"; nearest: Pendulum-v1\n$/,
  ],
  [
    'a directory that cannot be made',
    () => ['whole.json', '--out', 'whole.json/sweep'],
    /^rivulet: --out: expected a directory that can be written to; got "whole\.json\/sweep" \(ENOTDIR: .*\)\n$/,
  ],
  [
    'jobs that are no number',
    () => ['whole.json', '--jobs', 'all'],
    /^rivulet: --jobs: expected a positive integer; got "all"\n$/,
  ],
  ['no experiment', () => [], /^rivulet: experiment: expected a text; got nothing\n$/],
])('%s is one line', async (_what, words, line) => {
  const { status, stdout, stderr } = await started(['sweep', ...words()], place).ended
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toMatch(line)
})
