import { describe, expect, test } from 'vitest'
import { avg, type AvgLearner } from '../../../src/learners/avg/avg.js'
import { avgPolicy, type AvgPolicySettings } from '../../../src/learners/avg/avgPolicy.js'
import type { AvgSettings } from '../../../src/learners/avg/avgSettings.js'
import { fromSafetensors, toSafetensors } from '../../../src/learners/interchange/safetensors.js'
import { putWeights, weightsOf, type Weights } from '../../../src/learners/interchange/weights.js'
import { seeded } from '../../../src/random.js'

const spec = { observation: { size: 5, names: ['a', 'b', 'c', 'd', 'e'] }, action: { size: 2 } }

const learnerOf = (extra: Partial<AvgSettings> = {}): AvgLearner =>
  avg(spec, {
    hidden: [19, 8],
    actorStepSize: 1e-2,
    criticStepSize: 1e-2,
    entropyCoefficient: 0.1,
    discount: 0.9,
    adamBeta1: 0,
    random: seeded(1)('policy'),
    initialization: seeded(1)('initialization'),
    ...extra,
  })

const observations = (): Float32Array[] => {
  const random = seeded(4)('observations')
  return Array.from({ length: 40 }, () => {
    const observation = new Float32Array(5)
    random.normal(observation)
    return observation
  })
}

/** Learns until no weight, bias or not, is where it began. */
const trained = (extra: Partial<AvgSettings> = {}): AvgLearner => {
  const learner = learnerOf(extra)
  const seen = observations()
  for (let i = 1; i < seen.length; i++) {
    const sampled = learner.sample(seen[i - 1])
    const ends = { terminated: i % 9 === 0, truncated: false }
    learner.update({ observation: seen[i - 1], sampled, reward: sampled.action[0], nextObservation: seen[i], ...ends })
  }
  return learner
}

/** The actor's tensors alone. */
const actorOf = (weights: Weights): Weights => ({
  ...weights,
  tensors: new Map([...weights.tensors].filter(([name]) => name.startsWith('actor.'))),
})

describe.each(['webassembly', 'typescript'] as const)('avgPolicy in %s', (kernels) => {
  describe.each<[Partial<AvgSettings>, AvgPolicySettings]>([
    [{}, {}],
    [{ normalizePenultimate: false }, { normalizePenultimate: false }],
    [{ logStdReading: 'deviation' }, { logStdReading: 'deviation' }],
    [{ hidden: [7] }, {}],
  ])('of a learner with %o', (changed, reading) => {
    const learner = trained({ ...changed, kernels })
    const weights = actorOf(weightsOf(learner.parameters))

    test('its deterministic decisions are the learner’s own, bit for bit, and need no random number generator', () => {
      const policy = avgPolicy(spec, weights, { ...reading, kernels })
      expect(policy.kernels).toBe(kernels)
      for (const observation of observations()) {
        const options = { deterministic: true }
        expect(policy.sample(observation, options)).toEqual(learner.sample(observation, options))
      }
    })

    test('its drawn decisions are those that the learner draws from the same numbers', () => {
      const policy = avgPolicy(spec, weights, { ...reading, kernels, random: seeded(8)('policy') })
      const same = learnerOf({ ...changed, kernels, random: seeded(8)('policy') })
      putWeights(same.parameters, weightsOf(learner.parameters))
      for (const observation of observations()) expect(policy.sample(observation)).toEqual(same.sample(observation))
    })
  })

  test('weights that went through a file, the critic’s among them, make the same policy', () => {
    const learner = trained({ kernels })
    const [all, actor] = [weightsOf(learner.parameters, true), actorOf(weightsOf(learner.parameters, true))]
    const decisions = [all, actor].map((weights) => {
      const policy = avgPolicy(spec, fromSafetensors(toSafetensors(weights)), { kernels })
      return observations().map((observation) => policy.sample(observation, { deterministic: true }))
    })
    expect(decisions[0]).toEqual(decisions[1])
    expect(decisions[0][3]).toEqual(learner.sample(observations()[3], { deterministic: true }))
  })

  test('newer weights are put into it as into a learner, and its version says so', () => {
    const [before, after] = [learnerOf({ kernels }), trained({ kernels })]
    const policy = avgPolicy(spec, weightsOf(before.parameters), { kernels })
    expect(Object.keys(policy.parameters)).toEqual(
      Object.keys(before.parameters).filter((name) => name.startsWith('actor.')),
    )
    const options = { deterministic: true }
    const [observation] = observations()
    const first = policy.sample(observation, options)
    const { version } = policy
    expect(policy.sample(observation, options)).toEqual(first)
    expect(policy.version).toBe(version)
    putWeights(policy.parameters, actorOf(weightsOf(after.parameters)))
    expect(policy.sample(observation, options)).toEqual(after.sample(observation, options))
    expect(policy.sample(observation, options)).not.toEqual(first)
    expect(policy.version).toBe(version + 1)
  })
})

