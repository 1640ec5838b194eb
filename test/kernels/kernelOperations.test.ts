import { describe, expect, test } from 'vitest'
import { arena } from '../../src/kernels/arena.js'
import { ROWS_SCRATCH } from '../../src/kernels/contracts/dense.js'
import { bindKernels } from '../../src/kernels/bindKernels.js'
import { countOperations } from '../../src/kernels/countOperations.js'
import { kernelOperations } from '../../src/kernels/kernelOperations.js'
import { kernelNames, kernelTable } from '../../src/kernels/kernelTable.js'
import { AdamScalar, type Kernels, type KernelsName } from '../../src/kernels/kernels.js'

const homes = ['webassembly', 'typescript'] as const
const [IN, OUT, ROWS, SIZE] = [5, 3, 4, 6]
const floats = 8 * 256
/** Places that do not overlap: `at(3)` is the fourth stretch. */
const at = (place: number): number => 256 * place

const opened = (home: KernelsName, beta1 = 0) => {
  const memory = arena(floats + ROWS_SCRATCH, 64)
  memory.f32.fill(0.5)
  memory.f64.fill(0.5)
  memory.f64[AdamScalar.beta1] = beta1
  return { memory, kernels: bindKernels[home](memory) }
}

/** A call of each kernel, with the operations of its components counted by hand. */
const calls: Readonly<Record<keyof typeof kernelTable, readonly [(run: Kernels) => void, number]>> = {
  // 15 products, each added, and 3 biases.
  dense: [(run) => run.dense(at(0), at(0) + 15, at(1), IN, at(2), OUT), 33],
  denseBackward: [(run) => run.denseBackward(at(0), IN, at(1), OUT, 1, 2, at(2)), 12],
  // 33 of the layer, and 3 for each of 15 weights and 3 biases.
  densePolyak: [(run) => run.densePolyak(at(0), 15, at(1), IN, at(2), OUT, at(3), 8), 87],
  denseRows: [(run) => run.denseRows(at(0), at(0) + 15, at(1), IN, at(2), OUT, ROWS, floats), 132],
  denseBackwardRows: [(run) => run.denseBackwardRows(at(0), IN, at(1), OUT, 1, 2, at(2), ROWS, floats), 48],
  denseGradientRows: [(run) => run.denseGradientRows(at(0), IN, at(1), OUT, ROWS, at(2), 15, floats), 132],
  leakyRelu: [(run) => run.leakyRelu(at(0), SIZE), 12],
  leakyReluBackward: [(run) => run.leakyReluBackward(at(0), at(1), SIZE), 12],
  relu: [(run) => run.relu(at(0), SIZE), 6],
  reluBackward: [(run) => run.reluBackward(at(0), at(1), SIZE), 6],
  tanh: [(run) => run.tanh(at(0), SIZE), 6],
  tanhBackward: [(run) => run.tanhBackward(at(0), at(1), SIZE), 18],
  softplus: [(run) => run.softplus(at(0), SIZE), 6],
  softplusBackward: [(run) => run.softplusBackward(at(0), at(1), SIZE), 12],
  normalize: [(run) => run.normalize(at(0), SIZE, at(1), 8), 18],
  normalizeBackward: [(run) => run.normalizeBackward(at(0), 8, at(1), SIZE, at(2)), 30],
  normalizeRows: [(run) => run.normalizeRows(at(0), ROWS, SIZE, at(1), 8), 72],
  normalizeBackwardRows: [(run) => run.normalizeBackwardRows(at(0), 8, at(1), ROWS, SIZE, at(2)), 120],
  layerNorm: [(run) => run.layerNorm(at(0), ROWS, SIZE, 8, at(1), 9), 144],
  layerNormBackward: [(run) => run.layerNormBackward(at(0), 9, at(1), ROWS, SIZE, at(2)), 168],
  largest: [(run) => run.largest(at(0), SIZE, 8), 6],
  sumOfSquares: [(run) => run.sumOfSquares(at(0), SIZE, 8), 12],
  scale: [(run) => run.scale(at(0), SIZE, 8), 6],
  addScaled: [(run) => run.addScaled(at(0), SIZE, 8, at(1)), 12],
  clear: [(run) => run.clear(at(0), SIZE), 0],
  copyRows: [(run) => run.copyRows(at(0), SIZE, ROWS, SIZE, at(1), SIZE), 0],
  squash: [(run) => run.squash(at(0), at(1), 2, 0.5, at(2), 8), 36],
  squashBackward: [(run) => run.squashBackward(at(0), 2, 0.5, 0.1, 8, at(1), at(2)), 28],
  squashRows: [(run) => run.squashRows(at(0), at(1), ROWS, 2, 0, at(2), 2, 8), 144],
  squashBackwardRows: [(run) => run.squashBackwardRows(at(0), ROWS, 2, 0, 8, at(1), at(2)), 128],
  // Of each component: log s 4, s ε 2, the action 2, its log-probability 10.
  boundedRows: [(run) => run.boundedRows(at(0), at(1), ROWS, 2, 0, at(2), 2, 8), 144],
  // 1 - a² and 1 - t² with t 5, through 1, by the mean 6, by log s 2, by both heads 4.
  boundedBackwardRows: [(run) => run.boundedBackwardRows(at(0), ROWS, 2, 0, 8, at(1), at(2)), 144],
  // 9 for each of 15 weights and 3 biases, and the factor times 3 gradients.
  denseAdam: [(run) => run.denseAdam(at(0), at(0), at(1), 15, at(2), IN, at(3), OUT, 0), 165],
  adam: [(run) => run.adam(at(0), at(0), at(1), at(2), SIZE, 0), 60],
  polyak: [(run) => run.polyak(at(0), SIZE, 8, at(1)), 18],
  denseTrace: [(run) => run.denseTrace(at(0), 15, at(1), IN, at(2), OUT, 0, 8), 72],
  trace: [(run) => run.trace(at(0), at(1), SIZE, 0, 8), 24],
  denseAdaptiveTrace: [(run) => run.denseAdaptiveTrace(at(0), at(1), at(2), 15, at(3), IN, at(4), OUT, 0, 8), 234],
  adaptiveTrace: [(run) => run.adaptiveTrace(at(0), at(1), at(2), at(3), SIZE, 0, 8), 78],
  denseIntentionalTrace: [
    (run) => run.denseIntentionalTrace(at(0), at(1), at(2), 15, at(3), IN, at(4), OUT, 0, 8),
    324,
  ],
  intentionalTrace: [(run) => run.intentionalTrace(at(0), at(1), at(2), at(3), SIZE, 0, 8), 108],
  takeProjections: [(run) => run.takeProjections(0, 2, 20, 3, SIZE, 50), 144],
}

