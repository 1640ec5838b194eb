/** What the pipeline costs over a plain loop around the same simulator and learner. `npm run bench` */
import { lastValueFrom } from 'rxjs'
import {
  absorb,
  avg,
  drive,
  paper,
  pipe,
  runningMoments,
  seeded,
  simulate,
  simulator,
  standardize,
} from '../../dist/src/index.js'
import {
  actuate,
  normalizeObservation,
  sampleAction,
  takeSteps,
  transitions,
  update,
} from '../../dist/operators/index.js'
import { scriptedSimulator } from '../../dist/src/testing/index.js'
import { machine, row, timed } from './measure.mjs'

/** One agent as a loop: what a person would write without Rx. */
const loop = (sim, learner, moments, steps) => {
  const see = (raw) => {
    absorb(moments, raw)
    return standardize(moments, raw)
  }
  let observation = see(sim.reset().observation)
  let sampled = learner.sample(observation)
  for (let step = 0; step < steps; step++) {
    const { observation: raw, reward, terminated, truncated } = sim.step(sampled.action)
    const nextObservation = see(raw)
    learner.update({ observation, sampled, reward, nextObservation, terminated, truncated })
    observation = terminated || truncated ? see(sim.reset().observation) : nextObservation
    sampled = learner.sample(observation)
  }
}

const chain = (world, learner, moments, steps) =>
  lastValueFrom(
    pipe(
      world.timeSteps,
      normalizeObservation(moments),
      transitions(),
      update(learner),
      sampleAction(learner),
      actuate(world),
      takeSteps(steps),
    ),
  )

/** Loop and pipeline take turns, so that a change of the machine's pace meets both; the ratio is of each pair. */
const compare = async (name, steps, rounds, byLoop, byPipeline) => {
  const pairs = []
  for (let round = 0; round < rounds + 2; round++) {
    const first = round % 2 === 0 ? byLoop : byPipeline
    const second = first === byLoop ? byPipeline : byLoop
    const [a, b] = [await timed(() => first(steps)), await timed(() => second(steps))]
    if (round > 1) pairs.push(first === byLoop ? { loop: a, pipeline: b } : { loop: b, pipeline: a })
  }
  row(
    `${name}: loop`,
    pairs.map((pair) => (pair.loop / steps) * 1000),
    'us a step',
    2,
  )
  row(
    `${name}: pipeline`,
    pairs.map((pair) => (pair.pipeline / steps) * 1000),
    'us a step',
    2,
  )
  row(
    `${name}: pipeline over loop`,
    pairs.map((pair) => 100 * (pair.pipeline / pair.loop - 1)),
    '%',
    2,
  )
}

const agent = (spec, task) => {
  const chance = seeded(1)
  return avg(spec, { ...paper(task), random: chance('policy'), initialization: chance('initialization') })
}

console.log(machine())

for (const task of ['Hopper-v4', 'HalfCheetah-v4']) {
  const random = () => seeded(1)('environment')
  const sim = await simulator(task, { random: random() })
  const world = await simulate(task, { random: random() })
  const [a, b] = [agent(sim.spec, task), agent(sim.spec, task)]
  const [m, n] = [runningMoments(sim.spec.observation), runningMoments(sim.spec.observation)]
  await compare(
    task,
    400,
    41,
    (steps) => loop(sim, a, m, steps),
    (steps) => chain(world, b, n, steps),
  )
  sim.close()
  world.close()
}

// Next to nothing inside, so that what is left is the pipeline itself.
const idle = { sample: () => ({ action: [0] }), update: () => null }
const scripted = () => scriptedSimulator({ size: 11, episodeLength: 1000 })
const sim = scripted()
const world = drive(scripted())
const [m, n] = [runningMoments(sim.spec.observation), runningMoments(sim.spec.observation)]
await compare(
  'no learner, no physics',
  100_000,
  11,
  (steps) => loop(sim, idle, m, steps),
  (steps) => chain(world, idle, n, steps),
)
