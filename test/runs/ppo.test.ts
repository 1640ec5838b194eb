/** Runs of PPO: what its defaults put around the learner, and a run that is cut in the middle of a rollout. */
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { lastValueFrom, take, toArray } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { parse } from '../../src/cli/parse.js'
import { completeTrain } from '../../src/cli/repeatRequest.js'
import type { TrainRequest, TrainWords } from '../../src/cli/trainRequest.js'
import { driverFormat } from '../../src/drivers/driverState.js'
import { simulate } from '../../src/drivers/simulate.js'
import { renderFailure } from '../../src/edge/decode.js'
import { ppoFormat } from '../../src/learners/ppo/ppoFormat.js'
import type { PpoLearner, PpoReport } from '../../src/learners/ppo/ppo.js'
import type { RunSettings } from '../../src/runs/config.js'
import type { EpisodeRow } from '../../src/runs/episodeRows.js'
import { environmentRandom, openAgent, train, trainCells } from '../../src/runs/train.js'
import {
  countFormat,
  earlierStepFormat,
  momentsFormat,
  numberFormat,
  progressFormat,
  tallyFormat,
} from '../../src/state/formats.js'
import { restorable } from '../../src/state/restorable.js'
import { restorables } from '../../src/state/restorables.js'
import { difference } from '../../src/testing/difference.js'
import type { Transition } from '../../src/types.js'
import { bytesOf, parsed } from '../state/serialized.js'

/** What a command line asks for, or the lines by which it is refused. */
const asked = async (line: string): Promise<TrainRequest | readonly string[]> => {
  const result = parse(`train Pendulum-v1 --algorithm ppo ${line}`.trim().split(' '))
  if (isLeft(result)) return result.left.map(renderFailure)
  const request = await completeTrain(result.right.asked as TrainWords)
  return isRight(request) ? request.right : request.left.map(renderFailure)
}
const settingsOf = async (line: string): Promise<RunSettings> => {
  const request = await asked(line)
  if (!('settings' in request)) throw new Error(request.join('\n'))
  return request.settings
}

describe('the command line', () => {
  test('anneals the step size over the steps of the run, if it does not say otherwise', async () => {
    expect((await settingsOf('')).settings).toMatchObject({ annealSteps: 100_000 })
    expect((await settingsOf('--steps 5000')).settings).toMatchObject({ annealSteps: 5000 })
    expect((await settingsOf('--steps 5000 --anneal-steps none')).settings).toMatchObject({ annealSteps: 'none' })
    expect((await settingsOf('--anneal-steps 7e6')).settings).toMatchObject({ annealSteps: 7e6 })
  })

  test('has what PPO has around it, each part with an option that leaves it out', async () => {
    expect(await settingsOf('')).toMatchObject({
      actionRange: 'clip',
      normalizeObservation: true,
      clipObservation: 10,
      normalizeReward: 'gymnasium',
      clipReward: 10,
    })
    const bare = '--clip-observation none --normalize-reward none --clip-reward none --no-normalize-observation'
    expect(await settingsOf(bare)).toMatchObject({
      normalizeObservation: false,
      clipObservation: 'none',
      normalizeReward: 'none',
      clipReward: 'none',
    })
  })

  test.each([
    ['--minibatch 60', ['--minibatch: expected a divisor of the rollout of 2048 steps; got 60']],
    [
      '--minibatch 1',
      ['--minibatch: expected 2 or more, or normalizeAdvantage false: one advantage has no deviation; got 1'],
    ],
    ['--anneal-steps off', ['--anneal-steps: expected a positive integer, or none; got "off"']],
    ['--clip 0', ['--clip: expected a positive number; got "0"']],
    ['--rollout 0', ['--rollout: expected a positive integer; got "0"']],
  ])('%s is refused in one line', async (line, lines) => {
    expect(await asked(line)).toEqual(lines)
  })
})

/** A run of Pendulum with its whole state, what its learner was given and what it said. */
const runOf = async (settings: RunSettings) => {
  const world = await simulate('Pendulum-v1', { random: environmentRandom(settings) })
  const agent = await openAgent(settings, world.spec)
  const learner = agent.learner as unknown as PpoLearner
  const cells = trainCells()
  const [seen, reports, rows]: [Transition[], PpoReport[], Omit<EpisodeRow, 'seconds'>[]] = [[], [], []]
  const update = (transition: Transition): PpoReport => {
    seen.push(transition)
    const report = learner.update(transition as Parameters<typeof learner.update>[0])
    reports.push(report)
    return report
  }
  const state = restorables({
    learner: restorable(learner, ppoFormat),
    moments: restorable(agent.moments, momentsFormat),
    rewardMoments: restorable(agent.rewardMoments, momentsFormat),
    world: restorable(world, driverFormat),
    discountedReturn: restorable(cells.discountedReturn, numberFormat),
    earlierStep: restorable(cells.earlierStep, earlierStepFormat),
    steps: restorable(cells.steps, countFormat),
    tally: restorable(cells.tally, tallyFormat),
    progress: restorable(cells.progress, progressFormat),
  })
  const progress$ = train(settings, {
    world,
    agent: { ...agent, learner: { ...agent.learner, update } },
    cells,
    writeEpisode: ({ seconds: _wall, ...row }) => void rows.push(row),
    every: 0,
    clock: { now: () => 0 },
  })
  return { seen, reports, rows, learner, state, progress$ }
}

const line = '--steps 450 --rollout 100 --minibatch 20 --epochs 2 --hidden 8,8'

test('a run learns each time that its rollout is full, with a step size that falls to 0 over its steps', async () => {
  const { seen, reports, rows, progress$ } = await runOf(await settingsOf(line))
  await lastValueFrom(progress$)
  const learnt = reports.flatMap(({ learning }, i) => (learning === null ? [] : [[i + 1, learning.stepSize]]))
  expect(learnt).toEqual([
    [100, 3e-4],
    [200, 3e-4 * 0.75],
    [300, 3e-4 * 0.5],
    [400, 3e-4 * 0.25],
  ])
  expect(Math.max(...seen.flatMap(({ observation }) => [...observation].map(Math.abs)))).toBeLessThanOrEqual(10)
  // Rewards of Pendulum are -16 to 0; those that are normalized are in deviations of the return. The returns are the world's.
  expect(rows.map(({ step }) => step)).toEqual([200, 400])
  const normalized = seen.slice(0, 200).reduce((sum, { reward }) => sum + reward, 0)
  expect(rows[0].return).toBeLessThan(-800)
  expect(normalized).toBeGreaterThan(-200)
})

test.each([30, 101, 202, 350])('a run that is cut after record %i goes on as if it had never been', async (cut) => {
  const settings = await settingsOf(line)
  const [never, before, after] = [await runOf(settings), await runOf(settings), await runOf(settings)]
  await lastValueFrom(never.progress$)
  await lastValueFrom(before.progress$.pipe(take(cut), toArray()))
  after.state.restore(parsed(bytesOf(before.state)))
  await lastValueFrom(after.progress$)
  expect([...before.rows, ...after.rows]).toEqual(never.rows)
  expect(difference(never.reports, [...before.reports, ...after.reports], 'reports')).toBeNull()
  expect(difference(never.learner.snapshot(), after.learner.snapshot(), 'state')).toBeNull()
})
