/** A small learner of every algorithm, made by its description as a run makes it, after it has learnt. */
import type { Values } from '../../../src/edge/settings.js'
import { pendulumSpec } from '../../../src/environments/classic/pendulum.js'
import type { ClosableLearner } from '../../../src/learners/algorithm.js'
import { seeded } from '../../../src/random.js'
import { algorithms, algorithmNamed } from '../../../src/runs/algorithms.js'
import type { Spec } from '../../../src/types.js'

/** The shapes of these learners. */
export const spec: Spec = {
  ...pendulumSpec,
  observation: {
    size: 5,
    low: [-9, -9, -9, -9, -Infinity],
    high: [9, 9, 9, 9, Infinity],
    names: ['a', 'b', 'c', 'd', 'e'],
    units: ['1', '1', '1', '1', 'm'],
  },
  action: { size: 2, low: [-0.4, -0.5], high: [0.7, 0.3], names: ['x', 'y'], units: ['N', 'N'] },
}

/** Settings with which each learns within forty steps, as far as the algorithm has them. */
const small: Values = {
  hidden: [19, 8],
  bufferSize: 64,
  batchSize: 4,
  learningStarts: 6,
  uniformActionSteps: 6,
  rollout: 8,
  minibatch: 4,
  stepSize: 0.05,
  actorStepSize: 0.01,
  criticStepSize: 0.01,
}

/** Algorithms with settings that give their actors another shape or another reading. */
export const cases: readonly (readonly [algorithm: string, changed: Values])[] = [
  ...algorithms.map(({ name }) => [name, {}] as const),
  ['avg', { normalizePenultimate: false }],
  ['avg', { logStdReading: 'deviation', hidden: [7] }],
  ['avg', { gradient: 'likelihood-ratio', targetPolyak: 0.1 }],
  ['iac', { normalizePenultimate: true }],
  ['sac', { logStdReading: 'bounded', initialWeights: 'uniform' }],
]

/** Observations from a seed. */
export const observations = (count = 40): Float64Array[] => {
  const random = seeded(4)('observations')
  return Array.from({ length: count }, () => {
    const drawn = new Float32Array(spec.observation.size)
    random.normal(drawn)
    return Float64Array.from(drawn)
  })
}

/** A learner on these kernels, before it has learnt; `seed` is that of its decisions. */
export const opened = (
  name: string,
  changed: Values,
  kernels: 'webassembly' | 'typescript',
  of: Spec = spec,
  seed = 1,
): Promise<ClosableLearner> => {
  const algorithm = algorithmNamed(name)
  const { settings } = algorithm.defaultsFor(of)
  const ours = Object.entries({ ...small, ...changed }).filter(([key]) => Object.hasOwn(settings, key))
  const sources = { random: seeded(seed)('policy'), initialization: seeded(1)('initialization') }
  return algorithm.engines['fused'].open(
    of,
    { ...settings, ...Object.fromEntries(ours) },
    { kernels, threads: 1 },
    sources,
  )
}

/** The same after it has learnt, so that its weights are not those that it drew. */
export const learnt = async (...made: Parameters<typeof opened>): Promise<ClosableLearner> => {
  const learner = await opened(...made)
  const before = Object.values(learner.parameters).map((values) => values.slice())
  const [seen, { size }] = [observations(), (made[3] ?? spec).observation]
  const shown = seen.map((observation) => Float64Array.from({ length: size }, (_, i) => observation[i] ?? 0.25))
  for (let i = 1; i < shown.length; i++) {
    const sampled = learner.sample(shown[i - 1])
    const ends = { terminated: i % 9 === 0, truncated: false }
    learner.update({
      observation: shown[i - 1],
      sampled,
      reward: sampled.action[0],
      nextObservation: shown[i],
      ...ends,
    })
  }
  const moved = Object.entries(learner.parameters).filter(
    ([name, values], k) => name.startsWith('actor.') && values.some((value, i) => value !== before[k][i]),
  )
  if (moved.length === 0) throw new Error(`${made[0]}: no weight of the actor has moved`)
  return learner
}
