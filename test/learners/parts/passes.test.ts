import { describe, expect, test } from 'vitest'
import { bindKernels } from '../../../src/kernels/bindKernels.js'
import {
  extents,
  layerGradients,
  measure,
  storedGradients,
  storeGradients,
} from '../../../src/learners/parts/layerGradients.js'
import { type Activation, network, type Norm, startNetwork } from '../../../src/learners/parts/network.js'
import {
  backward,
  backwardToInput,
  type Batch,
  batch,
  forward,
  gradients,
  oneRow,
  tape,
} from '../../../src/learners/parts/passes.js'
import { newPlan, type Plan, plannedArena } from '../../../src/learners/parts/plan.js'
import { seeded } from '../../../src/random.js'
import { referenceForward } from './referenceForward.js'

interface Case {
  readonly kernels: 'webassembly' | 'typescript'
  readonly activation: Activation
  readonly norm: Norm
  readonly rows: number
}

const INPUTS = 4
const OUTPUTS = 5

/** A network of 4 -> 9 -> 6 -> (3 and 2) with every weight and bias drawn, and rows of inputs before it. */
const opened = ({ kernels: home, activation, norm, rows }: Case) => {
  const plan = newPlan()
  // Something before it, so that no offset is 0 by chance.
  plan.floats.take(3)
  plan.doubles.take(1)
  const heads = [
    { name: 'mu', size: 3 },
    { name: 'std', size: 2 },
  ]
  const net = network(plan, { name: 'a', inputs: INPUTS, hidden: [9, 6], heads, activation, norm })
  const on = tape(plan, net, batch(plan, rows))
  const by = gradients(plan, net, on)
  const layers = layerGradients(net, on, by)
  const stored = storedGradients(plan, net.at, net.size)
  const sizes = extents(plan, layers)
  const inputGradient = plan.floats.take(rows * INPUTS)
  const memory = plannedArena(plan)
  const { f32, f64 } = memory
  const run = bindKernels[home](memory)
  startNetwork(memory, net)
  const random = seeded(7)('numbers')
  random.normal(f32.subarray(net.at, net.at + net.size))
  random.normal(f32.subarray(on.input, on.input + rows * INPUTS))
  random.normal(f32.subarray(by.output, by.output + rows * OUTPUTS))
  return { net, on, by, layers, stored, sizes, inputGradient, f32, f64, run, rows }
}

/** The sum over the rows of their outputs times the gradients that the backward pass begins with, in doubles. */
const lossOf = ({ net, on, by, f32, rows }: ReturnType<typeof opened>) => {
  const weightsOfRows = Float64Array.from(f32.subarray(by.output, by.output + rows * OUTPUTS))
  return (parameters: Float64Array, inputs: Float64Array): number => {
    let loss = 0
    for (let r = 0; r < rows; r++) {
      const output = referenceForward(net, parameters, inputs.subarray(r * INPUTS, (r + 1) * INPUTS))
      output.forEach((value, i) => (loss += value * weightsOfRows[r * OUTPUTS + i]))
    }
    expect(on.rows).toBe(rows)
    return loss
  }
}

/** Central differences of a function by each of some numbers. */
const differences = (numbers: Float64Array, of: () => number): number[] =>
  Array.from(numbers, (value, i) => {
    const h = 1e-6
    numbers[i] = value + h
    const above = of()
    numbers[i] = value - h
    const below = of()
    numbers[i] = value
    return (above - below) / (2 * h)
  })

const cases = (['webassembly', 'typescript'] as const).flatMap((kernels) =>
  (['leakyRelu', 'relu', 'tanh'] as const).flatMap((activation) =>
    (['none', 'unit', 'layer'] as const).flatMap((norm) => [1, 5].map((rows) => ({ kernels, activation, norm, rows }))),
  ),
)

