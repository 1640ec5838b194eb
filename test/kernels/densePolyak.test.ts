import { describe, expect, test } from 'vitest'
import { homes, workbench } from './homes.js'

/** Rows and columns that leave each remainder of four, and a shape of a hidden layer. */
const shapes = [1, 2, 3, 4, 5, 6, 7, 8, 11]
  .flatMap((outputs) => [1, 2, 3, 4, 5, 7, 9, 14].map((inputs) => [outputs, inputs] as const))
  .concat([[64, 50]])

describe.each(homes)('%s densePolyak', (_, bind) => {
  const { kernels, f32, f64, lay } = workbench(bind, 12_000)

  test.each([0.005, 1])('has the bits of dense and of polyak, with a share of %d', (tau) => {
    for (const [outputs, inputs] of shapes) {
      const size = outputs * inputs + outputs
      const laid = lay({ weights: size, input: inputs, output: outputs, target: size }, (outputs + inputs) % 4)
      const { at, read } = laid
      const biasAt = outputs * inputs
      f64[9] = tau
      const start = f32.slice(0, at.target + size)
      kernels.dense(at.weights, at.weights + biasAt, at.input, inputs, at.output, outputs)
      kernels.polyak(at.weights, size, 9, at.target)
      const wanted = [read('output'), read('target')]
      f32.set(start)
      laid.keep()
      kernels.densePolyak(at.weights, biasAt, at.input, inputs, at.output, outputs, at.target, 9)
      expect([read('output'), read('target')], `${outputs} x ${inputs}`).toEqual(wanted)
      laid.wroteOnly('output', 'target')
    }
  })
})
