/** Runs that are stopped between two steps, saved, and continued in new objects. */
import { type Subscription, tap } from 'rxjs'
import { expect } from 'vitest'
import { checkpointBytes, type StoredPart, storedParts } from '../../src/checkpoints/checkpointBytes.js'
import { simulate } from '../../src/drivers/simulate.js'
import { taskSpec } from '../../src/environments/tasks.js'
import { pick } from '../../src/edge/settings.js'
import { seeded } from '../../src/random.js'
import { algorithms } from '../../src/runs/algorithms.js'
import { defaultsFor, type RunSettings } from '../../src/runs/config.js'
import type { EpisodeRow } from '../../src/runs/episodeRows.js'
import { runState } from '../../src/runs/runState.js'
import { environmentRandom, openAgent, train, trainCells } from '../../src/runs/train.js'
import { bytesIn } from '../../src/state/readParts.js'
import { difference } from '../../src/testing/difference.js'
import type { Part } from '../../src/types.js'

/** Settings with which every algorithm learns early, and those with a buffer or a rollout displace and divide what they hold. */
const small = {
  hidden: [16, 16],
  bufferSize: 100,
  batchSize: 8,
  learningStarts: 20,
  uniformActionSteps: 30,
  rollout: 48,
  minibatch: 12,
  epochs: 2,
}

/** Steps of a run, and the places where it is cut. */
const STEPS = 260
const cuts = (seed: number, count: number): readonly number[] => {
  const random = seeded(seed)('cuts')
  return Array.from({ length: count }, () => 1 + Math.floor(random.uniform() * (STEPS - 1)))
}

const open = async (run: RunSettings) => {
  const agent = await openAgent(run, await taskSpec(run.task))
  const world = await simulate(run.task, { random: environmentRandom(run) })
  const cells = trainCells()
  const rows: Omit<EpisodeRow, 'seconds'>[] = []
  const state = runState(agent, cells, world)
  /** Runs to the end, or until `cut` actions were executed; returns the bytes of its state then. */
  const go = (cut: number): Promise<Uint8Array<ArrayBuffer>> =>
    new Promise((resolve, reject) => {
      let subscription: Subscription | null = null
      const ends = (): void => resolve(checkpointBytes([...state.parts()].map(copied)))
      const writeEpisode = ({ seconds: _seconds, ...row }: EpisodeRow): void => void rows.push(row)
      const checkpoints = {
        records: 1,
        save: async (): Promise<void> => {
          if (cells.steps.value < cut) return
          subscription?.unsubscribe()
          ends()
        },
      }
      const progress$ = train(run, { world, agent, cells, writeEpisode, checkpoints, every: Infinity })
      subscription = tap({ error: reject, complete: ends })(progress$).subscribe({ error: () => undefined })
    })
  const close = async (): Promise<void> => {
    await world.stop()
    world.close()
    agent.learner.close()
  }
  return { agent, rows, state, go, close }
}

/** A copy, since the bytes of a part are valid until the next one is requested. */
const copied = (part: Part): StoredPart =>
  'json' in part ? part : { name: part.name, version: part.version, bytes: new Uint8Array(bytesIn(part) ?? []) }

/** The parts of a state but for what the clock says. */
const withoutTime = (bytes: Uint8Array<ArrayBuffer>): readonly StoredPart[] =>
  storedParts(bytes).filter(({ name }) => name !== 'progress')

/**
 * Expects that a run of an algorithm which is cut at `count` random steps is, for each of them, the run that was never cut: in every bit of
 * its state and in its rows.
 */
export const expectSameWhenCut = async (name: string, task: string, count: number, seed: number): Promise<void> => {
  const algorithm = algorithms.find((each) => each.name === name)
  if (algorithm === undefined) throw new Error(`no algorithm ${name}`)
  const defaults = defaultsFor(await taskSpec(task), algorithm)
  const settings = { ...defaults.settings, ...pick(small, algorithm.fields) }
  const run = { ...defaults, settings, steps: STEPS } as RunSettings
  const unbroken = await open(run)
  const last = withoutTime(await unbroken.go(Infinity))
  for (const cut of cuts(seed, count)) {
    const first = await open(run)
    const bytes = await first.go(cut)
    const second = await open({ ...run, seed: 99 })
    second.state.restore(storedParts(bytes) as readonly Part[])
    const ended = withoutTime(await second.go(Infinity))
    expect(difference(last, ended, 'state'), `cut at ${cut}`).toBeNull()
    expect([...first.rows, ...second.rows], `cut at ${cut}`).toEqual(unbroken.rows)
    await first.close()
    await second.close()
  }
  await unbroken.close()
}
