/** What a sweep finds when it is started again. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, it, test } from 'vitest'
import { decode, renderFailure } from '../../../src/edge/decode.js'
import { experimentFile } from '../../../src/runs/sweep/experimentFile.js'
import { findRun } from '../../../src/runs/sweep/foundRun.js'
import { type PlannedRun, plannedRuns } from '../../../src/runs/sweep/plannedRuns.js'
import { readSweepLog, type SweepLogEntry } from '../../../src/runs/sweep/sweepLog.js'
import { folder, writeRun } from '../records/runs.js'

const place = folder()

const planned = async (steps = 1000): Promise<PlannedRun> => {
  const decoded = decode(experimentFile)({ tasks: ['Pendulum-v1'], algorithms: ['avg'], seeds: 1, steps })
  if (isLeft(decoded)) throw new Error(JSON.stringify(decoded.left))
  const runs = await plannedRuns(decoded.right)
  if (isLeft(runs)) throw new Error(JSON.stringify(runs.left))
  return runs.right[0]
}
const entry = (steps: number, outcome: SweepLogEntry['outcome'] = 'finished'): SweepLogEntry => ({
  run: 'Pendulum-v1-avg-s1',
  outcome,
  steps,
  seconds: 1,
})
const found = async (path: string, run: PlannedRun, logged?: SweepLogEntry) => {
  const result = await findRun(path, run, logged)()
  return isLeft(result) ? result.left.map(renderFailure) : result.right
}

describe('a run on the disk', () => {
  it('is new without a config, and with one of no content, which is removed', async () => {
    expect(await found(join(place, 'none'), await planned())).toBe('new')
    mkdirSync(join(place, 'killed'))
    writeFileSync(join(place, 'killed', 'config.json'), '')
    expect(await found(join(place, 'killed'), await planned())).toBe('new')
    expect(existsSync(join(place, 'killed', 'config.json'))).toBe(false)
    writeFileSync(join(place, 'file'), '')
    expect(await found(join(place, 'file'), await planned())).toBe('new')
  })

  it('is finished if the log has all of its steps, else begun', async () => {
    const path = await writeRun(join(place, 'run'))
    expect(await found(path, await planned())).toBe('begun')
    expect(await found(path, await planned(), entry(1000, 'failed'))).toBe('begun')
    expect(await found(path, await planned(), entry(999))).toBe('begun')
    expect(await found(path, await planned(), entry(1000))).toBe('finished')
    expect(await found(path, await planned(2000), entry(1000))).toBe('begun')
  })

  it('of other settings is refused, and one of more steps', async () => {
    const path = await writeRun(join(place, 'other'), { seed: 2, settings: { discount: 0.5 } })
    const because = ', as the experiment has it now: a changed experiment needs a new --out; got '
    expect(await found(path, await planned(500))).toEqual([
      `${path}/config.json: steps: expected 500${because}1000`,
      `${path}/config.json: seed: expected 1${because}2`,
      `${path}/config.json: discount: expected 0.95${because}0.5`,
    ])
  })
})

test('the log of a sweep has the last entry of each run, and takes the half line of a process that was killed', () => {
  const path = join(place, 'sweep.jsonl')
  expect(readSweepLog(path).size).toBe(0)
  const [first, last] = [entry(10, 'failed'), entry(1000)]
  writeFileSync(path, `${JSON.stringify(first)}\n${JSON.stringify(last)}\n{"run":"Pend`)
  expect([...readSweepLog(path)]).toEqual([['Pendulum-v1-avg-s1', last]])
})
