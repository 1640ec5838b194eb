/**
 * Trains at Humanoid's shapes and tells the process's memory as it goes: HalfCheetah's physics, its observation repeated
 * to 376 numbers and its action read from the first 6 of 17. Arguments: steps, threads.
 */
import { lastValueFrom, tap } from 'rxjs'
import { avg, drive, publishedSettings, pipe, runningMoments, seeded, simulator } from '../../dist/src/index.js'
import {
  actuate,
  clipAction,
  normalizeObservation,
  sampleAction,
  takeSteps,
  tallyEpisodes,
  transitions,
  update,
} from '../../dist/operators/index.js'

const [steps, threads] = process.argv.slice(2).map(Number)
const random = seeded(1)
const cheetah = await simulator('HalfCheetah-v4', { random: random('environment') })
const repeated = (size, vector) => Float64Array.from({ length: size }, (_, i) => vector[i % vector.length])
const wide = (vector, size) => {
  const { low, high } = vector
  const names = Array.from({ length: size }, (_, i) => `${vector.names[i % vector.size]} ${i}`)
  return { ...vector, size, names, low: repeated(size, low), high: repeated(size, high) }
}
const widened = (step) => ({ ...step, observation: repeated(376, step.observation) })
const world = drive({
  ...cheetah,
  spec: { ...cheetah.spec, observation: wide(cheetah.spec.observation, 376), action: wide(cheetah.spec.action, 17) },
  reset: (seed) => widened(cheetah.reset(seed)),
  step: (action) => widened(cheetah.step(Float64Array.from({ length: 6 }, (_, i) => action[i]))),
})
const learner = avg(world.spec, {
  ...publishedSettings('Humanoid-v4'),
  threads,
  random: random('policy'),
  initialization: random('initialization'),
})

const told = []
let taken = 0
await lastValueFrom(
  pipe(
    world.timeSteps,
    normalizeObservation(runningMoments(world.spec.observation)),
    transitions(),
    update(learner),
    sampleAction(learner),
    clipAction(world.spec.action),
    actuate(world),
    takeSteps(steps),
    tallyEpisodes(),
    tap(() => {
      if (++taken % (steps / 10) === 0) told.push(process.memoryUsage().rss)
    }),
  ),
)
learner.close()
world.close()
console.log(JSON.stringify(told))
