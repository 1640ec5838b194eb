import { readFileSync } from 'node:fs'
import { isRight } from 'fp-ts/lib/Either.js'
import { firstValueFrom, lastValueFrom, toArray } from 'rxjs'
import { describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../../src/time/clock.js'
import { decode } from '../../../src/edge/decode.js'
import { bench } from '../../../src/runs/bench/bench.js'
import { benchReport, machineAt, type BenchPart } from '../../../src/runs/bench/report.js'

// These tests measure every engine and whole agents, which is slow on a slow machine.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 })

/** Rounds so short that the figures mean nothing; the tests check their shape. */
const effort = { rounds: 2, roundSeconds: 1e-4, clock: systemClock }
const machine = machineAt(new Date(0))
const reportOf = async (only: BenchPart) => (await lastValueFrom(bench({ ...effort, machine, only }))).report

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

const simulators = ['Pendulum-v1', 'Hopper-v4', 'HalfCheetah-v4', 'Humanoid-v4']

describe('a report', () => {
  it('names the machine, Node and the commit', () => {
    expect(machine).toMatchObject({
      node: process.version,
      architecture: process.arch,
      date: '1970-01-01T00:00:00.000Z',
    })
    expect(machine.commit).toMatch(/^([0-9a-f]{7,}(-dirty)?|rivulet \d+\.\d+\.\d+)$/)
    if (machine.commit.startsWith('rivulet')) expect(machine.commit).toBe(`rivulet ${version}`)
  })

  it('has a row for each simulator, which its codec reads back from JSON', async () => {
    const report = await reportOf('simulator')
    expect(report.simulator.map(({ task }) => task)).toEqual(simulators)
    expect(report.simulator.map(({ bare }) => bare === null)).toEqual([true, false, false, false])
    expect(report).toMatchObject({ machine, learner: [], pipeline: [] })
    expect(isRight(decode(benchReport)(JSON.parse(JSON.stringify(report))))).toBe(true)
    const [{ stepsPerSecond, spread }] = report.simulator
    expect(spread.stepsPerSecond.runs).toBe(2)
    expect(spread.stepsPerSecond.least).toBeLessThanOrEqual(stepsPerSecond)
    expect(spread.stepsPerSecond.greatest).toBeGreaterThanOrEqual(stepsPerSecond)
  })

  it('has a row for each whole agent, and one for the pipeline by itself', async () => {
    const report = await reportOf('pipeline')
    expect(report.pipeline.map(({ task, engine }) => [task, engine])).toEqual([
      ['Hopper-v4', 'webassembly'],
      ['HalfCheetah-v4', 'webassembly'],
      ['Hopper-v4', 'webassembly, 2 threads'],
      ['HalfCheetah-v4', 'webassembly, 2 threads'],
      ['no physics', 'none'],
    ])
    expect(isRight(decode(benchReport)(JSON.parse(JSON.stringify(report))))).toBe(true)
    for (const { spread, residentBytes } of report.pipeline) {
      expect(spread.stepsPerSecond.runs).toBe(6)
      expect(residentBytes).toBeGreaterThan(1e7)
    }
  })

  it('has a row for each engine and shape, or lists the engine as absent with the reason', async () => {
    const { learner, absent, ...rest } = await reportOf('learner')
    expect(isRight(decode(benchReport)(JSON.parse(JSON.stringify({ learner, absent, ...rest }))))).toBe(true)
    const engines = ['webassembly', 'webassembly, 2 threads', 'typescript', 'tfjs tensorflow', 'tfjs wasm', 'tfjs cpu']
    for (const engine of engines) {
      const rows = learner.filter((row) => row.engine === engine)
      const reasons = absent.filter((row) => row.engine === engine)
      if (reasons.length > 0)
        expect({ engine, rows, reasons: reasons.length }).toEqual({ engine, rows: [], reasons: 1 })
      else expect(rows.map(({ shapes }) => shapes)).toEqual(['Hopper', 'HalfCheetah', 'Humanoid'])
    }
    // Parameters and second moments as floats, and some statistics.
    const stateOf = (shapes: string): number =>
      learner.find((row) => row.engine === 'typescript' && row.shapes === shapes)?.stateBytes ?? NaN
    expect(stateOf('Hopper')).toBeLessThan(1.2e6)
    expect(stateOf('Humanoid')).toBeLessThan(2.8e6)
  })
})

describe('a benchmark', () => {
  it('emits each measurement when it is made', async () => {
    const told = await lastValueFrom(bench({ ...effort, machine, only: 'simulator' }).pipe(toArray()))
    expect(told.map(({ measured, total, what }) => [measured, total, what])).toEqual(
      simulators.map((name, i) => [i + 1, simulators.length, `simulator: ${name}`]),
    )
  })

  it('measures nothing more after it is unsubscribed', async () => {
    let now = 0
    const clock = { now: () => (now += 1) }
    await firstValueFrom(bench({ ...effort, clock, machine, only: 'simulator' }))
    const turns = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve))
    }
    await turns(2)
    const then = now
    await turns(20)
    expect(now).toBe(then)
  })

  it('fails on a figure that is not finite', async () => {
    // On a clock that stands still every round takes no time, and the pace would be infinite.
    let reads = 0
    const clock = { now: () => (reads++ < 6 ? reads * 1000 : 1e9) }
    await expect(lastValueFrom(bench({ ...effort, clock, machine, only: 'simulator' }))).rejects.toThrow(
      /^stepsPerSecond\[\d\] is Infinity, expected a finite number$/,
    )
  })
})
