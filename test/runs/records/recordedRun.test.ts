import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { renderFailure } from '../../../src/edge/decode.js'
import { readRuns } from '../../../src/runs/records/recordedRun.js'
import { folder, writeRun } from './runs.js'

const place = folder()
const at = (...names: string[]): string => join(place, ...names)
const read = async (...paths: string[]) => {
  const result = await readRuns(paths)()
  return isLeft(result) ? result.left.map(renderFailure) : result.right
}
/** Writes a run, and another text in the place of one of its files. */
const damaged = async (name: string, file: string, change: (text: string) => string): Promise<string> => {
  const path = await writeRun(at(name), { episodes: [[200, -5]] })
  writeFileSync(join(path, file), change(readFileSync(join(path, file), 'utf8')))
  return path
}

describe('readRuns', () => {
  it('reads what the writer of runs wrote', async () => {
    const path = await writeRun(at('whole'), {
      seed: 7,
      steps: 450,
      episodes: [
        [200, -5.5],
        [400, -3],
      ],
      settings: { discount: 0.9 },
    })
    expect(await read(path)).toMatchObject([
      {
        path,
        config: {
          algorithm: 'avg',
          task: 'Pendulum-v1',
          seed: 7,
          steps: 450,
          settings: { discount: 0.9, actionRange: 'rescale', engine: 'fused', threads: 1, weights: 'none' },
          provenance: { platform: process.platform, versions: { node: process.version } },
        },
        episodes: [
          { step: 200, return: -5.5 },
          { step: 400, return: -3 },
        ],
      },
    ])
  })

  it('reads the directories of a folder by their names, and leaves out everything else in it', async () => {
    for (const name of ['b', 'a', 'c']) await writeRun(at('folder', name))
    mkdirSync(at('folder', 'notes'))
    writeFileSync(at('folder', 'plan'), '')
    symlinkSync('nowhere', at('folder', 'broken'))
    expect(await read(at('folder'))).toMatchObject(['a', 'b', 'c'].map((name) => ({ path: at('folder', name) })))
  })

  it('reads a directory once, however many paths lead to it', async () => {
    const path = await writeRun(at('twice', 'a'))
    symlinkSync('a', at('twice', 'b'))
    expect(await read(path, at('twice'), `${path}/.`)).toMatchObject([{ path }])
  })

  it('reads the config of an earlier version: a setting that it did not have has the value of then', async () => {
    const path = await damaged('earlier', 'config.json', (text) => {
      const { clipObservation: _clip, versions: _versions, settings, ...config } = JSON.parse(text)
      const { logStdReading: _reading, ...others } = settings
      return JSON.stringify({ ...config, settings: others })
    })
    expect(await read(path)).toMatchObject([
      {
        config: {
          settings: { clipObservation: 'none', logStdReading: 'covariance' },
          provenance: { platform: process.platform },
        },
      },
    ])
  })

  it('reads a run to which a line is being added', async () => {
    const path = await writeRun(at('growing'), { episodes: [[200, -5]] })
    appendFileSync(join(path, 'episodes.csv'), '2,400,2')
    expect(await read(path)).toMatchObject([{ episodes: [{ step: 200 }] }])
  })

  it('refuses a path without a run, each in a line of its own', async () => {
    mkdirSync(at('empty'))
    writeFileSync(at('file'), '')
    const expected = 'expected the directory of a run, which has a config.json, or a folder of such directories; got'
    expect(await read(at('empty'), at('file'), at('nowhere'))).toEqual([
      `${at('empty')}: ${expected} a directory without any`,
      `${at('file')}: ${expected} ENOTDIR: not a directory`,
      `${at('nowhere')}: ${expected} ENOENT: no such file or directory`,
    ])
  })

  it.each<[string, string, (text: string) => string, string]>([
    ['no-json', 'config.json', () => '{', 'config.json: expected JSON; got something else'],
    ['cut', 'config.json', (text) => text.slice(0, -20), 'config.json: expected JSON; got something else'],
    [
      'other-algorithm',
      'config.json',
      (text) => text.replace('"avg"', '"agv"'),
      'config.json: algorithm: expected one of ',
    ],
    [
      'wrong-value',
      'config.json',
      (text) => text.replace(/"discount": [\d.]+/, '"discount": 2'),
      'config.json: settings.discount: expected a number >= 0 and <= 1; got 2',
    ],
    [
      'no-seed',
      'config.json',
      (text) => text.replace(/\n *"seed": 1,/, ''),
      'config.json: seed: expected an integer from 0 to 2^53 - 1; got nothing',
    ],
    [
      'unknown-name',
      'config.json',
      (text) => text.replace('"seed"', '"sede": 1, "seed"'),
      'config.json: sede: expected one of ',
    ],
    [
      'wrong-row',
      'episodes.csv',
      (text) => text.replace('-5', 'five'),
      'episodes.csv: line 2: return: expected a finite number; got "five"',
    ],
    ['no-head', 'episodes.csv', () => '', 'episodes.csv: line 1: expected episode,step,'],
  ])('refuses a damaged run in one line: %s', async (name, file, change, line) => {
    const path = await damaged(name, file, change)
    const lines = (await read(path)) as string[]
    expect(lines).toHaveLength(1)
    expect(lines[0].startsWith(`${path}/${line}`), lines[0]).toBe(true)
  })

  it('refuses a run without its episodes, and one whose episodes are a FIFO', async (test) => {
    const path = await writeRun(at('without'))
    const file = join(path, 'episodes.csv')
    rmSync(file)
    expect(await read(path)).toEqual([
      `${file}: expected a file that can be read; got ENOENT: no such file or directory`,
    ])
    test.skip(process.platform === 'win32', 'needs FIFOs')
    execFileSync('mkfifo', [file])
    expect(await read(path)).toEqual([`${file}: expected a file that can be read; got a FIFO`])
  })
})
