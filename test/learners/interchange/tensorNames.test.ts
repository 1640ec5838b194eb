import { describe, expect, it } from 'vitest'
import { asPublished } from '../../../src/learners/interchange/networkShape.js'
import { fromSafetensors, toSafetensors } from '../../../src/learners/interchange/safetensors.js'
import { putWeights, weightsOf, type Weights } from '../../../src/learners/interchange/weights.js'
import { bitsOf, learnerOf, linesOf, movedLearner, rightOf } from './learners.js'

const source = () => movedLearner({}, 2)
/** The weights of a learner, with other names. */
const named = (change: (name: string) => string): Weights => {
  const { tensors } = weightsOf(source().parameters)
  const weights = { normalizePenultimate: null, tensors: new Map([...tensors].map(([name, x]) => [change(name), x])) }
  return fromSafetensors(toSafetensors(weights))
}
const within =
  (wrapper: string) =>
  (name: string): string =>
    name.replace('actor.', `actor.${wrapper}.`).replace('critic.', `critic.${wrapper}.`)

describe('names within the wrappers of torch.compile and DataParallel', () => {
  it.each<[string, (name: string) => string, readonly string[]]>([
    ['_orig_mod. before all', (name) => `_orig_mod.${name}`, ['_orig_mod']],
    ['module. before all', (name) => `module.${name}`, ['module']],
    ['both before all', (name) => `module._orig_mod.${name}`, ['_orig_mod', 'module']],
    ['both, the other way round', (name) => `_orig_mod.module.${name}`, ['_orig_mod', 'module']],
    ['_orig_mod. of each network', within('_orig_mod'), ['_orig_mod']],
    ['module. of each network', within('module'), ['module']],
    ['one within the other', (name) => `module.${within('_orig_mod')(name)}`, ['_orig_mod', 'module']],
    ['one of a layer', (name) => name.replace('.mu.', '._orig_mod.mu.'), ['_orig_mod']],
    ['the actor alone', (name) => (name.startsWith('actor') ? `module.${name}` : name), ['module']],
    ['none', (name) => name, []],
  ])('are read: %s', (_, change, dropped) => {
    const to = learnerOf()
    putWeights(to.parameters, named(change))
    expect(bitsOf(to)).toEqual(bitsOf(source()))
    const published = rightOf(asPublished(named(change)))
    expect([...published.weights.tensors.keys()].sort()).toEqual(Object.keys(to.parameters).sort())
    expect([...published.dropped].sort()).toEqual(dropped)
  })
})

const both: Weights = (() => {
  const [plain, wrapped] = [named((name) => name), named((name) => `module.${name}`)]
  return { ...plain, tensors: new Map([...plain.tensors, ...wrapped.tensors]) }
})()

describe('other names are refused with the name in the file and the nearest name', () => {
  it.each<[string, Weights, string]>([
    [
      'policy. before all',
      named((name) => `policy.${name}`),
      'got "policy.actor.log_std.bias" (and 27 more); nearest: actor.log_std.bias',
    ],
    [
      'model. within module.',
      named((name) => `module.model.${name}`),
      'got "module.model.actor.log_std.bias" (and 27 more); nearest: actor.log_std.bias',
    ],
    ['a long prefix', named((name) => `agent.networks.online.${name}`), 'nearest: actor.log_std.bias'],
    [
      'policy. for the actor',
      named((name) => name.replace('actor', 'policy')),
      'got "policy.log_std.bias" (and 15 more); nearest: actor.log_std.bias',
    ],
    ['a word that begins as a wrapper', named((name) => `modules.${name}`), 'got "modules.actor.log_std.bias"'],
    [
      'one name of all',
      named((name) => name.replace('actor.mu.bias', 'actor.mean.bias')),
      'got "actor.mean.bias" (and 1 more); nearest: actor.mu.bias',
    ],
    [
      'a tensor more',
      {
        ...both,
        tensors: new Map([...both.tensors].slice(0, 14)).set('log_alpha', { shape: [1], values: new Float32Array(1) }),
      },
      'got "log_alpha"',
    ],
  ])('%s', (_, weights, line) => {
    const learner = learnerOf()
    const before = bitsOf(learner)
    expect(() => putWeights(learner.parameters, weights)).toThrow(line)
    expect(bitsOf(learner)).toEqual(before)
  })

  it.each<[string, Weights, string]>([
    [
      'policy. before all',
      named((name) => `policy.${name}`),
      'got "policy.actor.log_std.bias" (and 13 more); nearest: actor.log_std.bias',
    ],
    [
      'a target network',
      named((name) => name.replace('critic.', 'critic_target.')),
      'got "critic_target.phi.0.bias" (and 5 more); nearest: critic.phi.0.bias',
    ],
  ])('%s, in files that no learner is asked about', (_, weights, line) => {
    expect(linesOf(asPublished(weights))).toEqual([`expected a tensor of the published networks; ${line}`])
  })

  it('two tensors that stand for one name', () => {
    const line = 'expected one tensor; got "actor.log_std.bias" and "module.actor.log_std.bias"'
    expect(() => putWeights(learnerOf().parameters, both)).toThrow(new Error(`putWeights: actor.log_std.bias: ${line}`))
    expect(linesOf(asPublished(both))).toEqual([`actor.log_std.bias: ${line}`])
  })

  it('a tensor of another shape', () => {
    const learner = learnerOf({}, 1, 5)
    expect(() =>
      putWeights(
        learner.parameters,
        named((name) => `_orig_mod.${name}`),
      ),
    ).toThrow('_orig_mod.actor.phi.0.weight: expected shape [4, 5]; got [4, 3]')
  })
})
