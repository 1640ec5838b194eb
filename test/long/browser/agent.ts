/** What is run in Node and in a browser, to be compared: a short run on a task, and what its learner then remembers. */
import { avg, hyperparametersFor, pipe, runningMoments, seeded, simulate } from 'rivulet'
import {
  actuate,
  normalizeObservation,
  rescaleAction,
  sampleAction,
  takeSteps,
  transitions,
  update,
} from 'rivulet/operators'
import { lastValueFrom } from 'rxjs'

/** Which kernels ran, and a sum over every bit of the learner's state. */
export const train = async (
  task: string,
  steps: number,
): Promise<{ readonly kernels: string; readonly sum: number }> => {
  const random = seeded(3)
  const world = await simulate(task, { random: random('environment') })
  const sources = { random: random('policy'), initialization: random('initialization') }
  const learner = avg(world.spec, { ...hyperparametersFor(task), ...sources })
  await lastValueFrom(
    pipe(
      world.timeSteps,
      normalizeObservation(runningMoments(world.spec.observation)),
      transitions(),
      update(learner),
      sampleAction(learner),
      rescaleAction(world.spec.action),
      actuate(world),
      takeSteps(steps),
    ),
  )
  const { floats, doubles } = learner.snapshot()
  let sum = 0
  for (const { buffer } of [floats, doubles]) {
    for (const byte of new Uint8Array(buffer as ArrayBuffer)) sum = (Math.imul(sum, 31) + byte) | 0
  }
  return { kernels: learner.kernels, sum }
}
