import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Metrics } from '../../src/records/metrics.js'
import { metricsFile } from '../../src/records/metricsFile.js'
import { onSmallDisk, withSmallDisk } from '../smallDisk.js'

const place = mkdtempSync(join(tmpdir(), 'rivulet-metrics-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))
const newPath = (): string => join(mkdtempSync(join(place, 'run-')), 'metrics.csv')
const textOf = (path: string): string => readFileSync(path, 'utf8')

const window = (step: number, means: Metrics['means'], others: Partial<Metrics> = {}): Metrics => ({
  step,
  seconds: step / 1024,
  stepsPerSecond: 1024,
  memoryBytes: 5000,
  updates: 3,
  means,
  moved: {},
  ...others,
})

test('has a column for each number, and a line for each window when write returns', async () => {
  const path = newPath()
  const file = await metricsFile(path)
  file.write(window(1000, { tdError: -0.1, scale: 1 / 3 }, { moved: { actor: 0.5, critic: 2 } }))
  const head = 'step,seconds,stepsPerSecond,memoryBytes,updates,tdError,scale,moved.actor,moved.critic\n'
  const first = '1000,0.977,1024.0,5000,3,-0.1,0.3333333333333333,0.5,2\n'
  expect(textOf(path)).toBe(head + first)
  file.write(window(2000, { scale: NaN, tdError: -Infinity }, { stepsPerSecond: null, memoryBytes: null }))
  expect(textOf(path)).toBe(head + first + '2000,1.953,,,3,-Infinity,NaN,,\n')
  file.close()
  file.close()
  expect(() => file.write(window(3000, {}))).toThrow(`${path} is closed`)
})

test('scalars that come late get columns at the end, and empty cells above', async () => {
  const path = newPath()
  const file = await metricsFile(path)
  file.write(window(1024, {}))
  file.write(window(2048, { valueLoss: 1 }))
  file.write(window(3072, {}))
  file.write(window(4096, { actorLoss: 2, valueLoss: 3 }))
  file.checkPath()
  file.close()
  expect(textOf(path).split('\n')).toEqual([
    'step,seconds,stepsPerSecond,memoryBytes,updates,valueLoss,actorLoss',
    '1024,1.000,1024.0,5000,3,,',
    '2048,2.000,1024.0,5000,3,1,',
    '3072,3.000,1024.0,5000,3,,',
    '4096,4.000,1024.0,5000,3,3,2',
    '',
  ])
  expect(readdirSync(join(path, '..'))).toEqual(['metrics.csv'])
})

test('of a run without a window it has the common columns', async () => {
  const path = newPath()
  const file = await metricsFile(path)
  file.close()
  expect(textOf(path)).toBe('step,seconds,stepsPerSecond,memoryBytes,updates\n')
})

test('is new, unless it is to be lengthened: then it keeps its columns', async () => {
  const path = newPath()
  const first = await metricsFile(path)
  first.write(window(1024, { 'a,b': 1, 'say "c"': 2 }))
  first.close()
  await expect(metricsFile(path)).rejects.toThrow('EEXIST')
  const second = await metricsFile(path, { as: 'append' })
  second.write(window(2048, { 'say "c"': 4, 'a,b': 3 }))
  second.write(window(3072, { d: 5 }))
  second.close()
  expect(textOf(path).split('\n')).toEqual([
    'step,seconds,stepsPerSecond,memoryBytes,updates,"a,b","say ""c""",d',
    '1024,1.000,1024.0,5000,3,1,2,',
    '2048,2.000,1024.0,5000,3,3,4,',
    '3072,3.000,1024.0,5000,3,,,5',
    '',
  ])
})

test('append makes a file that does not exist, and begins one that is empty', async () => {
  for (const prepare of [() => undefined, (path: string) => writeFileSync(path, '')]) {
    const path = newPath()
    prepare(path)
    const file = await metricsFile(path, { as: 'append' })
    file.write(window(1024, { a: 1 }))
    file.close()
    expect(textOf(path).split('\n')).toHaveLength(3)
  }
})

describe('fails', () => {
  test('on a scalar with the name of another column, and writes nothing of it', async () => {
    const path = newPath()
    const file = await metricsFile(path)
    file.write(window(1024, { a: 1 }))
    expect(() => file.write(window(2048, { updates: 1 }))).toThrow(
      'metrics: expected no scalar of the name updates, which a column has',
    )
    expect(() => file.write(window(2048, { 'two\nlines': 1 }))).toThrow('expected one line')
    expect(textOf(path).split('\n')).toHaveLength(3)
    file.write(window(2048, { a: 1 }))
    expect(textOf(path).split('\n')).toHaveLength(4)
    file.close()
  })

  test('when its directory does not exist', async () => {
    await expect(metricsFile(join(place, 'none', 'metrics.csv'))).rejects.toThrow('ENOENT')
  })

  test(
    `on a full disk, and has whole lines only, also while it gets wider (${onSmallDisk})`,
    withSmallDisk(async (disk, { fill, free }) => {
      const path = join(disk, 'metrics.csv')
      const file = await metricsFile(path)
      for (let i = 1; i <= 100; i++) file.write(window(1024 * i, { a: 1 }))
      fill()
      expect(() => file.write(window(0, { b: 1 }))).toThrow('ENOSPC')
      expect(() => {
        for (let i = 0; i < 1000; i++) file.write(window(0, { a: 1 }))
      }).toThrow('ENOSPC')
      const lines = textOf(path).split('\n')
      expect(lines[0]).toBe('step,seconds,stepsPerSecond,memoryBytes,updates,a')
      expect(lines.slice(1, -1).every((line) => line.split(',').length === 6)).toBe(true)
      expect(lines.at(-1)).toBe('')
      free()
      file.write(window(0, { b: 1 }))
      file.close()
      expect(textOf(path).split('\n')).toHaveLength(lines.length + 1)
    }),
  )
})
