import { describe, expect, test } from 'vitest'
import { bindKernels } from '../../../src/kernels/bindKernels.js'
import { likelihoodRatioLoss } from '../../../src/learners/equations/likelihoodRatioLoss.js'
import { normalEntropy, normalLogProbability } from '../../../src/learners/equations/normal.js'
import { layerGradients, storedGradients, storeGradients } from '../../../src/learners/parts/layerGradients.js'
import { batch, gradients } from '../../../src/learners/parts/passes.js'
import { newPlan, plannedArena } from '../../../src/learners/parts/plan.js'
import { likelihoodRatio, measureEntropy, scoreAt } from '../../../src/learners/parts/score.js'
import { act, actorTape, squashedActor, startActor } from '../../../src/learners/parts/squashedActor.js'
import { seeded } from '../../../src/random.js'
import { referenceForward } from './referenceForward.js'

const [OBSERVATIONS, ACTIONS, ETA, ADVANTAGE] = [3, 2, 0.3, -1.4]

const opened = (home: 'webassembly' | 'typescript', logStdReading: 'covariance' | 'deviation') => {
  const plan = newPlan()
  const hidden = [6]
  const actor = squashedActor(plan, {
    observations: OBSERVATIONS,
    actions: ACTIONS,
    hidden,
    logStdReading,
    norm: 'unit',
    activation: 'tanh',
  })
  // A batch of one, since gradients that are stored need its scratch.
  const row = batch(plan, 1)
  const on = actorTape(plan, actor, row)
  const by = gradients(plan, actor.net, row)
  const stored = storedGradients(plan, actor.net.at, actor.net.size)
  const score = scoreAt(plan)
  const memory = plannedArena(plan)
  startActor(memory, actor, ETA, 1)
  const random = seeded(9)('numbers')
  random.normal(memory.f32.subarray(actor.net.at, actor.net.at + actor.net.size))
  random.normal(memory.f32.subarray(on.input, on.input + OBSERVATIONS))
  random.normal(memory.f32.subarray(on.noise, on.noise + ACTIONS))
  memory.f64[score.advantage] = ADVANTAGE
  return { actor, on, by, stored, score, memory, run: bindKernels[home](memory) }
}

describe.each(['webassembly', 'typescript'] as const)('the likelihood-ratio gradient of an actor in %s', (home) => {
  test.each(['covariance', 'deviation'] as const)('is that of the loss, with log_std read as a %s', (reading) => {
    const { actor, on, by, stored, score, memory, run } = opened(home, reading)
    const { f32, f64 } = memory
    const k = reading === 'covariance' ? 0.5 : 1
    act(run, actor, on)
    likelihoodRatio(run, memory, actor, on, score, by)
    storeGradients(run, layerGradients(actor.net, on, by), stored)
    measureEntropy(memory, actor, on, score)

    const parameters = Float64Array.from(f32)
    const observation = f32.slice(on.input, on.input + OBSERVATIONS)
    const deviationsOf = (head: ArrayLike<number>) =>
      Array.from({ length: ACTIONS }, (_, i) => Math.exp(k * Math.min(2, head[ACTIONS + i])))
    const first = referenceForward(actor.net, parameters, observation)
    const unsquashed = deviationsOf(first).map((s, i) => first[i] + s * f32[on.noise + i])
    const entropyOf = (deviations: readonly number[]): number =>
      deviations.reduce((sum, deviation) => sum + normalEntropy(deviation), 0)
    expect(f64[score.entropy]).toBeCloseTo(entropyOf(deviationsOf(first)), 5)

    const loss = (): number => {
      const head = referenceForward(actor.net, parameters, observation)
      const deviations = deviationsOf(head)
      const logProbability = unsquashed.reduce((sum, u, i) => sum + normalLogProbability(u, head[i], deviations[i]), 0)
      return likelihoodRatioLoss(ADVANTAGE, logProbability, ETA, entropyOf(deviations))
    }
    for (let p = 0; p < actor.net.size; p++) {
      const at = actor.net.at + p
      const value = parameters[at]
      parameters[at] = value + 1e-6
      const above = loss()
      parameters[at] = value - 1e-6
      const below = loss()
      parameters[at] = value
      const want = (above - below) / 2e-6
      expect(Math.abs(f32[stored.at + p] - want), `parameter ${p}`).toBeLessThan(2e-5 * (1 + Math.abs(want)))
    }
  })

  test.each([-25, 3])('a head of %d, which is clamped, has none', (c) => {
    const { actor, on, by, score, memory, run } = opened(home, 'covariance')
    act(run, actor, on)
    memory.f32[on.output + ACTIONS] = c
    likelihoodRatio(run, memory, actor, on, score, by)
    expect(Math.abs(memory.f32[by.output + ACTIONS])).toBe(0)
    expect(Math.abs(memory.f32[by.output + ACTIONS + 1])).toBeGreaterThan(0)
  })
})
