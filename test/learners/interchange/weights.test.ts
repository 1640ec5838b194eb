import { describe, expect, it } from 'vitest'
import { NotFiniteError } from '../../../src/failure.js'
import { putWeights, weightsOf, type Weights } from '../../../src/learners/interchange/weights.js'
import { bitsOf, learnerOf, movedLearner } from './learners.js'

describe('weightsOf', () => {
  it('returns every tensor with its shape, rows first', () => {
    const { tensors, normalizePenultimate } = weightsOf(learnerOf().parameters, true)
    expect(Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]))).toEqual({
      'actor.phi.0.weight': [4, 3],
      'actor.phi.0.bias': [4],
      'actor.phi.2.weight': [4, 4],
      'actor.phi.2.bias': [4],
      'actor.mu.weight': [2, 4],
      'actor.mu.bias': [2],
      'actor.log_std.weight': [2, 4],
      'actor.log_std.bias': [2],
      'critic.phi.0.weight': [4, 5],
      'critic.phi.0.bias': [4],
      'critic.phi.2.weight': [4, 4],
      'critic.phi.2.bias': [4],
      'critic.q.weight': [1, 4],
      'critic.q.bias': [1],
    })
    expect(normalizePenultimate).toBe(true)
  })

  it('copies: later updates of the learner do not change it', () => {
    const learner = learnerOf()
    const { tensors } = weightsOf(learner.parameters)
    const before = tensors.get('actor.mu.weight')?.values[0]
    learner.parameters['actor.mu.weight'][0] = 7
    expect(tensors.get('actor.mu.weight')?.values[0]).toBe(before)
  })

  it('refuses a weight that is not finite', () => {
    const learner = learnerOf()
    learner.parameters['critic.q.weight'][2] = NaN
    expect(() => weightsOf(learner.parameters)).toThrow(NotFiniteError)
    expect(() => weightsOf(learner.parameters)).toThrow('critic.q.weight[2] is NaN, expected a finite number')
  })
})

describe('putWeights', () => {
  it('copies every bit from one learner to another', () => {
    const [from, to] = [movedLearner({}, 2), learnerOf()]
    putWeights(to.parameters, weightsOf(from.parameters))
    expect(bitsOf(to)).toEqual(bitsOf(from))
  })

  it('makes the next decision that of the new weights, with any cached pass', () => {
    const [from, to] = [movedLearner({}, 2), learnerOf()]
    const observation = [0.1, -0.2, 0.3]
    to.sample(observation)
    putWeights(to.parameters, weightsOf(from.parameters))
    const mode = { deterministic: true }
    expect(to.sample(observation, mode).action).toEqual(from.sample(observation, mode).action)
  })

  const without = (weights: Weights, name: string): Weights => ({
    ...weights,
    tensors: new Map([...weights.tensors].filter(([other]) => other !== name)),
  })
  const renamed = (weights: Weights, name: string, to: string): Weights => ({
    ...weights,
    tensors: new Map([...weights.tensors].map(([other, tensor]) => [other === name ? to : other, tensor])),
  })
  const source = () => weightsOf(movedLearner({}, 2).parameters)
  it.each<[string, Weights, string]>([
    [
      'a tensor that is missing',
      without(source(), 'actor.mu.bias'),
      'actor.mu.bias: expected a tensor of shape [2]; got nothing',
    ],
    [
      'a tensor by another name',
      renamed(source(), 'actor.mu.bias', 'actor.mean.bias'),
      'expected a tensor that the learner has; got "actor.mean.bias" (and 1 more); nearest: actor.mu.bias',
    ],
    [
      'a tensor that it does not have',
      {
        ...source(),
        tensors: new Map([...source().tensors, ['actor.nu.bias', { shape: [2], values: new Float32Array(2) }]]),
      },
      'expected a tensor that the learner has; got "actor.nu.bias"; nearest: actor.mu.bias',
    ],
    [
      'a task of other observations',
      weightsOf(learnerOf({}, 1, 5).parameters),
      'actor.phi.0.weight: expected shape [4, 3]; got [4, 5] (and 1 more)',
    ],
    [
      'other widths',
      weightsOf(learnerOf({ hidden: [8, 4] }).parameters),
      'actor.phi.0.weight: expected shape [4, 3]; got [8, 3] (and 5 more)',
    ],
    [
      'the same values in another shape',
      {
        normalizePenultimate: null,
        tensors: new Map([...source().tensors, ['actor.mu.weight', { shape: [4, 2], values: new Float32Array(8) }]]),
      },
      'actor.mu.weight: expected shape [2, 4]; got [4, 2]',
    ],
  ])('refuses %s in one line, and touches nothing', (_what, weights, line) => {
    const learner = learnerOf()
    const before = bitsOf(learner)
    expect(() => putWeights(learner.parameters, weights)).toThrow(new Error(`putWeights: ${line}`))
    expect(bitsOf(learner)).toEqual(before)
  })
})
