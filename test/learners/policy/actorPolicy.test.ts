import { describe, expect, test } from 'vitest'
import { fromSafetensors, toSafetensors } from '../../../src/learners/interchange/safetensors.js'
import { putWeights, weightsOf, type Weights } from '../../../src/learners/interchange/weights.js'
import type { ClosableLearner } from '../../../src/learners/algorithm.js'
import type { ActorDescription } from '../../../src/learners/parts/actorDescription.js'
import { actorPolicy } from '../../../src/learners/policy/actorPolicy.js'
import { seeded } from '../../../src/random.js'
import { cases, learnt, observations, opened, spec } from './learners.js'

const deterministic = { deterministic: true }

const actorOf = ({ actor }: ClosableLearner): ActorDescription => {
  if (actor === undefined || actor === null) throw new Error('a learner that describes no actor')
  return actor
}

/** The actor's tensors alone. */
const alone = (weights: Weights): Weights => ({
  ...weights,
  tensors: new Map([...weights.tensors].filter(([name]) => name.startsWith('actor.'))),
})

describe.each(['webassembly', 'typescript'] as const)('actorPolicy in %s', (kernels) => {
  describe.each(cases)('of %s with %o', (name, changed) => {
    test('decides as the learner itself, bit for bit, without a random number generator', async () => {
      const learner = await learnt(name, changed, kernels)
      const policy = actorPolicy(spec, alone(weightsOf(learner.parameters)), actorOf(learner), { kernels })
      expect(policy.kernels).toBe(kernels)
      expect(policy.actionBounds).toEqual(learner.actionBounds)
      for (const observation of observations()) {
        expect(policy.sample(observation, deterministic)).toEqual(learner.sample(observation, deterministic))
      }
    })

    test('draws what the learner draws from the same numbers', async () => {
      const learner = await learnt(name, changed, kernels)
      const random = seeded(8)('policy')
      const policy = actorPolicy(spec, weightsOf(learner.parameters), actorOf(learner), { kernels, random })
      // Past its first steps, in which some learners act at random.
      const same = await learnt(name, changed, kernels, spec, 8)
      putWeights(same.parameters, weightsOf(learner.parameters))
      random.restore((same.snapshot() as { random: Parameters<typeof random.restore>[0] }).random)
      for (const observation of observations()) expect(policy.sample(observation)).toEqual(same.sample(observation))
    })
  })
})

describe('a policy', async () => {
  const learner = await learnt('avg', {}, 'typescript')
  const actor = actorOf(learner)
  const weights = weightsOf(learner.parameters, true)
  const made = (changed: Partial<{ weights: Weights; actor: ActorDescription; size: number }> = {}) =>
    actorPolicy(
      { ...spec, observation: { ...spec.observation, size: changed.size ?? 5 } },
      changed.weights ?? weights,
      changed.actor ?? actor,
      { kernels: 'typescript' },
    )

  test('is the same of weights that went through a file, and of wrapped names', () => {
    const file = fromSafetensors(toSafetensors(weights))
    const wrapped = new Map([...weights.tensors].map(([name, tensor]) => [`_orig_mod.${name}`, tensor]))
    for (const other of [file, { ...weights, tensors: wrapped }]) {
      const policy = made({ weights: other })
      for (const observation of observations(5)) {
        expect(policy.sample(observation, deterministic)).toEqual(learner.sample(observation, deterministic))
      }
    }
  })

  test('takes newer weights as a learner does, and its version says so', async () => {
    const before = await opened('avg', {}, 'typescript')
    const policy = made({ weights: weightsOf(before.parameters) })
    expect(Object.keys(policy.parameters)).toEqual(
      Object.keys(before.parameters).filter((name) => name.startsWith('actor.')),
    )
    const [observation] = observations(1)
    const first = policy.sample(observation, deterministic)
    const { version } = policy
    expect(policy.sample(observation, deterministic)).toEqual(first)
    expect(policy.version).toBe(version)
    putWeights(policy.parameters, alone(weights))
    expect(policy.sample(observation, deterministic)).toEqual(learner.sample(observation, deterministic))
    expect(policy.sample(observation, deterministic)).not.toEqual(first)
    expect(policy.version).toBe(version + 1)
  })

  test('cannot learn, and has nothing to learn with', () => {
    expect(Object.keys(made()).sort()).toEqual(['actionBounds', 'kernels', 'parameters', 'sample', 'version'])
  })

  test.each(['avg', 'td3', 'ppo', 'stream-ac'])('of %s refuses to draw from nothing, in one line', async (name) => {
    const other = await opened(name, {}, 'typescript')
    const policy = actorPolicy(spec, weightsOf(other.parameters), actorOf(other))
    expect(() => policy.sample([1, 2, 3, 4, 5])).toThrow(
      new TypeError(
        'actorPolicy: sample needs a random number generator, which this policy was not given: pass { deterministic: true }, or make it with random',
      ),
    )
  })

  test('refuses observations as the learner does', () => {
    expect(() => made().sample([1, 2], deterministic)).toThrow('actorPolicy: observation must have 5 components, got 2')
    expect(() => made().sample([1, 2, NaN, 4, 5], deterministic)).toThrow('observation[2] (c) is NaN')
  })

  const changed = (change: (tensors: Map<string, unknown>) => void): Weights => {
    const tensors = new Map(weights.tensors)
    change(tensors)
    return { ...weights, tensors }
  }
  test.each<[string, () => unknown, string]>([
    [
      'another world’s shape',
      () => made({ size: 6 }),
      'actorPolicy: actor.phi.0.weight: expected shape [19, 6]; got [19, 5]',
    ],
    [
      'other widths',
      () => made({ actor: { ...actor, hidden: [19, 9] } }),
      'actorPolicy: actor.phi.2.weight: expected shape [9, 19]; got [8, 19] (and 3 more)',
    ],
    [
      'more layers than there are tensors, before they are laid out',
      () => made({ actor: { ...actor, hidden: Array.from({ length: 1e6 }, () => 1e6) } }),
      'actorPolicy: actor.hidden: expected no more layers than the 8 tensors of an actor; got 1000000',
    ],
    [
      'weights without an actor',
      () =>
        made({
          weights: changed((tensors) =>
            [...tensors.keys()].forEach((name) => name.startsWith('actor') && tensors.delete(name)),
          ),
        }),
      'actorPolicy: actor.hidden: expected no more layers than the 0 tensors of an actor; got 2',
    ],
    [
      'another kind of actor',
      () => made({ actor: { kind: 'softplus-normal', hidden: [19, 8], activation: 'leakyRelu', norm: 'unit' } }),
      'actorPolicy: expected a tensor that the actor has; got "actor.log_std.bias" (and 3 more)',
    ],
    [
      'a network that is read in another way',
      () => made({ actor: { ...actor, norm: 'none' } }),
      'actorPolicy: expected weights of a plain network; got those of a normalized one',
    ],
    [
      'a weight that is not finite',
      () =>
        made({
          weights: changed((tensors) => tensors.set('actor.mu.bias', { shape: [2], values: Float32Array.of(0, NaN) })),
        }),
      'actorPolicy: actor.mu.bias[1]: expected a finite number; got NaN',
    ],
  ])('refuses %s in one line', (_, make, line) => {
    expect(make).toThrow(line)
  })
})