const close = (got: ArrayLike<number>, want: ArrayLike<number>, bound: number, what: string): void => {
  expect(got.length, what).toBe(want.length)
  for (let i = 0; i < want.length; i++)
    expect(Math.abs(got[i] - want[i]), `${what}[${i}]: ${got[i]} for ${want[i]}`).toBeLessThan(
      bound * (1 + Math.abs(want[i])),
    )
}

describe.each(cases)('passes of $rows rows with $activation and norm $norm in $kernels', (drawn) => {
  test('forwards they are those of the reference', () => {
    const { net, on, f32, run, rows } = opened(drawn)
    forward(run, net, on)
    for (let r = 0; r < rows; r++) {
      const input = f32.subarray(on.input + r * INPUTS, on.input + (r + 1) * INPUTS)
      const output = f32.subarray(on.output + r * OUTPUTS, on.output + (r + 1) * OUTPUTS)
      close(output, referenceForward(net, f32, input), 2e-5, `output of row ${r}`)
    }
  })

  test('backwards their gradients are those of finite differences in float64', () => {
    const all = opened(drawn)
    const { net, on, by, layers, stored, inputGradient, f32, run, rows } = all
    const loss = lossOf(all)
    forward(run, net, on)
    backward(run, net, on, by)
    backwardToInput(run, net, on, 1, 2, by, inputGradient)
    storeGradients(run, layers, stored)
    const parameters = Float64Array.from(f32)
    const inputs = Float64Array.from(f32.subarray(on.input, on.input + rows * INPUTS))
    const of = (): number => loss(parameters, inputs)
    const byParameters = differences(parameters.subarray(net.at, net.at + net.size), of)
    close(f32.subarray(stored.at, stored.at + net.size), byParameters, 2e-4, 'gradient by the parameters')
    const byInputs = differences(inputs, of).filter((_, i) => i % INPUTS === 1 || i % INPUTS === 2)
    close(f32.subarray(inputGradient, inputGradient + 2 * rows), byInputs, 2e-4, 'gradient by two of the inputs')
  })

  test('a gradient is no greater than the product of its layer’s extents', () => {
    const { net, on, by, layers, stored, sizes, f32, f64, run, rows } = opened(drawn)
    forward(run, net, on)
    backward(run, net, on, by)
    measure(run, layers, sizes)
    storeGradients(run, layers, stored)
    layers.forEach(({ layer }, l) => {
      const at = stored.at + layer.weights - net.at
      const greatest = Math.max(...f32.subarray(at, at + layer.biasAt).map(Math.abs))
      const bound = rows * f64[sizes + 2 * l] * f64[sizes + 2 * l + 1]
      expect(greatest).toBeLessThanOrEqual(bound * (1 + 1e-6))
      // One row’s product is the very gradient.
      if (rows === 1) expect(greatest).toBeCloseTo(bound, 4)
    })
  })
})

describe.each(['webassembly', 'typescript'] as const)('a follower in %s', (kernels) => {
  test.each([1, 5])('moves by its share in the pass of %d rows, whose bits stay the same', (rows) => {
    for (const norm of ['none', 'layer'] as const) {
      const plan = newPlan()
      const made = { inputs: 5, hidden: [7, 6], heads: [{ name: 'x', size: 3 }], norm }
      const [net, slow] = [network(plan, { ...made, name: 'a' }), network(plan, { ...made, name: 'b' })]
      const on = tape(plan, net, rows === 1 ? oneRow : batch(plan, rows))
      const polyak = plan.doubles.take(1)
      const memory = plannedArena(plan)
      const { f32, f64 } = memory
      const run = bindKernels[kernels](memory)
      startNetwork(memory, net)
      f64[polyak] = 0.25
      seeded(6)('numbers').normal(f32.subarray(net.at, on.input + 5 * rows))
      const before = f32.slice()
      forward(run, net, on)
      const output = f32.slice(on.output, on.output + 3 * rows)
      forward(run, net, on, { apart: slow.at - net.at, polyak })
      expect(f32.slice(on.output, on.output + 3 * rows)).toEqual(output)
      const moved = f32.slice(slow.at, slow.at + slow.size)
      expect(f32.slice(net.at, net.at + net.size)).toEqual(before.slice(net.at, net.at + net.size))
      f32.set(before)
      run.polyak(net.at, net.size, polyak, slow.at)
      expect(moved).toEqual(f32.slice(slow.at, slow.at + slow.size))
      expect(moved).not.toEqual(before.slice(slow.at, slow.at + slow.size))
    }
  })
})

