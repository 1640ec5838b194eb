import { describe, expect, test } from 'vitest'
import { bindKernels } from '../../../src/kernels/bindKernels.js'
import { AdamScalar } from '../../../src/kernels/kernels.js'
import { adam } from '../../../src/kernels/reference.js'
import {
  ADAM_DOUBLES,
  fusedStep,
  moments,
  readyFused,
  readyStored,
  startClock,
  startSteps,
  storedStep,
  takeFused,
  takeStored,
  tick,
} from '../../../src/learners/parts/adam.js'
import { reachOf } from '../../../src/learners/parts/adamReach.js'
import { layerGradients, measure, storedGradients, storeGradients } from '../../../src/learners/parts/layerGradients.js'
import { network } from '../../../src/learners/parts/network.js'
import { backward, batch, forward, gradients, tape } from '../../../src/learners/parts/passes.js'
import { newPlan, plannedArena } from '../../../src/learners/parts/plan.js'
import { seeded } from '../../../src/random.js'

const STEP_SIZE = 0.01

/** A network of 3 -> 7 -> 2 with moments, and steps of both kinds on it. */
const opened = (
  home: 'webassembly' | 'typescript',
  beta1: number,
  rows: number,
  stepSize = STEP_SIZE,
  isAnnealed = false,
) => {
  const betas = { beta1, beta2: 0.999 }
  const plan = newPlan()
  const clock = plan.doubles.take(ADAM_DOUBLES)
  const net = network(plan, { name: 'a', inputs: 3, hidden: [7], heads: [{ name: 'x', size: 2 }] })
  const annealing = plan.doubles.take(1)
  const adamSpec = {
    name: 'actor',
    moments: moments(plan, betas),
    clock,
    stepSize,
    epsilon: 1e-8,
    reach: reachOf(betas),
  }
  const spec = isAnnealed ? { ...adamSpec, annealing } : adamSpec
  const on = tape(plan, net, batch(plan, rows))
  const by = gradients(plan, net, on)
  const layers = layerGradients(net, on, by)
  const fused = fusedStep(plan, spec, layers)
  const stored = storedStep(plan, spec, storedGradients(plan, net.at, net.size))
  const memory = plannedArena(plan)
  const run = bindKernels[home](memory)
  startClock(memory, clock)
  startSteps(memory, fused, betas)
  startSteps(memory, stored, betas)
  const random = seeded(5)('numbers')
  random.normal(memory.f32.subarray(net.at, net.at + net.size))
  const { f32, f64 } = memory
  return {
    betas,
    net,
    memory,
    run,
    fused,
    stored,
    parameters: f32.subarray(net.at, net.at + net.size),
    gradient: f32.subarray(stored.gradients.at, stored.gradients.at + net.size),
    setAnnealing: (share: number) => void (f64[annealing] = share),
    setFactor: (factor: number) => {
      for (const { scalars } of [fused, stored]) f64[scalars + AdamScalar.factor] = factor
    },
    /** Passes of inputs and gradients that are drawn. */
    pass: () => {
      random.normal(f32.subarray(on.input, on.input + rows * 3))
      random.normal(f32.subarray(by.output, by.output + rows * 2))
      forward(run, net, on)
      backward(run, net, on, by)
    },
    measure: () => measure(run, layers, fused.extents),
    store: () => storeGradients(run, layers, stored.gradients),
  }
}

describe.each(['webassembly', 'typescript'] as const)('adam in %s', (home) => {
  test.each([0, 0.9])('steps by stored gradients are those of the reference, with beta1 %d and three rows', (beta1) => {
    const { betas, memory, run, stored, parameters, gradient, setFactor, pass, store } = opened(home, beta1, 3)
    const want = Float64Array.from(parameters)
    const kept = { first: new Float64Array(want.length), second: new Float64Array(want.length) }
    for (let t = 1; t <= 10; t++) {
      pass()
      store()
      const factor = t % 2 === 0 ? 0.5 : 1
      setFactor(factor)
      tick(memory, stored)
      readyStored(memory, run, stored)
      takeStored(run, stored)
      const scaled = Float64Array.from(gradient, (value) => factor * value)
      adam(want, scaled, kept, t, { stepSize: STEP_SIZE, ...betas, epsilon: 1e-8 })
      parameters.forEach((value, i) => expect(Math.abs(value - want[i]), `${i} at ${t}`).toBeLessThan(2e-6))
    }
  })

  test.each([0, 0.9])(
    'the step that is fused with one sample is the one by its stored gradients, with beta1 %d',
    (beta1) => {
      const [one, other] = [opened(home, beta1, 1), opened(home, beta1, 1)]
      for (let t = 1; t <= 10; t++) {
        for (const { pass, setFactor } of [one, other]) {
          pass()
          setFactor(-1.5)
        }
        one.measure()
        tick(one.memory, one.fused)
        readyFused(one.memory, one.fused)
        takeFused(one.run, one.fused)
        other.store()
        tick(other.memory, other.stored)
        readyStored(other.memory, other.run, other.stored)
        takeStored(other.run, other.stored)
        one.parameters.forEach((value, i) => expect(Math.abs(value - other.parameters[i])).toBeLessThan(1e-6))
      }
    },
  )

  test('an annealed step size is what its double leaves of it', () => {
    const [annealed, plain] = [opened(home, 0.9, 3, STEP_SIZE, true), opened(home, 0.9, 3, STEP_SIZE / 4)]
    annealed.setAnnealing(0.25)
    for (const { pass, store, setFactor, memory, run, stored } of [annealed, plain]) {
      setFactor(1)
      pass()
      store()
      tick(memory, stored)
      readyStored(memory, run, stored)
      takeStored(run, stored)
    }
    expect(annealed.parameters).toEqual(plain.parameters)
    const before = annealed.parameters.slice()
    annealed.setAnnealing(0)
    tick(annealed.memory, annealed.stored)
    readyStored(annealed.memory, annealed.run, annealed.stored)
    takeStored(annealed.run, annealed.stored)
    expect(annealed.parameters).toEqual(before)
  })

  test('a gradient whose square could not be stored is refused by its network, and no weight moves', () => {
    const both = opened(home, 0, 1)
    const { memory, run, fused, stored, parameters, gradient, setFactor, pass, measure: sizes, store } = both
    pass()
    sizes()
    store()
    const before = parameters.slice()
    const refused = /^actorGradient is \S+, and in float32 a sum of its squares is Infinity, expected a finite number$/
    setFactor(1e19)
    tick(memory, stored)
    expect(() => readyStored(memory, run, stored)).toThrow(refused)
    expect(() => readyFused(memory, fused)).toThrow(refused)
    setFactor(1)
    gradient[4] = NaN
    expect(() => readyStored(memory, run, stored)).toThrow('actorGradient is NaN, expected a finite number')
    expect(parameters).toEqual(before)
    gradient[4] = 0
    readyStored(memory, run, stored)
    takeStored(run, stored)
    expect(parameters).not.toEqual(before)
  })

  test('a step so large that a weight might not be finite is refused', () => {
    const { memory, run, stored, pass, store } = opened(home, 0, 1, 1e38)
    pass()
    store()
    tick(memory, stored)
    expect(() => readyStored(memory, run, stored)).toThrow(/^actorStep is /)
  })
})
