/**
 * What the records and the checkpoints of `rivulet train` cost: AVG on Hopper-v4 with both, with records alone, and without either, in turns
 * within one process. The time is that of the processor for this process, all of its threads together, which other processes do not count in.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isRight } from 'fp-ts/lib/Either.js'
import { lastValueFrom } from 'rxjs'
import { afterAll, expect, test } from 'vitest'
import { checkpointFolder } from '../../src/checkpoints/checkpointFolder.js'
import { simulate } from '../../src/drivers/simulate.js'
import { taskSpec } from '../../src/environments/tasks.js'
import { algorithms } from '../../src/runs/algorithms.js'
import { defaultsFor, type RunConfig, type RunSettings } from '../../src/runs/config.js'
import { openRunDirectory } from '../../src/runs/runDirectory.js'
import { runState } from '../../src/runs/runState.js'
import { environmentRandom, openAgent, train, trainCells } from '../../src/runs/train.js'

const place = mkdtempSync(join(tmpdir(), 'rivulet-cost-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const STEPS = 8000
const ROUNDS = 7
/** Seconds from one checkpoint of `rivulet train` to the next. */
const BETWEEN = 60
const MOST_PERCENT = 2

const kinds = ['neither', 'records', 'both'] as const
type Kind = (typeof kinds)[number]

const processorSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** Seconds of the processor for a run; `both` has one checkpoint in it, and the time until the disk has it counts. */
const secondsOf = async (run: RunSettings, kind: Kind, name: string): Promise<number> => {
  const agent = await openAgent(run, await taskSpec(run.task))
  const world = await simulate(run.task, { random: environmentRandom(run) })
  const cells = trainCells()
  const state = runState(agent, cells, world)
  const opened = await openRunDirectory(join(place, name), { run } as unknown as RunConfig)()
  if (!isRight(opened)) throw new Error('the directory cannot be opened')
  const directory = opened.right
  const folder = checkpointFolder(join(directory.path, 'checkpoints'))
  let saves = 0
  const save = (): Promise<string> => {
    saves++
    return folder.save(cells.steps.value, state, { after: directory.sync() })
  }
  const begun = processorSeconds()
  await lastValueFrom(
    train(run, {
      world,
      agent,
      cells,
      writeEpisode: kind === 'neither' ? () => undefined : directory.writeEpisode,
      ...(kind === 'neither' ? {} : { metrics: directory }),
      ...(kind === 'both' ? { checkpoints: { records: STEPS / 2 + 1000, save } } : {}),
      every: Infinity,
    }),
  )
  await folder.settled()
  const seconds = processorSeconds() - begun
  expect(saves).toBe(kind === 'both' ? 1 : 0)
  directory.close()
  agent.learner.close()
  await world.stop()
  world.close()
  return seconds
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

test(`records and checkpoints take less than ${MOST_PERCENT} % of a run of AVG on Hopper-v4`, async () => {
  const avg = algorithms[0]
  const defaults = defaultsFor(await taskSpec('Hopper-v4'), avg)
  const run = { ...defaults, steps: STEPS } as RunSettings
  const percents: Record<'records' | 'checkpoint', number[]> = { records: [], checkpoint: [] }
  const seconds: number[] = []
  for (let round = 0; round < ROUNDS + 1; round++) {
    const of: Partial<Record<Kind, number>> = {}
    // The order turns, so that none is always the first.
    for (let i = 0; i < kinds.length; i++) {
      const kind = kinds[(round + i) % kinds.length]
      of[kind] = await secondsOf(run, kind, `${round}-${kind}`)
    }
    const { neither = NaN, records = NaN, both = NaN } = of
    // Code is compiled in the first round.
    if (round === 0) continue
    seconds.push(neither)
    percents.records.push(100 * (records / neither - 1))
    percents.checkpoint.push((100 * (both - records)) / BETWEEN)
  }
  const list = (values: readonly number[]): string => values.map((value) => value.toFixed(2)).join(' ')
  console.log(
    `${STEPS} steps in ${list(seconds)} s; records ${list(percents.records)} %, median ${median(percents.records).toFixed(2)} %; ` +
      `a checkpoint a minute ${list(percents.checkpoint)} %, median ${median(percents.checkpoint).toFixed(3)} %`,
  )
  expect(median(percents.records) + median(percents.checkpoint)).toBeLessThan(MOST_PERCENT)
})
