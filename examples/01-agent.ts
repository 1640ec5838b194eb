/**
 * A whole agent: AVG learns to run, one sample at a time, and prints each episode as it ends.
 *
 *     npm run build && node dist/examples/01-agent.js [steps]
 */
import { avg, lockstep, pipe, publishedSettings, runningMoments, seeded, simulate } from 'rivulet'
import {
  actuate,
  episodes,
  normalizeObservation,
  sampleAction,
  takeSteps,
  transitions,
  update,
} from 'rivulet/operators'

const steps = Number(process.argv[2] ?? 100_000)

// All random numbers come from one seed, by streams of their own names; the same seed is the same run, bit for bit.
const random = seeded(1)
const task = 'HalfCheetah-v4'

const world = await simulate(task, { random: random('environment'), schedule: lockstep() })
const learner = avg(world.spec, {
  ...publishedSettings(task),
  random: random('policy'),
  initialization: random('initialization'),
})
const moments = runningMoments(world.spec.observation)

pipe(
  world.timeSteps,
  normalizeObservation(moments),
  transitions(),
  update(learner),
  sampleAction(learner),
  actuate(world),
  takeSteps(steps),
  episodes(),
).subscribe(console.log)
