/** AVG: microseconds and bytes of one sample and one update, at the shapes of three tasks. `npm run bench` */
import { avg, paper, seeded } from '../../dist/src/index.js'
import { allocated, machine, row, timed } from './measure.mjs'

const ROUNDS = 7
const STEPS = 400
const shapes = [
  ['Hopper', 11, 3],
  ['HalfCheetah', 17, 6],
  ['Humanoid', 376, 17],
]

console.log(machine())
for (const [name, observations, actions] of shapes) {
  const chance = seeded(1)
  const spec = { observation: { size: observations }, action: { size: actions } }
  const settings = { ...paper('HalfCheetah-v4'), actorStepSize: 1e-4, criticStepSize: 1e-4 }
  const learner = avg(spec, { ...settings, random: chance('policy'), initialization: chance('initialization') })
  // Made beforehand, so that only the learner is measured.
  const stream = chance('observations')
  const observed = Array.from({ length: 64 }, () => {
    const observation = new Float32Array(observations)
    stream.normal(observation)
    return observation
  })
  let at = 0
  const step = () => {
    const observation = observed[at % 64]
    const nextObservation = observed[(at + 1) % 64]
    const sampled = learner.sample(observation)
    learner.update({
      observation,
      sampled,
      reward: (at % 7) / 7,
      nextObservation,
      terminated: at % 100 === 99,
      truncated: false,
    })
    at++
  }
  for (let i = 0; i < 2000; i++) step()
  const times = []
  for (let round = 0; round < ROUNDS; round++) {
    times.push(
      ((await timed(() => {
        for (let i = 0; i < STEPS; i++) step()
      })) /
        STEPS) *
        1000,
    )
  }
  row(`${name}: sample and update, ${learner.kernels}`, times, 'us')
  row(
    `${name}: allocated, the two records included`,
    Array.from({ length: ROUNDS }, () => allocated(step)),
    'bytes',
  )
}
