/**
 * Other kinematics: an arm of seven joints, described by a file of MJCF, learns to reach for a target that moves from episode to episode.
 * The spec follows from the model; so any arm with a sensor `to target` and a body to move as the target will do.
 *
 *     npm run build && node dist/examples/14-own-arm.js [steps] [model]
 */
import { fileURLToPath } from 'node:url'
import {
  avg,
  drive,
  hyperparametersFor,
  mujocoSimulator,
  mujocoTask,
  pipe,
  readMjcf,
  runningMoments,
  seeded,
} from 'rivulet'
import {
  actuate,
  episodes,
  normalizeObservation,
  rescaleAction,
  sampleAction,
  takeSteps,
  transitions,
  update,
} from 'rivulet/operators'

const steps = Number(process.argv[2] ?? 100_000)
const model = process.argv[3] ?? fileURLToPath(new URL('../../examples/arm.xml', import.meta.url))
const random = seeded(1)
const reach = await mujocoTask({
  source: await readMjcf(model),
  frameSkip: 20,
  stepLimit: 100,
  reads: ['mocap_pos'],
  begin: ({ data }, { uniform }) =>
    data.mocap_pos.set([0.3 + 0.3 * uniform(), 0.6 * uniform() - 0.3, 0.3 + 0.5 * uniform()]),
  reward: (scene) => -scene.length('to target'),
})
const world = drive(await mujocoSimulator(reach, { random: random('environment') }))
const learner = avg(world.spec, {
  ...hyperparametersFor('Reacher-v4'),
  random: random('policy'),
  initialization: random('initialization'),
})

pipe(
  world.timeSteps,
  normalizeObservation(runningMoments(world.spec.observation)),
  transitions(),
  update(learner),
  sampleAction(learner),
  rescaleAction(world.spec.action),
  actuate(world),
  takeSteps(steps),
  episodes(),
).subscribe((episode) => console.log('return:', episode.return))
