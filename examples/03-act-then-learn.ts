/**
 * The order for a robot with a deadline: the action goes out first, and the learning happens while the world moves.
 *
 *     npm run build && node dist/examples/03-act-then-learn.js [steps]
 *
 * Against 01-agent.ts only the place of `update` differs. Each action now comes from the weights of one step before; the
 * update is a function of the transition's values, so it is as right here as there.
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
  sampleAction(learner),
  actuate(world),
  update(learner),
  takeSteps(steps),
  episodes(),
).subscribe(console.log)
