/** What the tests of PPO live through: a small world, and a learner in it. */
import { ppo, type PpoLearner, type PpoReport } from '../../../src/learners/ppo/ppo.js'
import type { PpoSettings } from '../../../src/learners/ppo/ppoSettings.js'
import type { NormalAction } from '../../../src/learners/parts/normalTape.js'
import { seeded } from '../../../src/random.js'
import type { Transition } from '../../../src/types.js'

export const spec = { observation: { size: 3, names: ['hip', 'knee', 'toe'] }, action: { size: 2 } }

export const sources = (seed = 1) => ({
  random: seeded(seed)('policy'),
  initialization: seeded(seed)('initialization'),
})

/** A learner with rollouts of 12 steps in three minibatches. */
export const learnerOf = (extra: Partial<PpoSettings> = {}, seed = 1): PpoLearner =>
  ppo(spec, { hidden: [8, 8], stepSize: 3e-3, rollout: 12, minibatch: 4, epochs: 3, ...sources(seed), ...extra })

/** A stream of transitions that depends on the actions; ends of both kinds are in it. */
export const world = (seed = 2) => {
  const random = seeded(seed)('world')
  const vector = (): Float32Array => {
    const values = new Float32Array(3)
    random.normal(values)
    return values
  }
  let [step, observation] = [0, vector()]
  return (learner: Pick<PpoLearner, 'sample'>): Transition<NormalAction> => {
    const sampled = learner.sample(observation)
    const from = observation
    step++
    const [terminated, truncated] = [step % 7 === 0, step % 5 === 0]
    const nextObservation = vector()
    observation = terminated || truncated ? vector() : nextObservation
    const reward = sampled.action[0] - sampled.action[1] ** 2 + random.uniform()
    return { observation: from, sampled, reward, nextObservation, terminated, truncated }
  }
}

export interface Lived {
  readonly transitions: readonly Transition<NormalAction>[]
  readonly reports: readonly PpoReport[]
}

/** Learns from so many transitions of a world. */
export const live = (
  learner: PpoLearner,
  steps: number,
  next = world(),
  between?: (learner: PpoLearner, step: number) => void,
): Lived => {
  const transitions: Transition<NormalAction>[] = []
  const reports: PpoReport[] = []
  for (let i = 0; i < steps; i++) {
    const transition = next(learner)
    between?.(learner, i)
    transitions.push(transition)
    reports.push(learner.update(transition))
  }
  return { transitions, reports }
}
