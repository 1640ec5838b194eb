import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Metrics } from '../../src/records/metrics.js'
import { metricsFile } from '../../src/records/metricsFile.js'
import { readMetrics } from '../../src/records/metricsTable.js'

const place = mkdtempSync(join(tmpdir(), 'rivulet-metrics-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const windows: readonly Metrics[] = [
  { step: 1000, seconds: 0.5, stepsPerSecond: null, memoryBytes: null, updates: 0, means: {}, moved: {} },
  {
    step: 2000,
    seconds: 1.25,
    stepsPerSecond: 1333.5,
    memoryBytes: 5e7,
    updates: 7,
    means: { 'a,"b"': -0.1 },
    moved: { actor: 2 },
  },
  {
    step: 2500,
    seconds: 2,
    stepsPerSecond: 1,
    memoryBytes: 1,
    updates: 1,
    means: { 'a,"b"': Infinity, late: 1e-9 },
    moved: { actor: 0 },
  },
]

test('a table is read as it was written', async () => {
  const path = join(place, 'metrics.csv')
  const file = await metricsFile(path)
  windows.forEach(file.write)
  file.close()
  expect(readMetrics(readFileSync(path, 'utf8'))).toEqual(windows)
})

test('half a line at the end is left out, and there may be no table', () => {
  expect(readMetrics('step,seconds\n1,2\n3,')).toHaveLength(1)
  expect(readMetrics('')).toEqual([])
})
