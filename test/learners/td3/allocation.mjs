/**
 * Prints the bytes that a sample and an update of TD3 allocate with batches of so many rows, beside those of records of the same fields; of
 * the built package, since a test's transformed modules are optimized otherwise. `node allocation.mjs <directory of the build> <rows>`
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const built = (path) => import(pathToFileURL(join(process.argv[2], path)).href)
const { seeded, td3 } = await built('src/index.js')
const { stepBytes } = await built('src/runs/bench/measure.js')
const batchSize = Number(process.argv[3])

const learner = td3(
  { observation: { size: 11 }, action: { size: 3 } },
  {
    hidden: [16, 16],
    actorStepSize: 1e-6,
    criticStepSize: 1e-6,
    learningStarts: 0,
    uniformActionSteps: 0,
    bufferSize: batchSize === 1 ? 1 : 100,
    batchSize,
    random: seeded(1)('policy'),
    initialization: seeded(1)('initialization'),
  },
)
const bench = { rounds: 5, roundSeconds: 0.1, clock: { now: () => performance.now() }, pause: async () => undefined }
const bytesOf = async (step) => {
  for (let i = 0; i < 20_000; i++) step()
  const work = (steps) => {
    for (let i = 0; i < steps; i++) step()
  }
  return Math.min(...(await stepBytes(bench, work, 0.02)))
}

const observations = [0, 1].map((k) => Float32Array.from({ length: 11 }, (_, i) => Math.sin(i + k)))
const kept = [null, null]
let at = 0
const transitionOf = (sampled) => ({
  observation: observations[at % 2],
  sampled,
  reward: (at % 7) / 7,
  nextObservation: observations[(at + 1) % 2],
  terminated: at % 50 === 49,
  truncated: false,
})
const step = () => {
  const sampled = learner.sample(observations[at % 2])
  kept[1] = learner.update(transitionOf(sampled))
  kept[0] = sampled
  at++
}

/** The same records without a learner, the transition among them, which is the caller's. */
const numbers = new Float64Array(5)
const floats = new Float32Array(64)
const records = () => {
  numbers[at % 5] = at / 7
  const action = floats.slice(7, 10)
  const noise = new Float32Array(3)
  kept[0] = transitionOf({ action, noise })
  const actorLoss = at % 2 === 0 ? numbers[4] : null
  kept[1] = { value: numbers[0], target: numbers[1], tdError: numbers[2], criticLoss: numbers[3], actorLoss }
  at++
}

const total = await bytesOf(step)
console.log(total, await bytesOf(records))
