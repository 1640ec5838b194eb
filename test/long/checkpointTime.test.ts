/**
 * How long a checkpoint holds the stream of a run up, at Humanoid's shapes, and how long it takes until the disk has it: of every algorithm,
 * with its defaults, in the pipeline of a run; those with a replay buffer have it full, of a million transitions. On a machine that does other
 * work the clock counts that too, so that the bar is one of the processor's time. It runs on Linux alone, whose kernel counts that for a thread.
 */
import { mkdtempSync, openSync, readdirSync, readSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { concatMap, map, tap, timer } from 'rxjs'
import { afterAll, expect, test } from 'vitest'
import { checkpointFolder } from '../../src/checkpoints/checkpointFolder.js'
import { drive } from '../../src/drivers/drive.js'
import type { ClosableLearner } from '../../src/learners/algorithm.js'
import { idleSimulator } from '../../src/runs/bench/idleSimulator.js'
import { shapes } from '../../src/runs/bench/shapes.js'
import { algorithms } from '../../src/runs/algorithms.js'
import { defaultsFor, type RunSettings } from '../../src/runs/config.js'
import { runState } from '../../src/runs/runState.js'
import type { TimeStep } from '../../src/types.js'
import { openAgent, train, trainCells } from '../../src/runs/train.js'

const place = mkdtempSync(join(tmpdir(), 'rivulet-time-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

/** Checkpoints that are timed, after a first one that writes everything. */
const SAVES = 5
/** Transitions between two of them: those of a minute at 200 steps a second. */
const BETWEEN = 12_000
const MOST_MILLISECONDS = 20
/** Milliseconds of a step at this rate. Nothing is learnt by SAC and TD3 here: unpaced, they would change a full buffer while it is written. */
const PACE = 5

const observation = Float64Array.from({ length: 376 }, (_, i) => Math.sin(i))

/** Collects transitions, of which none is learnt from. */
const collect = (learner: ClosableLearner, count: number): void => {
  const sampled = learner.sample(observation)
  for (let k = 0; k < count; k++) {
    const nextObservation = observation.with(k % observation.length, k / 1e6)
    learner.update({ observation, sampled, reward: k / 1e6, nextObservation, terminated: false, truncated: false })
  }
}

/** Milliseconds: of the clock, and of the processor for this thread, which other threads and processes do not count in. */
interface Times {
  readonly wall: number
  readonly processor: number
}
const none: Times = { wall: 0, processor: 0 }
/** The nanoseconds that the kernel counts for this thread alone, to a tick of 4 ms. */
const schedule = openSync('/proc/thread-self/schedstat', 'r')
const timesNow = (): Times => {
  const text = Buffer.alloc(64)
  readSync(schedule, text, 0, text.length, 0)
  return { wall: performance.now(), processor: Number(text.toString('latin1').split(' ')[0]) / 1e6 }
}
const between = (from: Times, to: Times): Times => ({
  wall: to.wall - from.wall,
  processor: to.processor - from.processor,
})
const greatest = (one: Times, other: Times): Times => ({
  wall: Math.max(one.wall, other.wall),
  processor: Math.max(one.processor, other.processor),
})

/** What a checkpoint took: the step that copied, the longest other step until it was written, and all. */
interface Saved {
  readonly copying: Times
  readonly longest: Times
  readonly all: Times
}

const bytesIn = (folder: string): number =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
const list = (values: readonly number[]): string => values.map((value) => value.toFixed(1)).join(' ')

test.each(algorithms.map(({ name }) => name))('%s', async (name) => {
  const spec = { ...shapes.Humanoid, stepLimit: 1000 }
  const algorithm = algorithms.find((each) => each.name === name)
  if (algorithm === undefined) throw new Error(`no algorithm ${name}`)
  const defaults = defaultsFor(spec, algorithm)
  const isCollecting = 'bufferSize' in defaults.settings && (defaults.settings['bufferSize'] as number) > 1
  const never = { learningStarts: Number.MAX_SAFE_INTEGER, uniformActionSteps: 0 }
  const settings = { ...defaults.settings, ...(isCollecting ? never : {}) }
  const run = { ...defaults, settings, steps: Number.MAX_SAFE_INTEGER } as RunSettings
  const agent = await openAgent(run, spec)
  const world = drive(idleSimulator(spec))
  const cells = trainCells()
  const state = runState(agent, cells, world)
  const folder = checkpointFolder(join(place, name))
  if (isCollecting) collect(agent.learner, (defaults.settings['bufferSize'] as number) + 1)

  let version = agent.learner.version
  const saved = (): Promise<Saved> =>
    new Promise((resolve, reject) => {
      let [last, begun]: Times[] = [timesNow(), none]
      let [copying, longest] = [none, none]
      let isWritten = false
      const timed = tap<TimeStep>(() => {
        const now = timesNow()
        // PPO learns from a whole rollout in one step, which is no matter of checkpoints.
        const isLearning = name === 'ppo' && agent.learner.version !== version
        version = agent.learner.version
        if (begun !== none && last.wall > begun.wall && !isLearning) longest = greatest(longest, between(last, now))
        last = now
        if (!isWritten) return
        subscription.unsubscribe()
        resolve({ copying, longest, all: between(begun, now) })
      })
      const save = async (): Promise<void> => {
        if (begun !== none) return
        begun = timesNow()
        const written = folder.save(cells.steps.value, state)
        copying = between(begun, timesNow())
        await written
        isWritten = true
      }
      const paced = concatMap((step: TimeStep) => timer(PACE).pipe(map(() => step)))
      const timedWorld = { ...world, timeSteps: timed(paced(world.timeSteps)) }
      const parts = {
        world: timedWorld,
        agent,
        cells,
        writeEpisode: () => undefined,
        metrics: { write: () => undefined },
      }
      const subscription = train(run, { ...parts, checkpoints: { records: 20, save }, every: Infinity }).subscribe({
        error: reject,
      })
    })

  const first = await saved()
  const firstBytes = bytesIn(folder.path)
  const saves: Saved[] = []
  for (let i = 0; i < SAVES; i++) {
    if (isCollecting) collect(agent.learner, BETWEEN)
    saves.push(await saved())
  }
  const of = (key: keyof Saved, time: keyof Times): readonly number[] => saves.map((each) => each[key][time])
  const both = (key: keyof Saved): string => `${list(of(key, 'processor'))} (${list(of(key, 'wall'))})`
  console.log(
    `${name}, ms of the processor (of the clock): copied in ${both('copying')}, longest step meanwhile ${both('longest')}, ` +
      `written in ${both('all')}; the first of ${(firstBytes / 1e6).toFixed(1)} MB: ${list([first.copying.processor, first.longest.processor])}, ` +
      `written in ${list([first.all.wall])}`,
  )
  agent.learner.close()
  await world.stop()
  world.close()
  rmSync(folder.path, { recursive: true })
  expect(median(of('copying', 'processor'))).toBeLessThan(MOST_MILLISECONDS)
  expect(median(of('longest', 'processor'))).toBeLessThan(MOST_MILLISECONDS)
})
