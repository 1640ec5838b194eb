/** Runs of Stream AC and Intentional AC: what their defaults put around the learner, and runs that are cut. */
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { lastValueFrom, take, toArray } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { parse } from '../../src/cli/parse.js'
import { completeTrain } from '../../src/cli/repeatRequest.js'
import type { TrainRequest, TrainWords } from '../../src/cli/trainRequest.js'
import { driverFormat } from '../../src/drivers/driverState.js'
import { simulate } from '../../src/drivers/simulate.js'
import { renderFailure } from '../../src/edge/decode.js'
import { learnerFormat } from '../../src/learners/parts/arenaFormat.js'
import type { StreamAcLearner, StreamAcReport } from '../../src/learners/streamAc/streamAc.js'
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
  const result = parse(`train Pendulum-v1 --algorithm ${line}`.trim().split(' '))
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
  test('has the published wrappers around the learner, the time for Stream AC alone', async () => {
    const wrappers = {
      actionRange: 'clip',
      normalizeObservation: true,
      varianceEstimator: 'sample',
      clipObservation: 'none',
      normalizeReward: 'stream-ac',
      clipReward: 'none',
    }
    expect(await settingsOf('stream-ac')).toMatchObject({ ...wrappers, appendTime: true })
    expect(await settingsOf('intentional-ac')).toMatchObject({ ...wrappers, appendTime: false })
  })

  test.each([
    ['stream-ac --optimizer adam', ['--optimizer: expected one of obgd, adaptive-obgd; got "adam"']],
    [
      'stream-ac --step-size 1e-40',
      ['--step-size: expected from 1.18e-38 to 1e18, so that float32 holds each step; got 1e-40'],
    ],
    [
      'intentional-ac --discount 1 --trace-decay 1',
      ['--trace-decay: expected a number below 1 with a discount of 1, so that traces fade; got 1'],
    ],
    ['intentional-ac --delta-decay 1', ['--delta-decay: expected a number >= 0 and < 1; got "1"']],
  ])('%s is refused in one line', async (line, lines) => {
    expect(await asked(line)).toEqual(lines)
  })
})

/** A run of Pendulum with its whole state, what its learner was given and what it said. */
const runOf = async (settings: RunSettings) => {
  const world = await simulate('Pendulum-v1', { random: environmentRandom(settings) })
  const agent = await openAgent(settings, world.spec)
  const learner = agent.learner as unknown as StreamAcLearner
  const cells = trainCells()
  const [seen, reports, rows]: [Transition[], StreamAcReport[], Omit<EpisodeRow, 'seconds'>[]] = [[], [], []]
  const update = (transition: Transition): StreamAcReport => {
    seen.push(transition)
    const report = learner.update(transition as Parameters<typeof learner.update>[0])
    reports.push(report)
    return report
  }
  const state = restorables({
    learner: restorable(learner, learnerFormat),
    moments: restorable(agent.moments, momentsFormat),
    rewardMoments: restorable(agent.rewardMoments, momentsFormat),
    world: restorable(world, driverFormat),
    discountedReturn: restorable(cells.discountedReturn, numberFormat),
    episodeActions: restorable(cells.episodeActions, countFormat),
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

const lines = ['stream-ac', 'stream-ac --optimizer adaptive-obgd', 'intentional-ac'].map(
  (algorithm) => `${algorithm} --steps 450 --hidden 8,8`,
)

describe.each(lines)('a run of %s', (line) => {
  test('gives its learner scaled rewards, and the time behind the observation where it is appended', async () => {
    const { seen, rows, progress$ } = await runOf(await settingsOf(line))
    await lastValueFrom(progress$)
    const [first] = seen
    expect([...first.observation]).toEqual(line.startsWith('stream') ? [0, 0, 0, -0.5] : [0, 0, 0])
    if (line.startsWith('stream')) expect(seen[199].nextObservation[3]).toBe(199 / 200 - 0.5)
    // Rewards of Pendulum are -16 to 0; the returns of the rows are the world's.
    expect(rows[0].return).toBeLessThan(-700)
    expect(seen.slice(0, 200).reduce((sum, { reward }) => sum + reward, 0)).toBeGreaterThan(-400)
  })

  test.each([30, 200, 201, 350])('that is cut after record %i goes on as if it had never been', async (cut) => {
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
})
