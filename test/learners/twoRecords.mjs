/**
 * Prints the bytes that a sample and an update of each streaming learner allocate, beside those of records of the same fields; of the built
 * package, since a test's transformed modules are optimized otherwise. `node twoRecords.mjs <directory of the build>`
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const built = (path) => import(pathToFileURL(join(process.argv[2], path)).href)
const { intentionalAc, seeded, streamAc } = await built('src/index.js')
const { stepBytes } = await built('src/runs/bench/measure.js')

const spec = { observation: { size: 11 }, action: { size: 3 } }
const sources = () => ({ hidden: [16, 16], random: seeded(1)('policy'), initialization: seeded(1)('initialization') })
const learners = {
  'stream-ac': () => streamAc(spec, sources()),
  'stream-ac, adaptive': () => streamAc(spec, { ...sources(), optimizer: 'adaptive-obgd' }),
  'intentional-ac': () => intentionalAc(spec, sources()),
}
const bench = { rounds: 5, roundSeconds: 0.1, clock: { now: () => performance.now() }, pause: async () => undefined }

const bytesOf = async (step) => {
  for (let i = 0; i < 30_000; i++) step()
  const work = (steps) => {
    for (let i = 0; i < steps; i++) step()
  }
  return Math.min(...(await stepBytes(bench, work, 0.02)))
}

const observations = [0, 1].map((k) => Float32Array.from({ length: 11 }, (_, i) => Math.sin(i + k)))
const kept = [null, null]
let at = 0
const stepOf = (learner) => () => {
  const [observation, nextObservation] = [observations[at % 2], observations[(at + 1) % 2]]
  const sampled = learner.sample(observation)
  const reward = (at % 7) / 7
  kept[1] = learner.update({
    observation,
    sampled,
    reward,
    nextObservation,
    terminated: at % 50 === 49,
    truncated: false,
  })
  kept[0] = sampled
  at++
}

/** The same records without a learner, the transition among them, which is the caller's. */
const recordsOf = (report) => {
  const numbers = new Float64Array(8)
  const floats = new Float32Array(64)
  const isLonger = 'cappedTdError' in report
  return () => {
    numbers[at % 8] = at / 7
    const noise = new Float32Array(3)
    const action = floats.slice(7, 10)
    const sampled = { action, noise, logProbability: numbers[0] }
    const reward = (at % 7) / 7
    const [observation, nextObservation] = [observations[at % 2], observations[(at + 1) % 2]]
    const ends = at % 50 === 49
    kept[0] = { observation, sampled, reward, nextObservation, terminated: ends, truncated: false }
    const [value, target, tdError, entropy] = [numbers[1], numbers[2], numbers[3], -numbers[4]]
    const [actorStep, criticStep] = [numbers[5], numbers[6]]
    kept[1] = isLonger
      ? { value, target, tdError, cappedTdError: numbers[7], entropy, actorStep, criticStep }
      : { value, target, tdError, entropy, actorStep, criticStep }
    at++
  }
}

for (const [name, make] of Object.entries(learners)) {
  const total = await bytesOf(stepOf(make()))
  console.log(name, total, await bytesOf(recordsOf(kept[1])))
}
