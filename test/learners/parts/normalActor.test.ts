import { describe, expect, test } from 'vitest'
import { bindKernels } from '../../../src/kernels/bindKernels.js'
import { normalEntropy, normalLogProbability } from '../../../src/learners/equations/normal.js'
import { signedEntropyObjective } from '../../../src/learners/equations/signedEntropy.js'
import { softplusDeviation } from '../../../src/learners/equations/softplusDeviation.js'
import { layerGradients, storedGradients, storeGradients } from '../../../src/learners/parts/layerGradients.js'
import { startNetwork } from '../../../src/learners/parts/network.js'
import { actNormally, climb, normalActor, normalActorTape } from '../../../src/learners/parts/normalActor.js'
import { batch, gradients } from '../../../src/learners/parts/passes.js'
import { newPlan, plannedArena } from '../../../src/learners/parts/plan.js'
import { seeded } from '../../../src/random.js'
import { referenceForward } from './referenceForward.js'

const [OBSERVATIONS, ACTIONS] = [3, 2]

const opened = (home: 'webassembly' | 'typescript') => {
  const plan = newPlan()
  const actor = normalActor(plan, { observations: OBSERVATIONS, actions: ACTIONS, hidden: [6], norm: 'layer' })
  // A batch of one, since gradients that are stored need its scratch.
  const row = batch(plan, 1)
  const on = { ...normalActorTape(plan, actor), ...row }
  const by = gradients(plan, actor.net, row)
  const stored = storedGradients(plan, actor.net.at, actor.net.size)
  const weight = plan.doubles.take(1)
  const memory = plannedArena(plan)
  startNetwork(memory, actor.net)
  const random = seeded(9)('numbers')
  random.normal(memory.f32.subarray(actor.net.at, actor.net.at + actor.net.size))
  random.normal(memory.f32.subarray(on.input, on.input + OBSERVATIONS))
  random.normal(memory.f32.subarray(on.noise, on.noise + ACTIONS))
  const run = bindKernels[home](memory)
  const observation = memory.f32.slice(on.input, on.input + OBSERVATIONS)
  return { actor, on, by, stored, weight, memory, run, observation }
}

describe.each(['webassembly', 'typescript'] as const)('a normal actor in %s', (home) => {
  test('draws μ + s ε, s being the softplus of its second head, with the log-probability of the float that it is', () => {
    const { actor, on, memory, run, observation } = opened(home)
    const { f32, f64 } = memory
    actNormally(run, memory, actor, on)
    const head = referenceForward(actor.net, f32, observation)
    let logProbability = 0
    for (let i = 0; i < ACTIONS; i++) {
      const deviation = Math.log1p(Math.exp(head[ACTIONS + i]))
      expect(f32[on.action + i]).toBeCloseTo(head[i] + deviation * f32[on.noise + i], 5)
      logProbability += normalLogProbability(f32[on.action + i], head[i], deviation)
    }
    expect(f64[on.logProbability]).toBeCloseTo(logProbability, 5)
  })

  test.each([0.3, -0.3, 0])('climbs the gradient of log π + %d H, by finite differences in float64', (eta) => {
    const { actor, on, by, stored, weight, memory, run, observation } = opened(home)
    const { f32, f64 } = memory
    f64[weight] = eta
    actNormally(run, memory, actor, on)
    climb(run, memory, actor, on, weight, by)
    storeGradients(run, layerGradients(actor.net, on, by), stored)

    const parameters = Float64Array.from(f32)
    const objective = (): number => {
      const head = referenceForward(actor.net, parameters, observation)
      const deviations = head.slice(ACTIONS).map(softplusDeviation)
      const logProbability = deviations.reduce(
        (sum, deviation, i) => sum + normalLogProbability(f32[on.action + i], head[i], deviation),
        0,
      )
      return signedEntropyObjective(
        logProbability,
        eta,
        deviations.reduce((sum, deviation) => sum + normalEntropy(deviation), 0),
      )
    }
    for (let p = 0; p < actor.net.size; p++) {
      const at = actor.net.at + p
      const value = parameters[at]
      parameters[at] = value + 1e-6
      const above = objective()
      parameters[at] = value - 1e-6
      const below = objective()
      parameters[at] = value
      const want = (above - below) / 2e-6
      expect(Math.abs(f32[stored.at + p] - want), `parameter ${p}`).toBeLessThan(2e-5 * (1 + Math.abs(want)))
    }
  })

  test('with a deviation that a float does not hold has no finite log-probability', () => {
    const { actor, on, memory, run } = opened(home)
    const { net } = actor
    memory.f32.fill(-300, net.head.weights + net.head.biasAt + ACTIONS, net.at + net.size)
    actNormally(run, memory, actor, on)
    expect(Number.isFinite(memory.f64[on.logProbability])).toBe(false)
  })
})
