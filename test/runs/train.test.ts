import { type Observable, lastValueFrom, take, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { drive } from '../../src/drivers/drive.js'
import { simulate } from '../../src/drivers/simulate.js'
import { taskSpec } from '../../src/environments/tasks.js'
import { type RunSettings, defaultsFor } from '../../src/runs/config.js'
import type { EpisodeRow } from '../../src/runs/runDirectory.js'
import { type TrainParts, openAgent, environmentRandom, train, trainCells } from '../../src/runs/train.js'
import { driverFormat } from '../../src/drivers/driverState.js'
import {
  countFormat,
  earlierStepFormat,
  momentsFormat,
  plainFormat,
  progressFormat,
  tallyFormat,
} from '../../src/state/formats.js'
import { restorable } from '../../src/state/restorable.js'
import { restorables } from '../../src/state/restorables.js'
import { scriptedSimulator } from '../../src/testing/scriptedSimulator.js'
import type { Clock } from '../../src/time/clock.js'
import type { Driver, Restorable, Simulator } from '../../src/types.js'
import { bytesOf, parsed } from '../state/serialized.js'
import { type Progress } from '../../operators/progress.js'

const defaults = defaultsFor(await taskSpec('Pendulum-v1'))
const small = (
  changed: Partial<Omit<ReturnType<typeof defaultsFor>, 'settings'>> = {},
  settings: Partial<RunSettings['settings']> = {},
): RunSettings => {
  return { ...defaults, steps: 450, ...changed, settings: { ...defaults.settings, hidden: [8, 8], ...settings } }
}

/** A run in a world, its rows and its parts. */
const runIn = async (world: Driver, settings: RunSettings, parts: Partial<TrainParts> = {}) => {
  const rows: EpisodeRow[] = []
  const agent = await openAgent(settings, world.spec)
  const cells = trainCells()
  const progress$ = train(settings, { world, agent, cells, writeEpisode: (row) => rows.push(row), ...parts })
  return { rows, agent, cells, progress$ }
}
const ended = (progress$: Observable<Progress>): Promise<readonly Progress[]> =>
  lastValueFrom(progress$.pipe(toArray()))

/** Pendulum in a run of its own. */
const pendulumRun = async (settings: RunSettings, parts: Partial<TrainParts> = {}) =>
  runIn(await simulate('Pendulum-v1', { random: environmentRandom(settings) }), settings, parts)

const outcomeOf = async (settings: RunSettings) => {
  const { rows, agent, progress$ } = await pendulumRun(settings)
  await ended(progress$)
  return {
    rows: rows.map(({ seconds: _wall, ...row }) => row),
    weights: Object.values(agent.learner.parameters).flatMap((values) => [...values]),
  }
}

describe('train', () => {
  it('executes the number of actions in its settings, writes each episode, and emits a last record', async () => {
    const { rows, cells, progress$ } = await pendulumRun(small(), { every: Infinity })
    const told = await ended(progress$)
    expect(rows).toMatchObject([
      { episode: 1, step: 200, length: 200, terminated: false },
      { episode: 2, step: 400, length: 200, terminated: false },
    ])
    expect(told).toMatchObject([{ steps: 450, total: 450, episodes: 2 }])
    expect(cells.tally.value).toMatchObject({ steps: 450, episodes: 2, length: 50 })
  })

  it('writes seconds since its beginning by the clock in its options', async () => {
    let now = 5000
    const { rows, progress$ } = await pendulumRun(small(), { clock: { now: () => (now += 1) } })
    expect(now).toBe(5000)
    await ended(progress$)
    expect(rows[0].seconds).toBeGreaterThan(0)
    expect(rows[1].seconds).toBeGreaterThan(rows[0].seconds)
  })

  it('writes the same episodes and weights for the same settings, and others for another seed', async () => {
    const first = await outcomeOf(small())
    expect(await outcomeOf(small())).toEqual(first)
    const other = await outcomeOf(small({ seed: 2 }))
    expect(other.rows[0].return).not.toBe(first.rows[0].return)
    expect(other.weights).not.toEqual(first.weights)
  })

  it.each([
    ['actionRange', small({ actionRange: 'clip' })],
    ['normalizeObservation', small({ normalizeObservation: false })],
    ['normalizePenultimate', small({}, { normalizePenultimate: false })],
    ['scaleTdError', small({}, { scaleTdError: false })],
    ['logStdReading', small({}, { logStdReading: 'deviation' })],
    ['discount', small({}, { discount: 0.9 })],
  ])('does what %s says', async (_name, settings) => {
    const weightsOf = async (run: RunSettings) => (await outcomeOf({ ...run, steps: 250 })).weights
    expect(await weightsOf(settings)).not.toEqual(await weightsOf(small()))
  })

  it('sends actions within the bounds and, rescaled, beyond the reach of the policy', async () => {
    for (const [actionRange, reach] of [
      ['rescale', 2],
      ['clip', 1],
    ] as const) {
      const settings = small({ actionRange, steps: 200 })
      const world = await simulate('Pendulum-v1', { random: environmentRandom(settings) })
      const sent: number[] = []
      const act: Driver['act'] = (command, index, sampled) => {
        sent.push(Math.abs(command[0]))
        world.act(command, index, sampled)
      }
      await ended((await runIn({ ...world, act }, settings)).progress$)
      expect(Math.max(...sent)).toBeLessThanOrEqual(reach)
      expect(Math.max(...sent)).toBeGreaterThan(reach * 0.8)
    }
  })

  it('stops the world when it is unsubscribed from', async () => {
    const settings = small({ steps: 1_000_000 })
    const world = await simulate('Pendulum-v1', { random: environmentRandom(settings) })
    const { progress$ } = await runIn(world, settings, { every: 0 })
    await lastValueFrom(progress$.pipe(take(3)))
    expect(() => world.begin(3)).toThrow(/has no subscriber/)
  })
})

/** A run of Pendulum with its whole state in one record. */
const savedRun = async (settings: RunSettings, clock: Clock) => {
  const world = await simulate('Pendulum-v1', { random: environmentRandom(settings) })
  const { rows, agent, cells, progress$ } = await runIn(world, settings, { every: 0, clock })
  const { learner, moments } = agent
  const state = restorables({
    learner: restorable(learner, plainFormat),
    moments: restorable(moments, momentsFormat),
    world: restorable(world, driverFormat),
    earlierStep: restorable(cells.earlierStep, earlierStepFormat),
    steps: restorable(cells.steps, countFormat),
    tally: restorable(cells.tally, tallyFormat),
    progress: restorable(cells.progress, progressFormat),
  })
  expect(Object.keys(cells)).toEqual(['earlierStep', 'steps', 'tally', 'progress'])
  return { rows, state, progress$ }
}

describe('a run that was stopped, and restored with its cells into new objects,', () => {
  const settings = small({ steps: 420 })
  const started = (): Clock => {
    let now = 0
    return { now: () => (now += 1) }
  }

  it.each([1, 2, 150, 200, 201, 202, 419, 422])('goes on after record %i as if it had never been', async (cut) => {
    const never = await savedRun(settings, started())
    const whole = await ended(never.progress$)

    const before = await savedRun(settings, started())
    const early = await ended(before.progress$.pipe(take(cut)))
    const bytes = bytesOf(before.state)
    const after = await savedRun(settings, started())
    after.state.restore(parsed(bytes))
    const late = await ended(after.progress$)

    const counts = (records: readonly Progress[]) =>
      records.map(({ steps, episodes, meanReturn }) => ({ steps, episodes, meanReturn }))
    expect(counts([...early, ...late]).at(-1)).toEqual(counts(whole).at(-1))
    const episodes = (rows: readonly EpisodeRow[]) => rows.map(({ seconds: _wall, ...row }) => row)
    expect(episodes([...before.rows, ...after.rows])).toEqual(episodes(never.rows))
    const seconds = [...before.rows, ...after.rows].map((row) => row.seconds)
    expect(seconds.toSorted((a, b) => a - b)).toEqual(seconds)
    const parts = (state: Restorable) =>
      [...state.parts()].filter(({ name }) => name !== 'progress').map((part) => structuredClone(part))
    expect(parts(after.state)).toEqual(parts(never.state))
  })
})

/** A world that works up to its 20th step. */
const failing = (fault: (step: number) => Partial<ReturnType<Simulator['step']>>): Driver => {
  const sound = scriptedSimulator({ episodeLength: 8 })
  let step = 0
  return drive({ ...sound, step: (action) => ({ ...sound.step(action), ...(++step < 20 ? {} : fault(step)) }) })
}
const scripted = small({ actionRange: 'clip', steps: 100 })

describe('a world that fails', () => {
  it.each([
    ['an observation', { observation: [1, NaN] }, 'step 22: observation[1] (sensor1) is NaN, expected a finite number'],
    ['a reward', { reward: Infinity }, 'step 22: reward is Infinity, expected a finite number'],
  ])('ends the run with step and component: %s', async (_what, fault, message) => {
    const { rows, progress$ } = await runIn(
      failing(() => fault),
      scripted,
    )
    await expect(ended(progress$)).rejects.toThrow(message)
    expect(rows.map(({ step, terminated }) => [step, terminated])).toEqual([
      [8, true],
      [16, true],
    ])
  })

  it('ends the run with the error of the world', async () => {
    const world = failing((step) => {
      throw new Error(`MuJoCo warns at ${step}`)
    })
    await expect(ended((await runIn(world, scripted)).progress$)).rejects.toThrow('MuJoCo warns at 20')
  })
})

describe('a disk that fails', () => {
  it('ends the run at once, and stops the world', async () => {
    let written = 0
    const writeEpisode = (): void => {
      if (++written > 1) throw new Error('ENOSPC: no space left on device, write')
    }
    const world = failing(() => ({}))
    const { cells, progress$ } = await runIn(world, scripted, { writeEpisode })
    await expect(ended(progress$)).rejects.toThrow('ENOSPC')
    expect(written).toBe(2)
    expect(cells.tally.value.steps).toBe(16)
    expect(() => world.begin(18)).toThrow(/has no subscriber/)
  })
})
