/**
 * The order for a robot with a deadline: the action is sent first, and the learner learns while the world moves.
 *
 *     npm run build && node dist/examples/03-act-then-learn.js [steps]
 *
 * Only the place of `update` differs from 01-agent.ts. Each action now comes from the weights of one step before. The update is a
 * function of the transition's values, so that it is correct in both places.
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
