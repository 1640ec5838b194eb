import { describe, expect, test } from 'vitest'
import { bindKernels } from '../../../src/kernels/bindKernels.js'
import { normalLogProbability } from '../../../src/learners/equations/normal.js'
import { actFreely, freeNormalActor, startFreeNormalActor } from '../../../src/learners/parts/freeNormalActor.js'
import { drawNormal, normalTape } from '../../../src/learners/parts/normalTape.js'
import { network } from '../../../src/learners/parts/network.js'
import { newPlan, plannedArena } from '../../../src/learners/parts/plan.js'
import { referenceNetwork } from '../../../src/learners/parts/referenceNetwork.js'
import { seeded } from '../../../src/random.js'

test('an action is the mean and as many deviations as the noise says, rounded to a float; its log π is that of the float', () => {
  const plan = newPlan()
  const net = network(plan, { name: 'actor', inputs: 1, hidden: [2], heads: [{ name: 'head', size: 3 }] })
  const on = normalTape(plan, net, 3)
  const memory = plannedArena(plan)
  const { f32, f64 } = memory
  const [means, deviations, noise] = [
    [0.5, -300, 1e4],
    [0.25, 2, 1e-4],
    [-1, 0.5, 2.5],
  ]
  f32.set(means, on.output)
  f32.set(noise, on.noise)
  f64.set(deviations, on.deviation)
  f64.set(deviations.map(Math.log), on.logDeviation)
  drawNormal(memory, 3, on)
  const action = f32.slice(on.action, on.action + 3)
  expect(action).toEqual(Float32Array.from(means, (mean, i) => mean + deviations[i] * noise[i]))
  // 1e4 + 2.5e-4 is no float: the noise alone would give another log-probability.
  const want = Array.from(action, (value, i) => normalLogProbability(value, means[i], deviations[i]))
  expect((action[2] - 1e4) / 1e-4).not.toBeCloseTo(2.5, 1)
  expect(f64[on.logProbability]).toBeCloseTo(
    want.reduce((sum, each) => sum + each),
    10,
  )
})

describe.each(['webassembly', 'typescript'] as const)('an actor with free deviations in %s', (home) => {
  test('has means from its network and deviations from its parameters, which begin at 1', () => {
    const plan = newPlan()
    const actor = freeNormalActor(plan, { observations: 2, actions: 2, hidden: [4], activation: 'tanh' })
    const on = normalTape(plan, actor.net, 2)
    const memory = plannedArena(plan)
    const { f32, f64 } = memory
    const run = bindKernels[home](memory)
    f32.fill(7, actor.logStd.at, actor.logStd.at + 2)
    startFreeNormalActor(memory, actor)
    expect([actor.logStd.path, actor.logStd.at]).toEqual(['actor.log_std', actor.net.at + actor.net.size])
    const weights = f32.subarray(actor.net.at, actor.net.at + actor.net.size)
    seeded(4)('weights').normal(weights)
    f32.set([0.3, -0.8], on.input)
    f32.set([1.5, -0.5], on.noise)
    actFreely(run, memory, actor, on)
    expect([...f64.subarray(on.deviation, on.deviation + 2)]).toEqual([1, 1])

    f32.set([Math.log(0.5), Math.log(3)], actor.logStd.at)
    actFreely(run, memory, actor, on)
    const tensors = {
      'actor.phi.0.weight': weights.slice(0, 8),
      'actor.phi.0.bias': weights.slice(8, 12),
      'actor.head.weight': weights.slice(12, 20),
      'actor.head.bias': weights.slice(20, 22),
    }
    const reference = { name: 'actor', hidden: [4], heads: [{ name: 'head' }], activation: 'tanh' } as const
    const { head } = referenceNetwork(Float64Array, tensors, reference).forward(Float64Array.of(0.3, -0.8)).heads
    const [s, t] = [0.5, 3]
    expect(f32[on.action]).toBeCloseTo(head[0] + s * 1.5, 5)
    expect(f32[on.action + 1]).toBeCloseTo(head[1] - t * 0.5, 5)
    const want = -0.5 * (1.5 ** 2 + 0.5 ** 2) - Math.log(s) - Math.log(t) - Math.log(2 * Math.PI)
    expect(f64[on.logProbability]).toBeCloseTo(want, 5)
  })
})