test('the rows of a batch do not touch one another: each is what it is by itself, to the rounding of a sum in another order', () => {
  for (const norm of ['unit', 'layer'] as const) {
    const many = opened({ kernels: 'webassembly', activation: 'leakyRelu', norm, rows: 5 })
    forward(many.run, many.net, many.on)
    const one = opened({ kernels: 'webassembly', activation: 'leakyRelu', norm, rows: 1 })
    one.f32.set(many.f32.subarray(many.net.at, many.net.at + many.net.size), one.net.at)
    for (let r = 0; r < 5; r++) {
      const from = many.on.input + r * INPUTS
      one.f32.set(many.f32.subarray(from, from + INPUTS), one.on.input)
      forward(one.run, one.net, one.on)
      const output = many.on.output + r * OUTPUTS
      close(
        one.f32.subarray(one.on.output, one.on.output + OUTPUTS),
        many.f32.subarray(output, output + OUTPUTS),
        1e-5,
        norm,
      )
    }
  }
})

test('one row without scratch takes less memory, and no norm that the network does not have', () => {
  const bytesOf = (norm: Norm): readonly [number, number] => {
    const plan = newPlan()
    const net = network(plan, { name: 'a', inputs: 2, hidden: [8], heads: [{ name: 'q', size: 1 }], norm })
    const before = plan.doubles.size
    tape(plan, net, oneRow)
    return [plan.floats.size - net.size, plan.doubles.size - before]
  }
  expect(bytesOf('none')).toEqual([2 + 8 + 1, 0])
  expect(bytesOf('unit')).toEqual([2 + 8 + 8 + 1, 1])
  expect(bytesOf('layer')).toEqual([2 + 8 + 8 + 1, 1])
})

describe.each(['webassembly', 'typescript'] as const)('a batch without scratch in %s', (home) => {
  const laidOut = (on: (plan: Plan) => Batch) => {
    const plan = newPlan()
    const net = network(plan, { name: 'a', inputs: 3, hidden: [5], heads: [{ name: 'q', size: 1 }] })
    const rows = tape(plan, net, on(plan))
    const by = gradients(plan, net, rows)
    const stored = storedGradients(plan, net.at, net.size)
    const memory = plannedArena(plan)
    seeded(3)('numbers').normal(memory.f32)
    const before = memory.f32.slice()
    const weights = () => memory.f32.subarray(net.at, net.at + net.size)
    return {
      net,
      rows,
      by,
      stored,
      run: bindKernels[home](memory),
      layers: layerGradients(net, rows, by),
      before,
      weights,
    }
  }

  test('is refused where gradients are to be stored, and no weight is overwritten; with scratch one row is right', () => {
    const without = laidOut(() => oneRow)
    expect(() => storeGradients(without.run, without.layers, without.stored)).toThrow(
      'a batch of 1 rows without scratch: lay it out with batch(plan, 1)',
    )
    expect(without.weights()).toEqual(without.before.subarray(0, without.net.size))
    const { run, layers, stored, weights, before, net } = laidOut((plan) => batch(plan, 1))
    storeGradients(run, layers, stored)
    expect(weights()).toEqual(before.subarray(0, net.size))
  })

  test('is refused where passes of several rows are made', () => {
    const { run, net, rows, by } = laidOut(() => ({ rows: 4, scratch: null }))
    expect(() => forward(run, net, rows)).toThrow('a batch of 4 rows without scratch: lay it out with batch(plan, 4)')
    expect(() => backward(run, net, rows, by)).toThrow('a batch of 4 rows without scratch')
  })
})