test('every kernel has its operations, and no other name has any', () => {
  expect(Object.keys(kernelOperations)).toEqual(kernelNames)
  expect(Object.keys(calls)).toEqual(kernelNames)
})

describe.each(homes)('in %s', (home) => {
  test.each(kernelNames)('the operations of %s are those counted by hand', (name) => {
    const { memory, kernels } = opened(home)
    const [call, operations] = calls[name]
    expect(countOperations(kernels, memory, () => call(kernels))).toBe(operations)
  })

  test('Adam has more with a first moment', () => {
    const { memory, kernels } = opened(home, 0.9)
    // 13 for each of 15 weights, 12 for 3 biases, and the factor times 3 gradients.
    expect(countOperations(kernels, memory, () => calls.denseAdam[0](kernels))).toBe(234)
    expect(countOperations(kernels, memory, () => calls.adam[0](kernels))).toBe(78)
  })

  test('counting changes no result, and leaves the kernels as they were, after an error as well', () => {
    const [counted, plain] = [opened(home), opened(home)]
    const before = { ...counted.kernels }
    const work = ({ kernels }: typeof counted): void => {
      kernels.dense(at(0), at(0) + 15, at(1), IN, at(2), OUT)
      kernels.largest(at(2), OUT, 8)
    }
    expect(countOperations(counted.kernels, counted.memory, () => work(counted))).toBe(36)
    work(plain)
    expect(counted.memory.f32).toEqual(plain.memory.f32)
    expect(counted.memory.f64).toEqual(plain.memory.f64)
    const fail = (): void => {
      throw new Error('in the middle')
    }
    expect(() => countOperations(counted.kernels, counted.memory, fail)).toThrow('in the middle')
    expect(counted.kernels).toEqual(before)
    for (const name of kernelNames) expect(counted.kernels[name]).toBe(before[name])
  })
})
