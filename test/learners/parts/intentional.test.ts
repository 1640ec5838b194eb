import { describe, expect, test } from 'vitest'
import { bindKernels } from '../../../src/kernels/bindKernels.js'
import { TraceScalar } from '../../../src/kernels/kernels.js'
import {
  checkIntentional,
  intentional,
  INTENTIONAL_DOUBLES,
  readyIntentional,
  startIntentional,
  takeIntentional,
} from '../../../src/learners/parts/intentional.js'
import { layerGradients, measure, storedGradients, storeGradients } from '../../../src/learners/parts/layerGradients.js'
import { network, startNetwork } from '../../../src/learners/parts/network.js'
import { backward, batch, forward, gradients, tape } from '../../../src/learners/parts/passes.js'
import { newPlan, plannedArena } from '../../../src/learners/parts/plan.js'
import { clearReach, clearTraces, tracesAt } from '../../../src/learners/parts/traces.js'
import { seeded } from '../../../src/random.js'

const [DECAY, FRACTION] = [0.99 * 0.8, 0.5]

/** A network of 4 -> 8 -> 2 with layer norm, its traces and steps. */
const opened = (home: 'webassembly' | 'typescript') => {
  const plan = newPlan()
  const state = plan.doubles.take(INTENTIONAL_DOUBLES)
  const net = network(plan, { name: 'critic', inputs: 4, hidden: [8], heads: [{ name: 'v', size: 2 }], norm: 'layer' })
  const at = tracesAt(plan, 'intentional')
  const stateFloats = plan.floats.size
  const on = tape(plan, net, batch(plan, 1))
  const by = gradients(plan, net, on)
  const layers = layerGradients(net, on, by)
  const stored = storedGradients(plan, net.at, net.size)
  const spec = { name: 'critic', fraction: FRACTION, state, trial: state }
  const steps = intentional(plan, spec, net, layers, at)
  const memory = plannedArena(plan)
  const { f32, f64 } = memory
  const run = bindKernels[home](memory)
  startNetwork(memory, net)
  startIntentional(memory, steps, { decay: DECAY })
  const random = seeded(6)('numbers')
  random.normal(f32.subarray(net.at, net.at + net.size))
  /** Passes of an input and gradients that are drawn; gives the gradient by every parameter. */
  const pass = (scale = 1): Float64Array => {
    random.normal(f32.subarray(on.input, on.input + 4))
    random.normal(f32.subarray(by.output, by.output + 2))
    for (let i = 0; i < 2; i++) f32[by.output + i] *= scale
    forward(run, net, on)
    backward(run, net, on, by)
    measure(run, layers, steps.traces.extents)
    storeGradients(run, layers, stored)
    return Float64Array.from(f32.subarray(stored.at, stored.at + net.size))
  }
  const setDelta = (tdError: number): void => void (f64[steps.traces.scalars + TraceScalar.delta] = tdError)
  const view = (behind: number): Float32Array => f32.subarray(net.at + behind, net.at + behind + net.size)
  const saved = () => ({ floats: f32.slice(0, stateFloats), doubles: f64.slice(0, INTENTIONAL_DOUBLES) })
  return { memory, run, net, steps, pass, setDelta, weights: view(0), view, saved }
}

describe.each(['webassembly', 'typescript'] as const)('intentional updates in %s', (home) => {
  test('are those of the equations in doubles, also after traces were cleared', () => {
    const { memory, run, net, steps, pass, setDelta, weights } = opened(home)
    const [w, z, v] = [Float64Array.from(weights), new Float64Array(net.size), new Float64Array(net.size)]
    let q = 0
    for (let t = 1; t <= 24; t++) {
      const g = pass()
      const tdError = (t % 3 === 0 ? -4 : 0.3) * (1 + (t % 5))
      setDelta(tdError)
      readyIntentional(memory, steps)
      takeIntentional(memory, run, steps)

      let [ofGradient, ofTrace] = [0, 0]
      const along = z.map((trace, i) => {
        v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i]
        const root = Math.sqrt(v[i] / (1 - 0.999 ** t)) + 1e-8
        z[i] = DECAY * trace + g[i]
        ofGradient += (g[i] * g[i]) / root
        ofTrace += (z[i] * z[i]) / root
        return z[i] / root
      })
      q += (1 - DECAY) * (ofGradient - q)
      const step = FRACTION / Math.max(Math.sqrt((q / (1 - DECAY ** t)) * ofTrace), 1e-8)
      expect(memory.f64[steps.step] / step).toBeCloseTo(1, 4)
      along.forEach((direction, i) => (w[i] += step * tdError * direction))
      weights.forEach((value, i) =>
        expect(Math.abs(value - w[i]), `${i} at ${t}`).toBeLessThan(2e-5 * (1 + Math.abs(w[i]))),
      )
      if (t % 8 === 0) {
        clearTraces(run, steps.traces)
        clearReach(memory, steps.traces)
        z.fill(0)
      }
      // What the next step is held against is what was stored.
      w.set(weights)
    }
  })

  test('with the first gradient move the estimate by the intended fraction of the error', () => {
    const { memory, run, steps, pass, setDelta, weights } = opened(home)
    const before = Float64Array.from(weights)
    const g = pass(0.01)
    setDelta(0.1)
    readyIntentional(memory, steps)
    takeIntentional(memory, run, steps)
    const moved = g.reduce((sum, value, i) => sum + value * (weights[i] - before[i]), 0)
    expect(moved / 0.1).toBeCloseTo(FRACTION, 4)
  })

  test.each([
    [1e19, 1, 'criticGradient'],
    [1e15, 1, 'criticTrace'],
    [1, 1e18, 'criticStep'],
    [NaN, 1, 'criticGradient'],
  ])('gradients of %d and an error of %d are refused as a %s, and nothing has moved', (scale, tdError, quantity) => {
    const { memory, steps, pass, setDelta, saved } = opened(home)
    pass(scale)
    setDelta(tdError)
    const before = saved()
    expect(() => readyIntentional(memory, steps)).toThrow(`${quantity} is`)
    expect(saved().floats).toEqual(before.floats)
  })

  test('are restored with traces within their bound, and with no others', () => {
    const { memory, run, net, steps, pass, setDelta, saved } = opened(home)
    for (let t = 0; t < 30; t++) {
      pass()
      setDelta(1)
      readyIntentional(memory, steps)
      takeIntentional(memory, run, steps)
    }
    const { floats, doubles } = saved()
    const check = (changed: Partial<ReturnType<typeof saved>>) => () =>
      checkIntentional('learner', steps, { floats, doubles, ...changed })
    expect(check({})).not.toThrow()
    expect(check({ floats: floats.with(net.at + steps.traces.trace + 2, 1e30) })).toThrow('learner: the trace floats[')
    expect(check({ doubles: doubles.with(1, 2) })).toThrow("the optimizer's clock, doubles[1], of a snapshot")
    expect(check({ doubles: doubles.with(2, -1) })).toThrow('the mean curvature, doubles[2], of a snapshot')
    expect(check({ doubles: doubles.with(3, -1) })).toThrow('the bound of traces, doubles[3], of a snapshot')
  })
})
