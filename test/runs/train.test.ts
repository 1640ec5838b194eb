import { type Observable, lastValueFrom, take, tap, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { drive } from '../../src/drivers/drive.js'
import { simulate } from '../../src/drivers/simulate.js'
import { taskSpec } from '../../src/environments/tasks.js'
import { type RunSettings, defaultsFor } from '../../src/runs/config.js'
import type { EpisodeRow } from '../../src/runs/episodeRows.js'
import { type TrainParts, openAgent, environmentRandom, train, trainCells } from '../../src/runs/train.js'
import { driverFormat } from '../../src/drivers/driverState.js'
import {
  countFormat,
  earlierStepFormat,
  metricsFormat,
  momentsFormat,
  numberFormat,
  plainFormat,
  progressFormat,
  tallyFormat,
} from '../../src/state/formats.js'
import type { Metrics } from '../../src/records/metrics.js'
import { restorable } from '../../src/state/restorable.js'
import { restorables } from '../../src/state/restorables.js'
import { scriptedSimulator } from '../../src/testing/scriptedSimulator.js'
import type { Clock } from '../../src/time/clock.js'
import type { Driver, Restorable, Simulator, Transition } from '../../src/types.js'
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
  const windows: Metrics[] = []
  const metrics = { write: (window: Metrics) => void windows.push(window) }
  const progress$ = train(settings, { world, agent, cells, writeEpisode: (row) => rows.push(row), metrics, ...parts })
  return { rows, windows, agent, cells, progress$ }
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

  it('writes metrics of each 1000 actions and of the rest, which change no number of the run', async () => {
    const settings = small({ steps: 2300 })
    const { windows, agent, progress$ } = await pendulumRun(settings)
    await ended(progress$)
    expect(windows.map(({ step, updates }) => [step, updates])).toEqual([
      [1000, 1000],
      [2000, 1000],
      [2300, 300],
    ])
    for (const { means, moved, stepsPerSecond, memoryBytes } of windows) {
      expect(Object.keys(means).slice(0, 3)).toEqual(['actionValue', 'target', 'tdError'])
      expect(Object.keys(moved)).toEqual(['actor', 'critic'])
      expect(stepsPerSecond).toBeGreaterThan(0)
      expect(memoryBytes).toBeGreaterThan(0)
    }
    const world = await simulate('Pendulum-v1', { random: environmentRandom(settings) })
    const without = await openAgent(settings, world.spec)
    const parts = { world, agent: without, cells: trainCells(), writeEpisode: () => undefined }
    await ended(train(settings, parts))
    expect(without.learner.parameters).toEqual(agent.learner.parameters)
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
    ['varianceEstimator', small({ varianceEstimator: 'sample' })],
    ['clipObservation', small({ clipObservation: 0.5 })],
    ['normalizeReward', small({ normalizeReward: 'gymnasium' })],
    ['normalizeReward', small({ normalizeReward: 'stream-ac' })],
    ['clipReward', small({ clipReward: 0.1 })],
    ['appendTime', small({ appendTime: true })],
    ['normalizePenultimate', small({}, { normalizePenultimate: false })],
    ['scaleTdError', small({}, { scaleTdError: false })],
    ['logStdReading', small({}, { logStdReading: 'deviation' })],
    ['discount', small({}, { discount: 0.9 })],
  ])('does what %s says', async (_name, settings) => {
    const weightsOf = async (run: RunSettings) => (await outcomeOf({ ...run, steps: 250 })).weights
    expect(await weightsOf(settings)).not.toEqual(await weightsOf(small()))
  })

  it('takes the discount of normalized rewards from the algorithm', async () => {
    const rewardsAt = async (discount: number) =>
      (await seenIn(small({ normalizeReward: 'gymnasium' }, { discount }))).transitions.map(({ reward }) => reward)
    expect(await rewardsAt(0.99)).not.toEqual(await rewardsAt(0.5))
    const { discount: _none, ...settings } = small().settings
    const without: RunSettings = { ...small({ normalizeReward: 'gymnasium' }), settings }
    const world = await simulate('Pendulum-v1', { random: environmentRandom(without) })
    const agent = await openAgent(small(), world.spec)
    const parts = { world, agent, cells: trainCells(), writeEpisode: () => undefined }
    // As every mistake of a program: when the pipeline is built.
    expect(() => train(without, parts)).toThrow(
      new RangeError('normalizeReward must be none with avg, which has no discount'),
    )
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

/** What a learner is given in a run of Pendulum, and what the world gave. */
const seenIn = async (settings: RunSettings) => {
  const world = await simulate('Pendulum-v1', { random: environmentRandom(settings) })
  const agent = await openAgent(settings, world.spec)
  const transitions: Transition[] = []
  const rewards: number[] = []
  const update = (transition: Transition): unknown => {
    transitions.push(structuredClone(transition))
    return agent.learner.update(transition)
  }
  const rows: EpisodeRow[] = []
  const timeSteps = world.timeSteps.pipe(tap(({ kind, reward }) => void (kind !== 'first' && rewards.push(reward))))
  const parts = {
    world: { ...world, timeSteps },
    agent: { ...agent, learner: { ...agent.learner, update } },
    cells: trainCells(),
    writeEpisode: (row: EpisodeRow) => void rows.push(row),
  }
  await ended(train(settings, parts))
  return { transitions, rewards, rows }
}

describe('what the learner of a run is given', () => {
  const gymnasium = { clipObservation: 1.25, normalizeReward: 'gymnasium', clipReward: 0.4 } as const
  const streamAc = { varianceEstimator: 'sample', normalizeReward: 'stream-ac', appendTime: true } as const

  it("is normalized and clipped in PPO's way", async () => {
    const { transitions, rewards } = await seenIn(small(gymnasium))
    const seen = transitions.flatMap(({ nextObservation }) => [...nextObservation])
    expect([Math.min(...seen), Math.max(...seen)]).toEqual([-1.25, 1.25])
    // The first return is the first reward r; merged with a pseudo-count c of variance 1, its variance is (c + r² c/(1 + c))/(1 + c).
    const [r, c] = [rewards[0], 1e-4]
    const expected = r / Math.sqrt((c + (r * r * c) / (1 + c)) / (1 + c) + 1e-8)
    expect(transitions[0].reward).toBe(Math.max(expected, -0.4))
    expect(expected).toBeLessThan(-0.4)
    expect(Math.max(...transitions.map(({ reward }) => Math.abs(reward)))).toBe(0.4)
    expect(transitions.filter(({ reward }) => Math.abs(reward) < 0.4).length).toBeGreaterThan(200)
  })

  it("is normalized in Stream AC's way, with the time behind it as it is", async () => {
    const { transitions, rewards } = await seenIn(small(streamAc))
    expect([...transitions[0].observation]).toEqual([0, 0, 0, -0.5])
    expect(transitions.slice(0, 4).map(({ nextObservation }) => nextObservation[3])).toEqual([
      -0.5,
      1 / 200 - 0.5,
      2 / 200 - 0.5,
      3 / 200 - 0.5,
    ])
    // The variance is 1 until the second return.
    expect(transitions[0].reward).toBe(rewards[0] / Math.sqrt(1 + 1e-8))
    const discount = small().settings['discount'] as number
    const returned = discount * rewards[0] + rewards[1]
    expect(transitions[1].reward).toBeCloseTo(rewards[1] / Math.sqrt((rewards[0] - returned) ** 2 / 2 + 1e-8), 10)
    expect(transitions[200].observation[3]).toBe(-0.5)
  })

  it.each([
    ['gymnasium', gymnasium],
    ['stream-ac', streamAc],
  ])('does not change the returns of episodes: %s', async (_whose, changed) => {
    const { rewards, rows } = await seenIn(small(changed))
    const sum = (from: number) => rewards.slice(from, from + 200).reduce((total, reward) => total + reward, 0)
    expect(rows.map((row) => row.return)).toEqual([sum(0), sum(200)])
  })
})

/** A run of Pendulum with its whole state in one record. */
const savedRun = async (settings: RunSettings, clock: Clock) => {
  const world = await simulate('Pendulum-v1', { random: environmentRandom(settings) })
  const { rows, windows, agent, cells, progress$ } = await runIn(world, settings, { every: 0, clock })
  const { learner, moments, rewardMoments } = agent
  const parts = {
    learner: restorable(learner, plainFormat),
    moments: restorable(moments, momentsFormat),
    rewardMoments: restorable(rewardMoments, momentsFormat),
    world: restorable(world, driverFormat),
    discountedReturn: restorable(cells.discountedReturn, numberFormat),
    episodeActions: restorable(cells.episodeActions, countFormat),
    earlierStep: restorable(cells.earlierStep, earlierStepFormat),
    steps: restorable(cells.steps, countFormat),
    tally: restorable(cells.tally, tallyFormat),
    metrics: restorable(cells.metrics, metricsFormat),
    progress: restorable(cells.progress, progressFormat),
  }
  expect(Object.keys(parts)).toEqual(expect.arrayContaining(Object.keys(cells)))
  return { rows, windows, state: restorables(parts), progress$ }
}

describe('a run that was stopped, and restored with its cells into new objects,', () => {
  const plain = small({ steps: 420 })
  const changed = small({
    steps: 420,
    normalizeReward: 'stream-ac',
    clipReward: 1,
    clipObservation: 2,
    appendTime: true,
  })
  const started = (): Clock => {
    let now = 0
    return { now: () => (now += 1) }
  }

  const cuts = [1, 2, 150, 200, 201, 202, 419, 422]
  it.each([
    ...cuts.map((cut) => [cut, 'plain', plain] as const),
    ...cuts.map((cut) => [cut, 'normalized and clipped', changed] as const),
  ])('goes on after record %i as if it had never been: %s', async (cut, _kind, settings) => {
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
    const untimed = (windows: readonly Metrics[]) =>
      windows.map(({ step, updates, means, moved }) => ({ step, updates, means, moved }))
    expect(untimed([...before.windows, ...after.windows])).toEqual(untimed(never.windows))
    expect(never.windows.map(({ step }) => step)).toEqual([420])
    const timed = ['progress', 'metrics']
    const parts = (state: Restorable) =>
      [...state.parts()].filter(({ name }) => !timed.includes(name)).map((part) => structuredClone(part))
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
