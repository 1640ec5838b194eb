import { isRight } from 'fp-ts/lib/Either.js'
import { lastValueFrom, toArray } from 'rxjs'
import { describe, expect, it, vi } from 'vitest'
import { decode } from '../../../src/edge/decode.js'
import { positiveInteger, positiveNumber } from '../../../src/edge/codecs.js'
import { field, type SettingFields } from '../../../src/edge/settings.js'
import type { Algorithm } from '../../../src/learners/algorithm.js'
import { iac } from '../../../src/learners/iac/iac.js'
import { seeded } from '../../../src/random.js'
import { algorithmNames } from '../../../src/runs/algorithms.js'
import { algorithmTable } from '../../../src/runs/bench/algorithmTable.js'
import { measureAlgorithm, openAlgorithm, untilItLearns } from '../../../src/runs/bench/algorithms.js'
import { benchReport, machineAt } from '../../../src/runs/bench/report.js'
import { shapes } from '../../../src/runs/bench/shapes.js'
import { systemClock } from '../../../src/time/clock.js'

// Every algorithm is measured, which is slow on a slow machine.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 })

/** Rounds so short that the times mean nothing. */
const effort = { rounds: 2, roundSeconds: 1e-3, clock: systemClock }
const machine = machineAt(new Date(0))
const bench = { ...effort, pause: async () => undefined }

describe('the table of algorithms', () => {
  it('has a row for each algorithm, which its codec reads from JSON', async () => {
    const records = await lastValueFrom(algorithmTable({ ...effort, machine, shapes: 'Hopper' }).pipe(toArray()))
    const { report } = records[records.length - 1]
    expect(report.algorithms.map((row) => [row.algorithm, row.shapes])).toEqual(
      algorithmNames.map((name) => [name, 'Hopper']),
    )
    expect(isRight(decode(benchReport)(JSON.parse(JSON.stringify(report))))).toBe(true)
    for (const row of report.algorithms) {
      expect(row.operationsPerStep, row.algorithm).toBeGreaterThan(1e4)
      expect(row.stateBytes).toBeGreaterThan(1e4)
      expect(row.residentBytes).toBeGreaterThan(1e7)
      expect(row.spread.microsecondsPerStep.runs).toBe(2)
    }
    // A record before each row and one after it.
    expect(records.map(({ measured, what }) => [measured, what]).slice(0, 2)).toEqual([
      [0, `measuring ${algorithmNames[0]} at the shapes of Hopper`],
      [1, `${algorithmNames[0]} at the shapes of Hopper`],
    ])
    expect(records).toHaveLength(2 * report.algorithms.length)
  })

  it('has a row for the shapes of a small and of a large robot', async () => {
    const { report } = await lastValueFrom(algorithmTable({ ...effort, machine, algorithm: 'stream-ac' }))
    const [small, large] = report.algorithms
    expect(report.algorithms.map(({ shapes: name }) => name)).toEqual(['Hopper', 'Humanoid'])
    expect(large.operationsPerStep).toBeGreaterThan(2 * (small.operationsPerStep ?? Infinity))
    expect(large.stateBytes).toBeGreaterThan(2 * small.stateBytes)
  })

  it('measures one algorithm at one shape in this process, and each of several rows elsewhere if it can', async () => {
    const asked: string[] = []
    const alone = async ({ algorithm, shapes: name }: { readonly algorithm: string; readonly shapes: string }) => {
      asked.push(`${algorithm} ${name}`)
      const row = { algorithm, shapes: name, engine: 'elsewhere', microsecondsPerStep: 1 }
      const rest = { operationsPerStep: null, stepsBeforeLearning: 0, stepsPerUpdate: 1, stateBytes: 1, bufferBytes: 0 }
      const spread = { microsecondsPerStep: { least: 1, greatest: 1, runs: 1 } }
      const others = { absent: [], learner: [], cycle: [], kernels: [], simulator: [], pipeline: [] }
      return { machine, ...others, algorithms: [{ ...row, ...rest, residentBytes: 1, spread }] }
    }
    const measured = async (only: object) =>
      (await lastValueFrom(algorithmTable({ ...effort, machine, alone, ...only }))).report.algorithms
    expect((await measured({ algorithm: 'avg' })).map(({ engine }) => engine)).toEqual(['elsewhere', 'elsewhere'])
    expect(asked).toEqual(['avg Hopper', 'avg Humanoid'])
    const [row, ...more] = await measured({ algorithm: 'avg', shapes: 'HalfCheetah' })
    expect(more).toEqual([])
    expect(row).toMatchObject({ algorithm: 'avg', shapes: 'HalfCheetah', engine: 'fused, webassembly' })
    expect(asked).toHaveLength(2)
  })

  it('ends what is measured elsewhere when it is unsubscribed', async () => {
    let ended: AbortSignal | null = null
    const alone = (_row: object, signal: AbortSignal) => {
      ended = signal
      return new Promise<never>(() => undefined)
    }
    const subscription = algorithmTable({ ...effort, machine, alone }).subscribe()
    while (ended === null) await new Promise((resolve) => setImmediate(resolve))
    expect((ended as AbortSignal).aborted).toBe(false)
    subscription.unsubscribe()
    expect((ended as AbortSignal).aborted).toBe(true)
  })
})

/** How a made-up algorithm learns: from which step on, in every how many, and what it collects. */
interface Habit {
  readonly begins: number
  readonly every: number
  readonly bufferBytes: number
}

