import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Either, isLeft } from 'fp-ts/lib/Either.js'
import { afterAll, describe, expect, it } from 'vitest'
import { type Failure, decode, renderFailure } from '../../src/edge/decode.js'
import { taskSpec } from '../../src/environments/tasks.js'
import type { Metrics } from '../../src/records/metrics.js'
import { defaultsFor, runConfig, type RunConfig } from '../../src/runs/config.js'
import { defaultPath, openRunDirectory, type NewRunDirectory } from '../../src/runs/runDirectory.js'
import { provenance } from '../../src/runs/versions.js'
import { readEvents } from '../records/eventReader.js'

const place = mkdtempSync(join(tmpdir(), 'rivulet-runs-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const spec = await taskSpec('Pendulum-v1')
const config: RunConfig = { ...defaultsFor(spec), ...provenance() }
const openAt = (path: string): Promise<Either<readonly Failure[], NewRunDirectory>> => openRunDirectory(path, config)()
const opened = async (path: string): Promise<NewRunDirectory> => {
  const result = await openAt(path)
  if (isLeft(result)) throw new Error(result.left.map(renderFailure).join('\n'))
  return result.right
}
const row = { episode: 1, step: 200, length: 200, return: -1234.0678901234567, terminated: false, seconds: 0.5 }
const window: Metrics = {
  step: 1000,
  seconds: 0.5,
  stepsPerSecond: 2000,
  memoryBytes: 5,
  updates: 999,
  means: { tdError: 0.25 },
  moved: {},
}
const head = 'episode,step,length,return,terminated,seconds\n'

describe('openRunDirectory', () => {
  it('makes the directory and its parents, with a config that its codec reads and the head of the episodes', async () => {
    const path = join(place, 'a', 'b')
    ;(await opened(path)).close()
    expect(decode(runConfig)(JSON.parse(readFileSync(join(path, 'config.json'), 'utf8')))).toEqual({
      _tag: 'Right',
      right: config,
    })
    expect(readFileSync(join(path, 'episodes.csv'), 'utf8')).toBe(head)
  })

  it('takes a directory that is empty', async () => {
    const path = join(place, 'empty')
    mkdirSync(path)
    ;(await opened(path)).close()
    expect(readdirSync(path).sort()).toEqual(['config.json', 'episodes.csv', 'metrics.csv'])
  })

  it('has each line on the disk when writeEpisode returns, with every digit of the return', async () => {
    const directory = await opened(join(place, 'rows'))
    directory.writeEpisode(row)
    const file = join(place, 'rows', 'episodes.csv')
    expect(readFileSync(file, 'utf8')).toBe(`${head}1,200,200,-1234.0678901234567,false,0.500\n`)
    directory.writeEpisode({ ...row, episode: 2, step: 230, length: 30, return: 1e-7, terminated: true, seconds: 1.25 })
    expect(readFileSync(file, 'utf8').split('\n')[2]).toBe('2,230,30,1e-7,true,1.250')
    directory.close()
  })

  it('has a table of metrics, which gets a line for each window', async () => {
    const directory = await opened(join(place, 'metrics'))
    const file = join(place, 'metrics', 'metrics.csv')
    expect(readFileSync(file, 'utf8')).toBe('')
    directory.write(window)
    const lines = 'step,seconds,stepsPerSecond,memoryBytes,updates,tdError\n1000,0.500,2000.0,5,999,0.25\n'
    expect(readFileSync(file, 'utf8')).toBe(lines)
    directory.close()
    expect(readFileSync(file, 'utf8')).toBe(lines)
  })

  it('waits for the disk to have every table of lines, that of a guard included', async () => {
    const result = await openRunDirectory(join(place, 'guarded'), { ...config, onDivergence: 'rollback' })()
    if (isLeft(result)) throw new Error(result.left.map(renderFailure).join('\n'))
    const tables = readdirSync(join(place, 'guarded')).filter((name) => name.endsWith('.csv'))
    expect(tables.toSorted()).toEqual(['episodes.csv', 'events.csv', 'metrics.csv'])
    await result.right.sync()
    // A table that is not there cannot have been waited for.
    for (const name of tables) {
      const table = join(place, 'guarded', name)
      renameSync(table, `${table}.moved`)
      await expect(result.right.sync(), name).rejects.toThrow('ENOENT')
      renameSync(`${table}.moved`, table)
    }
    result.right.close()
  })

  it('has an event file of TensorBoard as well if that is asked for, with the episodes and the metrics', async () => {
    const path = join(place, 'board')
    const result = await openRunDirectory(path, config, { tensorboard: true })()
    if (isLeft(result)) throw new Error(result.left.map(renderFailure).join('\n'))
    result.right.writeEpisode(row)
    result.right.write(window)
    result.right.close()
    const [name, ...others] = readdirSync(path).filter((each) => each.includes('tfevents'))
    expect(others).toEqual([])
    const tags = readEvents(readFileSync(join(path, name))).map(({ step, scalars }) => [
      step,
      scalars.map(([tag]) => tag),
    ])
    const charts = ['charts/episodic_return', 'charts/episodic_length']
    const rollout = ['rollout/ep_rew_mean', 'rollout/ep_len_mean']
    expect(tags).toEqual([
      [0n, []],
      [200n, charts],
      [
        1000n,
        [...rollout, 'time/fps', 'time/time_elapsed', 'rivulet/tdError', 'rivulet/updates', 'rivulet/memoryBytes'],
      ],
    ])
    expect(readFileSync(join(path, 'episodes.csv'), 'utf8').split('\n')).toHaveLength(3)
    expect(readFileSync(join(path, 'metrics.csv'), 'utf8').split('\n')).toHaveLength(3)
  })

  it('closes all of its files, also if one cannot be written to the disk any more', async () => {
    const path = join(place, 'closing')
    const directory = await opened(path)
    rmSync(path, { recursive: true })
    directory.close()
    expect(() => directory.writeEpisode(row)).toThrow('episodes.csv is closed')
    expect(() => directory.write(window)).toThrow('metrics.csv is closed')
  })

  it('may be closed twice, and takes no line afterwards', async () => {
    const directory = await opened(join(place, 'closed'))
    directory.close()
    directory.close()
    expect(() => directory.writeEpisode(row)).toThrow('episodes.csv is closed')
    expect(readFileSync(join(place, 'closed', 'episodes.csv'), 'utf8')).toBe(head)
  })

  it.each([
    ['a run that is there', 'full', 'it has 2 entries already'],
    ['a file', 'file', 'ENOTDIR: not a directory'],
    ['a path through a file', join('file', 'below', 'it'), 'ENOTDIR: not a directory'],
  ])('refuses %s and leaves it as it is', async (_what, name, cause) => {
    writeFileSync(join(place, 'file'), 'kept')
    const full = join(place, 'full')
    mkdirSync(full, { recursive: true })
    writeFileSync(join(full, 'config.json'), 'kept')
    writeFileSync(join(full, 'notes'), 'kept')
    const result = await openAt(join(place, name))
    expect(isLeft(result) ? result.left : []).toEqual([
      {
        path: 'out',
        expected: 'a directory that is new or empty and can be written to',
        got: `"${join(place, name)}" (${cause})`,
        nearest: null,
      },
    ])
    expect(readFileSync(join(place, 'file'), 'utf8')).toBe('kept')
    expect(readFileSync(join(full, 'config.json'), 'utf8')).toBe('kept')
    expect(readdirSync(full).sort()).toEqual(['config.json', 'notes'])
  })

  it('refuses a directory that the system protects from writing', async (test) => {
    test.skip(process.platform !== 'linux', 'needs Linux')
    const result = await openAt('/proc/rivulet/run')
    expect(isLeft(result) ? result.left.map(renderFailure) : []).toEqual([
      'out: expected a directory that is new or empty and can be written to; got "/proc/rivulet/run" (ENOENT: no such file or directory)',
    ])
  })
})

describe('a run directory that is gone', () => {
  it('is detected by check, and when an episode is written', async () => {
    const path = join(place, 'gone')
    const directory = await opened(path)
    expect(() => directory.check()).not.toThrow()
    rmSync(path, { recursive: true })
    expect(() => directory.check()).toThrow(`${join(path, 'episodes.csv')} was deleted or moved`)
    expect(() => directory.writeEpisode(row)).toThrow(`${join(path, 'episodes.csv')} was deleted`)
    directory.close()
  })
})

describe('a run that is discarded', () => {
  it('removes everything that was made for it, and leaves all other files', async () => {
    const above = join(place, 'above')
    mkdirSync(above)
    const [first, second] = [await opened(join(above, 'made', 'a')), await opened(join(above, 'made', 'b'))]
    first.discard()
    expect(readdirSync(join(above, 'made'))).toEqual(['b'])
    second.discard()
    expect(readdirSync(above)).toEqual(['made'])
    const third = await opened(join(above, 'other', 'c'))
    third.discard()
    expect(readdirSync(above)).toEqual(['made'])
  })
})

describe('runs that begin at once', () => {
  it('get a number each if `numbered` is true', async () => {
    const path = join(place, 'numbered', 'run')
    const runs = await Promise.all([1, 2, 3].map(() => openRunDirectory(path, config, { numbered: true })()))
    const paths = runs.flatMap((run) => (isLeft(run) ? [] : [run.right.path]))
    expect(paths.sort()).toEqual([path, `${path}-2`, `${path}-3`])
    for (const run of runs) if (!isLeft(run)) run.right.close()
  })

  it('in several processes, below a directory that does not exist yet: each gets its directory; of one path only one run gets it', () => {
    const base = join(place, 'race')
    const [rounds, racers] = [40, 4]
    const module = fileURLToPath(new URL('../../dist/src/runs/runDirectory.js', import.meta.url))
    const script = `
      const { openRunDirectory } = await import(${JSON.stringify(module)})
      const [name, begin] = process.argv.slice(1)
      for (let round = 0; round < ${rounds}; round++) {
        while (Date.now() < Number(begin) + round * 25);
        for (const path of ['/new/above/' + name, '/one']) {
          const result = await openRunDirectory(${JSON.stringify(base)} + round + path, {})()
          if (result._tag === 'Right') result.right.close()
          console.log(path.length, result._tag, result._tag === 'Left' ? result.left[0].got : '')
        }
      }`
    const racing = `for name in a b c d; do "$0" --input-type=module -e "$1" $name $2 & done; wait`
    const begin = String(Number(execFileSync('date', ['+%s%3N'])) + 1500)
    const words = ['-c', racing, process.execPath, script, begin]
    const said = execFileSync('bash', words, { encoding: 'utf8' }).trim().split('\n')
    const [ownLength, oneLength] = ['/new/above/a', '/one'].map((path) => String(path.length))
    expect(said.filter((line) => line.startsWith(`${ownLength} Left`))).toEqual([])
    expect(said.filter((line) => line.startsWith(`${ownLength} Right`))).toHaveLength(rounds * racers)
    expect(said.filter((line) => line.startsWith(`${oneLength} Right`))).toHaveLength(rounds)
    for (let round = 0; round < rounds; round++) {
      expect(readdirSync(join(`${base}${round}`, 'one')).sort()).toEqual(['config.json', 'episodes.csv', 'metrics.csv'])
    }
  })
})

describe('defaultPath', () => {
  it('names task, algorithm, seed and the local time', () => {
    const settings = { ...defaultsFor(spec), seed: 7 }
    expect(defaultPath(settings, new Date(2026, 10, 22, 6, 5, 4))).toBe(
      join('runs', 'Pendulum-v1-avg-s7-20261122-060504'),
    )
  })

  it('is one directory for a task with a slash in its name', () => {
    const settings = { ...defaultsFor(spec), task: 'dm_control/reacher-hard', seed: 7 } as const
    expect(defaultPath(settings, new Date(2026, 10, 22, 6, 5, 4))).toBe(
      join('runs', 'dm_control-reacher-hard-avg-s7-20261122-060504'),
    )
  })
})
