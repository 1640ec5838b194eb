import { describe, expect, test } from 'vitest'
import { bindKernels } from '../../../src/kernels/bindKernels.js'
import { TraceScalar } from '../../../src/kernels/kernels.js'
import { layerGradients, measure, storedGradients, storeGradients } from '../../../src/learners/parts/layerGradients.js'
import { network, startNetwork } from '../../../src/learners/parts/network.js'
import { obgd, OBGD_DOUBLES, readyObgd, startObgd, takeObgd } from '../../../src/learners/parts/obgd.js'
import { backward, batch, forward, gradients, tape } from '../../../src/learners/parts/passes.js'
import { newPlan, plannedArena } from '../../../src/learners/parts/plan.js'
import { clearTraces, tracesAt } from '../../../src/learners/parts/traces.js'
import { seeded } from '../../../src/random.js'

const DECAY = 0.9 * 0.8

/** A network of 4 -> 8 -> 2 with layer norm, as Stream AC has one, its traces and steps. */
const opened = (home: 'webassembly' | 'typescript', kind: 'plain' | 'adaptive') => {
  const plan = newPlan()
  const state = plan.doubles.take(OBGD_DOUBLES)
  const net = network(plan, { name: 'critic', inputs: 4, hidden: [8], heads: [{ name: 'v', size: 2 }], norm: 'layer' })
  const at = tracesAt(plan, kind)
  const on = tape(plan, net, batch(plan, 1))
  const by = gradients(plan, net, on)
  const layers = layerGradients(net, on, by)
  const stored = storedGradients(plan, net.at, net.size)
  const steps = obgd(plan, { name: 'critic', stepSize: 1, kappa: 2, state, trial: state }, net, layers, at)
  const moved = steps.traces
  const memory = plannedArena(plan)
  const { f32, f64 } = memory
  const run = bindKernels[home](memory)
  startNetwork(memory, net)
  startObgd(memory, steps, { decay: DECAY })
  const random = seeded(6)('numbers')
  random.normal(f32.subarray(net.at, net.at + net.size))
  /** Passes of an input and gradients that are drawn; gives the gradient by every parameter. */
  const pass = (scale = 1): Float64Array => {
    random.normal(f32.subarray(on.input, on.input + 4))
    random.normal(f32.subarray(by.output, by.output + 2))
    for (let i = 0; i < 2; i++) f32[by.output + i] *= scale
    forward(run, net, on)
    backward(run, net, on, by)
    measure(run, layers, moved.extents)
    storeGradients(run, layers, stored)
    return Float64Array.from(f32.subarray(stored.at, stored.at + net.size))
  }
  const setDelta = (tdError: number): void => void (f64[moved.scalars + TraceScalar.delta] = tdError)
  const view = (behind: number): Float32Array => f32.subarray(net.at + behind, net.at + behind + net.size)
  return { memory, run, net, moved, steps, pass, setDelta, weights: view(0), view }
}

const errors = (t: number): number => (t % 3 === 0 ? -4 : 0.3) * (1 + (t % 5))

describe.each(['webassembly', 'typescript'] as const)('obgd in %s', (home) => {
  test.each(['plain', 'adaptive'] as const)('%s steps are those of the equations in doubles', (kind) => {
    const { memory, run, net, moved, steps, pass, setDelta, weights } = opened(home, kind)
    const [w, z] = [Float64Array.from(weights), new Float64Array(net.size)]
    const v = new Float64Array(net.size)
    let bounded = 0
    for (let t = 1; t <= 24; t++) {
      const g = pass(t === 9 ? 1e-4 : 1)
      const tdError = errors(t)
      setDelta(tdError)
      readyObgd(memory, steps)
      takeObgd(memory, run, steps)

      let norm = 0
      const along = z.map((trace, i) => {
        z[i] = DECAY * trace + g[i]
        v[i] = 0.999 * v[i] + 0.001 * (tdError * z[i]) ** 2
        const direction = kind === 'plain' ? z[i] : z[i] / Math.sqrt(v[i] / (1 - 0.999 ** t) + 1e-8)
        norm += Math.abs(direction)
        return direction
      })
      const overshoot = 1 * 2 * Math.max(Math.abs(tdError), 1) * norm
      if (overshoot > 1) bounded++
      const step = overshoot > 1 ? 1 / overshoot : 1
      along.forEach((direction, i) => (w[i] += step * tdError * direction))
      weights.forEach((value, i) => expect(Math.abs(value - w[i]), `${i} at ${t}`).toBeLessThan(5e-6))
      if (t % 8 === 0) {
        clearTraces(run, moved)
        z.fill(0)
      }
      // What the next step is held against is what was stored.
      w.set(weights)
    }
    expect(bounded).toBeGreaterThan(10)
  })

  test('traces are cleared at the end of an episode, and mean squares are not', () => {
    const { memory, run, moved, steps, pass, setDelta, view } = opened(home, 'adaptive')
    pass()
    setDelta(2)
    readyObgd(memory, steps)
    takeObgd(memory, run, steps)
    const squares = view(moved.second).slice()
    expect(squares.some((value) => value > 0)).toBe(true)
    clearTraces(run, moved)
    expect(view(moved.trace).every((value) => value === 0)).toBe(true)
    expect(view(moved.second)).toEqual(squares)
  })

  test('what a float could not hold is refused by its network, and neither trace nor weight moves', () => {
    for (const kind of ['plain', 'adaptive'] as const) {
      const { memory, run, moved, steps, pass, setDelta, weights, view } = opened(home, kind)
      const untouched = [weights.slice(), view(moved.trace).slice()]
      pass(1e19)
      setDelta(1)
      expect(() => readyObgd(memory, steps)).toThrow(/^criticGradient is \S+, and in float32/)
      pass()
      setDelta(1e18)
      if (kind === 'adaptive') expect(() => readyObgd(memory, steps)).toThrow(/^criticStep is \S+, and in float32/)
      expect([weights, view(moved.trace)]).toEqual(untouched)
      // The plain form is bounded by itself.
      setDelta(kind === 'plain' ? 1e18 : 1)
      readyObgd(memory, steps)
      takeObgd(memory, run, steps)
      expect(weights.every(Number.isFinite)).toBe(true)
      expect(weights).not.toEqual(untouched[0])
    }
  })
})
