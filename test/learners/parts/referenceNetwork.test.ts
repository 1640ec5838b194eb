import { describe, expect, test } from 'vitest'
import type { Activation, Norm } from '../../../src/learners/parts/network.js'
import { referenceNetwork, type Tensors } from '../../../src/learners/parts/referenceNetwork.js'
import { seeded } from '../../../src/random.js'

const spec = { name: 'critic', hidden: [5, 4], heads: [{ name: 'mu' }, { name: 'std' }] }
const shapes = {
  'critic.phi.0.weight': 5 * 3,
  'critic.phi.0.bias': 5,
  'critic.phi.2.weight': 4 * 5,
  'critic.phi.2.bias': 4,
  'critic.mu.weight': 2 * 4,
  'critic.mu.bias': 2,
  'critic.std.weight': 4,
  'critic.std.bias': 1,
}
const draw = (size: number, name: string): Float64Array => {
  const floats = new Float32Array(size)
  seeded(12)(name).normal(floats)
  return Float64Array.from(floats)
}
const tensorsOf = (): Record<string, Float64Array> =>
  Object.fromEntries(Object.entries(shapes).map(([name, size]) => [name, draw(size, name)]))

describe.each(['leakyRelu', 'relu', 'tanh'] as const satisfies readonly Activation[])('with %s', (activation) => {
  test.each(['none', 'unit', 'layer'] as const satisfies readonly Norm[])(
    'and norm %s the gradients are those of finite differences',
    (norm) => {
      const tensors = tensorsOf()
      const network = referenceNetwork(Float64Array, tensors, { ...spec, activation, norm })
      const input = draw(3, 'input')
      const byHeads = { mu: draw(2, 'by mu'), std: draw(1, 'by std') }
      const loss = (): number => {
        const { heads } = network.forward(input)
        return heads['mu'][0] * byHeads.mu[0] + heads['mu'][1] * byHeads.mu[1] + heads['std'][0] * byHeads.std[0]
      }
      const gradient = network.backward(network.forward(input), byHeads)
      expect(Object.keys(gradient.tensors).sort()).toEqual(Object.keys(shapes).sort())
      const all: readonly (readonly [Float64Array, ArrayLike<number>])[] = [
        [input, gradient.input],
        ...Object.entries(tensors).map(([name, values]) => [values, gradient.tensors[name]] as const),
      ]
      for (const [values, got] of all) {
        values.forEach((value, i) => {
          const h = 1e-6
          values[i] = value + h
          const above = loss()
          values[i] = value - h
          const below = loss()
          values[i] = value
          expect(Math.abs((above - below) / (2 * h) - got[i])).toBeLessThan(1e-7 * (1 + Math.abs(got[i])))
        })
      }
    },
  )
})

test('in float32 every vector is one of floats', () => {
  const tensors: Tensors = Object.fromEntries(
    Object.entries(tensorsOf()).map(([name, values]) => [name, Float32Array.from(values)]),
  )
  const network = referenceNetwork(Float32Array, tensors, spec)
  const pass = network.forward(draw(3, 'input'))
  const { input, tensors: gradients } = network.backward(pass, { mu: Float32Array.of(1, 2), std: Float32Array.of(3) })
  for (const values of [
    ...pass.vectors,
    pass.features,
    ...Object.values(pass.heads),
    input,
    ...Object.values(gradients),
  ]) {
    expect(values).toBeInstanceOf(Float32Array)
  }
})
