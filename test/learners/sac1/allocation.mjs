/** Prints the bytes that a step of SAC-1 allocates, and those of one of AVG. */
import { avg } from '../../../dist/src/learners/avg/avg.js'
import { sac1 } from '../../../dist/src/learners/sac1/sac1.js'
import { seeded } from '../../../dist/src/random.js'
import { mediansOf, stepBytes } from '../../../dist/src/runs/bench/measure.js'

const spec = { observation: { size: 4 }, action: { size: 2 } }
const fixed = { hidden: [16, 16], actorStepSize: 1e-6, criticStepSize: 1e-6, kernels: 'webassembly' }
const sources = () => ({ random: seeded(1)('policy'), initialization: seeded(1)('initialization') })
const observation = [1, 2, 3, 4]
const nextObservation = [0, 1, 0, 0]

const bytesOf = async (learner) => {
  const work = (steps) => {
    for (let i = 0; i < steps; i++) {
      const sampled = learner.sample(observation)
      learner.update({ observation, sampled, reward: 1, nextObservation, terminated: false, truncated: false })
    }
  }
  // The engine has compiled everything by then.
  work(20_000)
  const pause = () => new Promise((resolve) => setTimeout(resolve, 1))
  return mediansOf({ bytes: await stepBytes({ rounds: 5, roundSeconds: 0.05, pause }, work, 0.05) }).bytes
}

const ours = await bytesOf(sac1(spec, { ...fixed, temperatureStepSize: 1e-6, ...sources() }))
const theirs = await bytesOf(
  avg(spec, { ...fixed, adamBeta1: 0, entropyCoefficient: 0.1, discount: 0.99, ...sources() }),
)
console.log(`${ours} ${theirs}`)
