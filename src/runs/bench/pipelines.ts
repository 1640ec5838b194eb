/** The speed of a whole agent, and the cost of its pipeline over a plain loop around the same simulator and learner. */
import { pipe } from 'fp-ts/lib/function.js'
import { lastValueFrom, tap } from 'rxjs'
import { actuate } from '../../../operators/actuate.js'
import { clipAction } from '../../../operators/clipAction.js'
import { normalizeObservation } from '../../../operators/normalizeObservation.js'
import { sampleAction } from '../../../operators/sampleAction.js'
import { takeSteps } from '../../../operators/takeSteps.js'
import { tallyEpisodes } from '../../../operators/tallyEpisodes.js'
import { transitions } from '../../../operators/transitions.js'
import { update } from '../../../operators/update.js'
import { drive } from '../../drivers/drive.js'
import { simulator } from '../../environments/tasks.js'
import { avg } from '../../learners/avg/avg.js'
import type { SquashedAction } from '../../learners/parts/squashedPolicy.js'
import { publishedSettings } from '../../learners/avg/publishedSettings.js'
import { absorb, runningMoments, standardize, type RunningMoments } from '../../moments.js'
import { seeded } from '../../random.js'
import type { Driver, Learner, Observation, SampledAction, SavableSimulator, Spec } from '../../types.js'
import { idleSimulator } from './idleSimulator.js'
import {
  type Bench,
  bytesInUse,
  garbageCollector,
  mediansOf,
  STEPS_A_READING,
  stepBytes,
  millisecondsOf,
  WARM_UP_READINGS,
} from './measure.js'

type Learning<S extends SampledAction> = Pick<Learner<S>, 'sample' | 'update'> & { close(): void }

/** A measured agent: a simulator, and a learner for it. */
interface Agent<S extends SampledAction> {
  readonly task: string
  readonly engine: string
  open(): Promise<SavableSimulator>
  learner(spec: Spec): Learning<S>
}

const publishedAgent = (task: string, threads: 1 | 2): Agent<SquashedAction> => ({
  task,
  engine: threads === 1 ? 'webassembly' : 'webassembly, 2 threads',
  open: () => simulator(task, { random: seeded(1)('environment') }),
  learner: (spec) => {
    const random = seeded(1)
    return avg(spec, {
      ...publishedSettings(task),
      threads,
      random: random('policy'),
      initialization: random('initialization'),
    })
  },
})

const zeroAction: SampledAction = { action: [0] }

/** An agent that computes almost nothing, so that the measurement covers the pipeline itself. */
const idleAgent: Agent<SampledAction> = {
  task: 'no physics',
  engine: 'none',
  open: async () => idleSimulator(),
  learner: () => ({ sample: () => zeroAction, update: () => null, close: () => undefined }),
}

/** The same agent as a plain loop without Rx. */
const plainLoop = <S extends SampledAction>(world: SavableSimulator, learner: Learning<S>, moments: RunningMoments) => {
  const { action: bounds } = world.spec
  const normalized = (observation: Observation): Observation => {
    absorb(moments, observation)
    return standardize(moments, observation)
  }
  return (steps: number): number => {
    let observation = normalized(world.reset().observation)
    let sampled = learner.sample(observation)
    let episodes = 0
    let episodicReturn = 0
    for (let step = 0; step < steps; step++) {
      const command = Float64Array.from(sampled.action, (value, i) =>
        Math.min(bounds.high[i], Math.max(bounds.low[i], value)),
      )
      const { observation: seen, reward, terminated, truncated } = world.step(command)
      const nextObservation = normalized(seen)
      learner.update({ observation, sampled, reward, nextObservation, terminated, truncated })
      episodicReturn += reward
      observation = nextObservation
      if (terminated || truncated) {
        episodes++
        episodicReturn = 0
        observation = normalized(world.reset().observation)
      }
      sampled = learner.sample(observation)
    }
    return episodes + episodicReturn
  }
}

const chain = <S extends SampledAction>(world: Driver, learner: Learning<S>, moments: RunningMoments, steps: number) =>
  pipe(
    world.timeSteps,
    normalizeObservation(moments),
    transitions(),
    update(learner),
    sampleAction(learner),
    clipAction(world.spec.action),
    actuate(world),
    takeSteps(steps),
    tallyEpisodes(),
  )