describe('a policy', () => {
  const weights = weightsOf(trained().parameters)

  test('cannot learn, and has nothing to learn with', () => {
    const policy = avgPolicy(spec, weights)
    expect(Object.keys(policy).sort()).toEqual(['actionBounds', 'kernels', 'parameters', 'sample', 'version'])
    expect(policy.actionBounds).toEqual({ low: -1, high: 1 })
  })

  test('without a random number generator refuses to draw, in one line', () => {
    const policy = avgPolicy(spec, weights)
    expect(() => policy.sample([1, 2, 3, 4, 5])).toThrow(
      new TypeError(
        'avgPolicy: sample needs a random number generator, which this policy was not given: pass { deterministic: true }, or make it with random',
      ),
    )
  })

  test('refuses observations as the learner does', () => {
    const policy = avgPolicy(spec, weights)
    const options = { deterministic: true }
    expect(() => policy.sample([1, 2], options)).toThrow('avgPolicy: observation must have 5 components, got 2')
    expect(() => policy.sample([1, 2, NaN, 4, 5], options)).toThrow('observation[2] (c) is NaN')
  })

  const changed = (change: (tensors: Map<string, unknown>) => void): Weights => {
    const tensors = new Map(weights.tensors)
    change(tensors)
    return { ...weights, tensors }
  }
  test.each<[string, () => unknown, string]>([
    [
      'another world’s shape',
      () => avgPolicy({ ...spec, observation: { size: 6 } }, weights),
      'avgPolicy: actor.phi.0.weight: expected shape [19, 6]; got [19, 5]',
    ],
    [
      'weights without an actor',
      () =>
        avgPolicy(
          spec,
          changed((tensors) => [...tensors.keys()].forEach((name) => name.startsWith('actor') && tensors.delete(name))),
        ),
      'avgPolicy: actor.phi.0.weight: expected a tensor; got nothing',
    ],
    [
      'another algorithm’s',
      () =>
        avgPolicy(
          spec,
          changed((tensors) => tensors.set('critic.Q1.q.bias', tensors.get('critic.q.bias'))),
        ),
      'avgPolicy: expected a tensor of the published networks; got "critic.Q1.q.bias"',
    ],
    [
      'a network that is read in another way',
      () => avgPolicy(spec, { ...weights, normalizePenultimate: true }, { normalizePenultimate: false }),
      'avgPolicy: expected weights of a plain network, got those of a normalized one',
    ],
    [
      'a weight that is not finite',
      () => {
        const bias = { shape: [2], values: Float32Array.of(0, NaN) }
        return avgPolicy(
          spec,
          changed((tensors) => tensors.set('actor.mu.bias', bias)),
        )
      },
      'avgPolicy: actor.mu.bias[1]: expected a finite number; got NaN',
    ],
  ])('refuses %s in one line', (_, make, line) => {
    expect(make).toThrow(line)
  })
})
