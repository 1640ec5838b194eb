import { describe, expect, it } from 'vitest'
import { networkShape } from '../../../src/learners/interchange/networkShape.js'
import { weightsOf, type Weights, type WeightTensor } from '../../../src/learners/interchange/weights.js'
import { learnerOf, linesOf, rightOf } from './learners.js'

const source = (): Weights => weightsOf(learnerOf({ hidden: [6, 5, 4] }).parameters)
const zeros = (...shape: number[]): WeightTensor => ({
  shape,
  values: new Float32Array(shape.reduce((product, size) => product * size, 1)),
})
/** The weights with some tensors changed, or left out if null. */
const changed = (tensors: Readonly<Record<string, WeightTensor | null>>): Weights => {
  const all = new Map(source().tensors)
  for (const [name, tensor] of Object.entries(tensors)) {
    if (tensor === null) all.delete(name)
    else all.set(name, tensor)
  }
  return { tensors: all, normalizePenultimate: null }
}

describe('networkShape', () => {
  it('finds the layers in the order of the forward pass, and the heads in that of the output', () => {
    const { inputs, hidden, heads } = rightOf(networkShape(source().tensors, 'actor'))
    expect(inputs).toBe(3)
    expect(hidden.map(({ name, outputs }) => [name, outputs])).toEqual([
      ['phi.0', 6],
      ['phi.2', 5],
      ['phi.4', 4],
    ])
    expect(heads.map(({ name, inputs: size, outputs }) => [name, size, outputs])).toEqual([
      ['mu', 4, 2],
      ['log_std', 4, 2],
    ])
    expect(rightOf(networkShape(source().tensors, 'critic')).heads.map(({ name }) => name)).toEqual(['q'])
  })

  it.each<[string, Readonly<Record<string, WeightTensor | null>>, string]>([
    ['no first layer', { 'actor.phi.0.weight': null }, 'actor.phi.0.weight: expected a tensor; got nothing'],
    ['no bias', { 'actor.phi.2.bias': null }, 'actor.phi.2.bias: expected a tensor; got nothing'],
    ['no head', { 'actor.log_std.weight': null }, 'actor.log_std.weight: expected a tensor; got nothing'],
    ['a hole', { 'actor.phi.2.weight': null }, 'actor.mu.weight: expected shape [outputs, 6]; got [2, 4]'],
    [
      'a vector for a matrix',
      { 'actor.phi.0.weight': zeros(18) },
      'actor.phi.0.weight: expected shape [outputs, inputs]; got [18]',
    ],
    [
      'no inputs',
      { 'actor.phi.0.weight': zeros(6, 0) },
      'actor.phi.0.weight: expected shape [outputs, inputs]; got [6, 0]',
    ],
    [
      'layers that do not meet',
      { 'actor.phi.2.weight': zeros(5, 7) },
      'actor.phi.2.weight: expected shape [outputs, 6]; got [5, 7]',
    ],
    ['a bias of another layer', { 'actor.mu.bias': zeros(3) }, 'actor.mu.bias: expected shape [2]; got [3]'],
    [
      'more than there should be',
      { 'actor.nu.bias': zeros(3) },
      'expected a tensor of the published networks; got "actor.nu.bias"; nearest: actor.mu.bias',
    ],
  ])('refuses %s', (_what, tensors, line) => {
    expect(linesOf(networkShape(changed(tensors).tensors, 'actor'))).toEqual([line])
  })
})
