/**
 * What the records and the checkpoints of `rivulet train` cost: AVG on Hopper-v4. Two runs of one process, with records and without, take turns
 * of some hundred steps, so that both meet the same machine; a checkpoint is timed while they wait. The time is that of the processor for this
 * process, all of its threads together, which other processes do not count in.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isRight } from 'fp-ts/lib/Either.js'
import { concatMap, from, of } from 'rxjs'
import { afterAll, expect, test } from 'vitest'
import { checkpointFolder } from '../../src/checkpoints/checkpointFolder.js'
import { simulate } from '../../src/drivers/simulate.js'
import { taskSpec } from '../../src/environments/tasks.js'
import { algorithms } from '../../src/runs/algorithms.js'
import { defaultsFor, type RunConfig, type RunSettings } from '../../src/runs/config.js'
import { openRunDirectory } from '../../src/runs/runDirectory.js'
import { runState } from '../../src/runs/runState.js'
import { environmentRandom, openAgent, train, trainCells } from '../../src/runs/train.js'
import type { TimeStep } from '../../src/types.js'

const place = mkdtempSync(join(tmpdir(), 'rivulet-cost-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

/** Steps of a turn, and turns: each run has two windows of metrics in five turns. */
const SLICE = 400
const TURNS = 150
/** Turns before the first that is timed, in which code is compiled. */
const WARM = 20
const SAVES = 15
/** Seconds from one checkpoint of `rivulet train` to the next. */
const BETWEEN = 60
const MOST_PERCENT = 2

const processorSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
/** Seconds of the processor until a promise resolves. */
const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const begun = processorSeconds()
  await work()
  return processorSeconds() - begun
}

/** A run that waits for its next turn. */
const open = async (run: RunSettings, withRecords: boolean) => {
  const agent = await openAgent(run, await taskSpec(run.task))
  const world = await simulate(run.task, { random: environmentRandom(run) })
  const cells = trainCells()
  const opened = await openRunDirectory(join(place, String(withRecords)), { run } as unknown as RunConfig)()
  if (!isRight(opened)) throw new Error('the directory cannot be opened')
  const directory = opened.right
  const folder = checkpointFolder(join(directory.path, 'checkpoints'))
  const state = runState(agent, cells, world)
  let steps = 0
  let goOn = (): void => undefined
  let waits = (): void => undefined
  /** Seconds of the processor for each checkpoint, once they are asked for. */
  const saves: number[] = []
  let isSaved = false
  let saving: Promise<void> | null = null
  /** Saves the run, which goes on when the disk has it. */
  const save = async (): Promise<void> => {
    if (!isSaved) return
    saving = (async () => {
      const seconds = await timed(async () => {
        await folder.save(cells.steps.value, state, { after: directory.sync() })
        await folder.settled()
      })
      saves.push(seconds)
    })()
    await saving
  }
  const gate = concatMap((step: TimeStep) => {
    steps++
    const isTurnOver = steps % SLICE === 1
    if (saving === null && !isTurnOver) return of(step)
    const written = saving ?? Promise.resolve()
    saving = null
    const turned = async (): Promise<TimeStep> => {
      await written
      if (!isTurnOver) return step
      return new Promise((resolve) => {
        goOn = () => resolve(step)
        waits()
      })
    }
    return from(turned())
  })
  const progress$ = train(run, {
    world: { ...world, timeSteps: gate(world.timeSteps) },
    agent,
    cells,
    writeEpisode: withRecords ? directory.writeEpisode : () => undefined,
    ...(withRecords ? { metrics: directory } : {}),
    checkpoints: { records: SLICE, save },
    every: Infinity,
  })
  let failure: unknown = null
  const turn = (): Promise<void> =>
    new Promise((resolve, reject) => {
      if (failure !== null) reject(failure)
      waits = resolve
      goOn()
    })
  const begun = new Promise<void>((resolve) => (waits = resolve))
  const running = progress$.subscribe({ error: (error: unknown) => (failure = error) })
  await begun
  return {
    turn,
    saves,
    saveFromNowOn: () => void (isSaved = true),
    close: async () => {
      running.unsubscribe()
      directory.close()
      agent.learner.close()
      await world.stop()
      world.close()
    },
  }
}

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)]

test(`records and checkpoints take less than ${MOST_PERCENT} % of a run of AVG on Hopper-v4`, async () => {
  const defaults = defaultsFor(await taskSpec('Hopper-v4'), algorithms[0])
  const run = { ...defaults, steps: Number.MAX_SAFE_INTEGER } as RunSettings
  const [bare, recorded] = [await open(run, false), await open(run, true)]
  const seconds: Record<'bare' | 'recorded', number[]> = { bare: [], recorded: [] }
  for (let i = 0; i < WARM + TURNS; i++) {
    // The order turns, so that none is always the first.
    const first = i % 2 === 0
    const one = await timed(first ? bare.turn : recorded.turn)
    const other = await timed(first ? recorded.turn : bare.turn)
    if (i < WARM) continue
    seconds.bare.push(first ? one : other)
    seconds.recorded.push(first ? other : one)
  }
  recorded.saveFromNowOn()
  for (let i = 0; i < SAVES; i++) await recorded.turn()
  const { saves } = recorded
  expect(saves.length).toBeGreaterThanOrEqual(SAVES - 1)
  await bare.close()
  await recorded.close()
  const percents = seconds.recorded.map((value, i) => 100 * (value / seconds.bare[i] - 1))
  const [low, records, high] = [0.25, 0.5, 0.75].map((share) => quantile(percents, share))
  const checkpoint = (100 * quantile(saves, 0.5)) / BETWEEN
  console.log(
    `${SLICE} steps in ${(1e3 * quantile(seconds.bare, 0.5)).toFixed(1)} ms; records ${records.toFixed(2)} % ` +
      `(quartiles ${low.toFixed(2)} to ${high.toFixed(2)}, ${TURNS} turns); ` +
      `a checkpoint a minute ${checkpoint.toFixed(3)} % (${(1e3 * quantile(saves, 0.5)).toFixed(1)} ms)`,
  )
  expect(records + checkpoint).toBeLessThan(MOST_PERCENT)
})
