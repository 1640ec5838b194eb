import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Either, isLeft } from 'fp-ts/lib/Either.js'
import { afterAll, describe, expect, it } from 'vitest'
import { type Failure, decode, renderFailure } from '../../src/decode.js'
import { defaultsFor, runConfig, type RunConfig } from '../../src/runs/config.js'
import { defaultPath, openRunDirectory, type RunDirectory } from '../../src/runs/runDirectory.js'
import { provenance } from '../../src/runs/versions.js'

const place = mkdtempSync(join(tmpdir(), 'rivulet-runs-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const config: RunConfig = { ...defaultsFor('Pendulum-v1'), ...provenance() }
const openAt = (path: string): Either<readonly Failure[], RunDirectory> => openRunDirectory(path, config)()
const opened = (path: string): RunDirectory => {
  const result = openAt(path)
  if (isLeft(result)) throw new Error(result.left.map(renderFailure).join('\n'))
  return result.right
}
const row = { episode: 1, step: 200, length: 200, return: -1234.0678901234567, terminated: false, seconds: 0.5 }
const head = 'episode,step,length,return,terminated,seconds\n'

describe('openRunDirectory', () => {
  it('makes the directory and what is above it, with a config that its codec reads and the head of the episodes', () => {
    const path = join(place, 'a', 'b')
    opened(path).close()
    expect(decode(runConfig)(JSON.parse(readFileSync(join(path, 'config.json'), 'utf8')))).toEqual({
      _tag: 'Right',
      right: config,
    })
    expect(readFileSync(join(path, 'episodes.csv'), 'utf8')).toBe(head)
  })

  it('takes a directory that is empty', () => {
    const path = join(place, 'empty')
    mkdirSync(path)
    opened(path).close()
    expect(readdirSync(path).sort()).toEqual(['config.json', 'episodes.csv'])
  })

  it('has each line on the disk when it returns, returns to their last digit', () => {
    const directory = opened(join(place, 'rows'))
    directory.writeEpisode(row)
    const file = join(place, 'rows', 'episodes.csv')
    expect(readFileSync(file, 'utf8')).toBe(`${head}1,200,200,-1234.0678901234567,false,0.500\n`)
    directory.writeEpisode({ ...row, episode: 2, step: 230, length: 30, return: 1e-7, terminated: true, seconds: 1.25 })
    expect(readFileSync(file, 'utf8').split('\n')[2]).toBe('2,230,30,1e-7,true,1.250')
    directory.close()
  })

  it('may be closed twice, and takes no line afterwards', () => {
    const directory = opened(join(place, 'closed'))
    directory.close()
    directory.close()
    expect(() => directory.writeEpisode(row)).toThrow('episodes.csv is closed')
    expect(readFileSync(join(place, 'closed', 'episodes.csv'), 'utf8')).toBe(head)
  })

  it.each([
    ['a run that is there', 'full', 'it holds 2 things already'],
    ['a file', 'file', 'ENOTDIR: not a directory'],
    ['a path through a file', join('file', 'below', 'it'), 'ENOTDIR: not a directory'],
  ])('refuses %s and leaves it as it is', (_what, name, cause) => {
    writeFileSync(join(place, 'file'), 'kept')
    const full = join(place, 'full')
    mkdirSync(full, { recursive: true })
    writeFileSync(join(full, 'config.json'), 'kept')
    writeFileSync(join(full, 'notes'), 'kept')
    const result = openAt(join(place, name))
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

  it.runIf(process.platform === 'linux')('refuses where the system lets nobody write', () => {
    const result = openAt('/proc/rivulet/run')
    expect(isLeft(result) ? result.left.map(renderFailure) : []).toEqual([
      'out: expected a directory that is new or empty and can be written to; got "/proc/rivulet/run" (ENOENT: no such file or directory)',
    ])
  })
})

describe('defaultPath', () => {
  it('names task, algorithm, seed and the local time', () => {
    const settings = { ...defaultsFor('Hopper-v4'), seed: 7 }
    expect(defaultPath(settings, new Date(2026, 10, 22, 6, 5, 4))).toBe(
      join('runs', 'Hopper-v4-avg-s7-20261122-060504'),
    )
  })
})
