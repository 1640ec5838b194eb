/**
 * An operator of your own in the middle of an agent: it measures effort, adds it to the record, and subtracts its price from the reward.
 *
 *     npm run build && node dist/examples/02-own-operator.js [steps]
 */
import { avg, hyperparametersFor, pipe, runningMoments, seeded, simulate, type Unpaired } from 'rivulet'
import {
  actuate,
  normalizeObservation,
  rescaleAction,
  sampleAction,
  takeSteps,
  tallyEpisodes,
  transitions,
  update,
} from 'rivulet/operators'
import { filter, map, type Observable } from 'rxjs'

const steps = Number(process.argv[2] ?? 20_000)
const task = 'Pendulum-v1'
const random = seeded(1)

/**
 * Adds each step's effort, the mean square of the action that led to it, and subtracts its price from the reward.
 *
 * The operator is generic in the record, so that all other fields are kept. It requires a step that is not paired yet, so that the
 * compiler refuses it below `transitions`, where it would change a reward that the learner has already received.
 */
const chargeEffort =
  (price: number) =>
  <T extends Unpaired>(source: Observable<T>): Observable<T & { readonly effort: number }> =>
    map((step: T) => {
      const action = step.previousAction === null ? [] : [...step.previousAction.action]
      const effort = action.reduce((sum, each) => sum + each * each, 0) / Math.max(1, action.length)
      return { ...step, effort, reward: step.reward - price * effort }
    })(source)

const world = await simulate(task, { random: random('environment') })
const learner = avg(world.spec, {
  ...hyperparametersFor(task),
  random: random('policy'),
  initialization: random('initialization'),
})

pipe(
  world.timeSteps,
  chargeEffort(0.5),
  normalizeObservation(runningMoments(world.spec.observation)),
  transitions(),
  update(learner),
  sampleAction(learner),
  rescaleAction(world.spec.action),
  actuate(world),
  takeSteps(steps),
  tallyEpisodes(),
  // `effort`, ours, and `report`, the learner's, are both still on the record.
  filter(({ episode }) => episode !== null),
  map(({ episode, effort, report }) => ({ return: episode?.return, lastEffort: effort, lastTdError: report?.tdError })),
).subscribe(console.log)