/**
 * Bytes that a step of a pipeline allocates, read inside the pipeline so that its start does not count. Readings below 0, into which a
 * collection fell, are left out.
 */
const bytesInChain = async (
  { rounds }: Bench,
  open: (steps: number) => ReturnType<typeof chain>,
): Promise<readonly number[]> => {
  const collect = garbageCollector()
  const bytes: number[] = []
  let steps = 0
  let readings = 0
  let before = 0
  const read = (): void => {
    if (steps++ % STEPS_A_READING !== 0) return
    const taken = bytesInUse() - before
    if (readings++ > WARM_UP_READINGS && taken >= 0) bytes.push(taken / STEPS_A_READING)
    collect()
    before = bytesInUse()
  }
  await lastValueFrom(pipe(open((WARM_UP_READINGS + 3 * rounds + 1) * STEPS_A_READING), tap(read)))
  return bytes
}

/**
 * Measures one agent.
 *
 * Numbers: loop and pipeline take turns, so that a change of the machine's pace affects both; the cost of the pipeline is computed for
 * each pair. Three pairs are measured for each round. Allocated bytes are those of JavaScript, the world's included. Resident bytes are
 * those of the whole process when the agent was measured.
 * Fails: rejects with what a part throws, and NotFiniteError for a figure that is not finite.
 */
const measurePipeline = async <S extends SampledAction>(bench: Bench, agent: Agent<S>) => {
  const [bare, driven] = [await agent.open(), await agent.open()]
  const world = drive(driven)
  const { spec } = world
  const [learner, other] = [agent.learner(spec), agent.learner(spec)]
  try {
    const moments = runningMoments(spec.observation)
    const byLoop = plainLoop(bare, other, runningMoments(spec.observation))
    const open = (steps: number) => chain(world, learner, moments, steps)
    const byPipeline = (steps: number) => lastValueFrom(open(steps))

    const { clock, roundSeconds, rounds, pause } = bench
    let steps = 25
    let milliseconds = 0
    while (milliseconds < 500 * roundSeconds) {
      await pause()
      steps *= 2
      milliseconds = await millisecondsOf(clock, () => byPipeline(steps))
      byLoop(steps)
    }
    const pairs: { readonly loop: number; readonly pipeline: number }[] = []
    for (let round = 0; round < 3 * rounds; round++) {
      await pause()
      const timeOf = async (work: (steps: number) => unknown) =>
        (await millisecondsOf(clock, () => work(steps))) / steps
      if (round % 2 === 0) pairs.push({ loop: await timeOf(byLoop), pipeline: await timeOf(byPipeline) })
      else {
        const pipeline = await timeOf(byPipeline)
        pairs.push({ loop: await timeOf(byLoop), pipeline })
      }
    }
    return {
      task: agent.task,
      engine: agent.engine,
      residentBytes: process.memoryUsage().rss,
      ...mediansOf({
        stepsPerSecond: pairs.map((pair) => 1000 / pair.pipeline),
        loopStepsPerSecond: pairs.map((pair) => 1000 / pair.loop),
        microsecondsOverLoop: pairs.map((pair) => 1000 * (pair.pipeline - pair.loop)),
        percentOverLoop: pairs.map((pair) => 100 * (pair.pipeline / pair.loop - 1)),
        allocatedBytesPerStep: await bytesInChain(bench, open),
        loopAllocatedBytesPerStep: await stepBytes(bench, byLoop, Math.max(...pairs.map((pair) => pair.loop))),
      }),
    }
  } finally {
    await world.stop()
    world.close()
    bare.close()
    learner.close()
    other.close()
  }
}

/** The measured agents. */
export const pipelines = [
  ...([1, 2] as const).flatMap((threads) =>
    ['Hopper-v4', 'HalfCheetah-v4'].map((task) => ({
      what: threads === 1 ? task : `${task}, ${threads} threads`,
      measure: (bench: Bench) => measurePipeline(bench, publishedAgent(task, threads)),
    })),
  ),
  { what: 'no physics, no learner', measure: (bench: Bench) => measurePipeline(bench, idleAgent) },
]
