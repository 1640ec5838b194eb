/** A step of a learner without a world: one sample and one update, on observations made beforehand. */
import { seeded } from '../../random.js'
import type { Learner, SampledAction, Spec } from '../../types.js'

const OBSERVATIONS = 64

/** Steps of an episode, whose last one is terminated. */
export const EPISODE = 128

/** Makes it. The measurement then covers only the learner. */
export const learnerStep = <S extends SampledAction>(
  learner: Pick<Learner<S>, 'sample' | 'update'>,
  { observation: { size } }: Pick<Spec, 'observation'>,
): (() => void) => {
  const stream = seeded(1)('observations')
  const observed = Array.from({ length: OBSERVATIONS }, () => {
    const observation = new Float32Array(size)
    stream.normal(observation)
    return observation
  })
  let at = 0
  return () => {
    const observation = observed[at % OBSERVATIONS]
    const nextObservation = observed[(at + 1) % OBSERVATIONS]
    const sampled = learner.sample(observation)
    const reward = (at % 7) / 7
    learner.update({
      observation,
      sampled,
      reward,
      nextObservation,
      terminated: at % EPISODE === EPISODE - 1,
      truncated: false,
    })
    at++
  }
}
