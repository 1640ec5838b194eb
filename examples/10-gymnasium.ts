/**
 * An environment of your own in Python: AVG learns on the cart of `rail.py`, which runs in a Python process with Gymnasium.
 *
 *     npm run build && node dist/examples/10-gymnasium.js [steps] [python]
 */
import { fileURLToPath } from 'node:url'
import { avg, gymnasium, hyperparametersFor, pipe, runningMoments, seeded } from 'rivulet'
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

const steps = Number(process.argv[2] ?? 6000)
const python = process.argv[3] ?? 'python3'
const random = seeded(1)

// The module `rail` registers Rail-v0 when Python imports it.
const world = await gymnasium('rail:Rail-v0', {
  random: random('environment'),
  python,
  directory: fileURLToPath(new URL('../../examples', import.meta.url)),
})
const settings = { ...hyperparametersFor('Rail'), hidden: [32, 32], actorStepSize: 3e-4, criticStepSize: 3e-3 }
const learner = avg(world.spec, { ...settings, random: random('policy'), initialization: random('initialization') })

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
).subscribe({
  next: ({ length, return: sum }) => console.log({ length, return: sum }),
  complete: () => world.close(),
})