const fields: SettingFields = {
  stepSize: field(positiveNumber, { default: 3, about: 'a step', origin: 'test' }),
  bufferSize: field(positiveInteger, { default: 1_000_000, about: 'what it holds', origin: 'test' }),
}

/** IAC behind a habit; it keeps the settings that it is opened with. */
const habitual = ({ begins, every, bufferBytes }: Habit) => {
  const opened: unknown[] = []
  const algorithm: Algorithm = {
    name: 'habitual',
    about: 'IAC that learns at times',
    fields,
    defaultsFor: () => ({ settings: { stepSize: 3, bufferSize: 1_000_000 }, origin: 'test' }),
    actionRange: { default: 'clip', origin: 'test' },
    normalizeObservation: { default: false, origin: 'test' },
    engines: {
      only: {
        about: 'the only one',
        options: {},
        memory: async (spec) => {
          const random = { random: seeded(1)('policy'), initialization: seeded(1)('initialization') }
          const { bytes } = iac(spec, { hidden: [8], ...random })
          return [
            { setting: 'hidden', what: 'widths', bytes: bytes.all, limit: Infinity },
            { setting: 'bufferSize', what: 'a buffer', bytes: bufferBytes, limit: Infinity },
          ]
        },
        open: async (spec, settings, _options, random) => {
          opened.push(settings)
          const learner = iac(spec, { hidden: [8], ...random })
          let steps = 0
          let version = 0
          return {
            sample: learner.sample,
            update: (transition) => {
              steps++
              if (steps < begins || (steps - begins) % every !== 0) return null
              version++
              return learner.update(transition as never)
            },
            get version() {
              return version
            },
            parameters: {},
            snapshot: learner.snapshot,
            restore: () => undefined,
            bytes: learner.bytes,
            countOperations: learner.countOperations,
            close: learner.close,
          }
        },
      },
    },
    scalars: () => ({}),
  }
  return { algorithm, opened }
}

describe('an algorithm that learns only now and then', () => {
  it('is measured once it learns, over whole periods: what it does at times counts with its share', async () => {
    const every = 7
    const { algorithm } = habitual({ begins: 500, every, bufferBytes: 0 })
    const row = await measureAlgorithm(bench, algorithm, 'Hopper')
    expect(row).toMatchObject({ stepsBeforeLearning: 499, stepsPerUpdate: 7, engine: 'only', bufferBytes: 0 })

    const random = { random: seeded(1)('policy'), initialization: seeded(1)('initialization') }
    const learner = iac(shapes.Hopper, { hidden: [8], ...random })
    const observation = new Float32Array(11).fill(0.5)
    let sampled = learner.sample(observation)
    const ofSample = learner.countOperations(() => (sampled = learner.sample(observation)))
    const ofUpdate = (terminated: boolean): number =>
      learner.countOperations(() => {
        sampled = learner.sample(observation)
        learner.update({ observation, sampled, reward: 1, nextObservation: observation, terminated, truncated: false })
      }) - ofSample
    // Every seventh step is learnt from, of whichever one of 128 is terminated: its next observation is not looked at. The pass of a
    // sample is that of its update.
    const want = ofSample + (127 * ofUpdate(false) + ofUpdate(true)) / 128 / every
    expect(row.operationsPerStep).toBeCloseTo(want, 6)
    expect(ofUpdate(true)).toBeLessThan(ofUpdate(false))
  })

  it.each([
    [1, 16],
    [2, 16],
    [7, 21],
    [16, 16],
    [2048, 2048],
  ])('in every %d steps has a period of %d', async (every, period) => {
    let steps = 0
    const learner = {
      get version() {
        return Math.floor(steps / every)
      },
    }
    const rhythm = await untilItLearns(bench, learner, () => void steps++)
    expect(rhythm).toEqual({ stepsBeforeLearning: every - 1, stepsPerUpdate: every, period })
  })

  it('that never learns is refused, and one that does not say is taken to learn in every step', async () => {
    await expect(untilItLearns(bench, { version: 0 }, () => undefined)).rejects.toThrow(
      'its weights did not move in 1000000 steps',
    )
    expect(await untilItLearns(bench, {}, () => undefined)).toMatchObject({ stepsPerUpdate: 1, period: 16 })
  })

  it('lets the event loop run meanwhile', async () => {
    let now = 0
    let pauses = 0
    let steps = 0
    const learner = {
      get version() {
        return steps >= 1000 ? steps : 0
      },
    }
    const pause = async (): Promise<void> => void pauses++
    await untilItLearns({ clock: { now: () => now }, pause }, learner, () => {
      steps++
      now += 1
    })
    expect(pauses).toBe(950 / 50)
  })
})

describe('a large buffer', () => {
  it('is shown as the defaults have it, and measured smaller; steps are small as well', async () => {
    const { algorithm, opened } = habitual({ begins: 1, every: 1, bufferBytes: 2 ** 32 })
    const { bufferBytes, learner } = await openAlgorithm(algorithm, 'Humanoid')
    expect(bufferBytes).toBe(2 ** 32)
    expect(opened).toEqual([{ stepSize: 1e-5, bufferSize: Math.floor(1_000_000 / 16) }])
    learner.close()
  })

  it('of a size that fits stays as it is', async () => {
    const { algorithm, opened } = habitual({ begins: 1, every: 1, bufferBytes: 2 ** 20 })
    await openAlgorithm(algorithm, 'Hopper')
    expect(opened).toEqual([{ stepSize: 1e-5, bufferSize: 1_000_000 }])
  })
})
