/** A program that learns on two threads and ends without closing the second one. */
import { avg, seeded } from '../../dist/src/index.js'

const random = seeded(1)
const spec = { observation: { size: 3 }, action: { size: 1 } }
const settings = { hidden: [8, 8], actorStepSize: 1e-3, criticStepSize: 1e-3, entropyCoefficient: 0.1, discount: 0.9 }
const learner = avg(spec, {
  ...settings,
  adamBeta1: 0,
  threads: 2,
  random: random('policy'),
  initialization: random('initialization'),
})
const observation = [0.1, 0.2, 0.3]
for (let i = 0; i < 2; i++) {
  const sampled = learner.sample(observation)
  const ends = { terminated: false, truncated: false }
  learner.update({ observation, sampled, reward: 1, nextObservation: observation, ...ends })
}
console.log('updated twice')
