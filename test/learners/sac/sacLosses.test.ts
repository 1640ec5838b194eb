/** `sac` against the unfused gradients and Adam; the losses themselves are held against finite differences beside `sac1`. */
import { describe, expect, test } from 'vitest'
import { adam } from '../../../src/kernels/reference.js'
import type { Tensors } from '../../../src/learners/parts/referenceNetwork.js'
import { softLosses, type SoftLossSettings, type SoftRow } from '../../../src/learners/parts/softLosses.js'
import { sac } from '../../../src/learners/sac/sac.js'
import { seeded } from '../../../src/random.js'

const [OBSERVATIONS, ACTIONS] = [5, 2]
const shape = { observation: { size: OBSERVATIONS }, action: { size: ACTIONS } }
const steps = { actorStepSize: 2e-3, criticStepSize: 5e-3, temperatureStepSize: 0.02 }
const base = { hidden: [9, 7], discount: 0.97, learningStarts: 0, polyak: 0.1, ...steps }

/** A random number generator that keeps what it drew. */
const noted = () => {
  const source = seeded(7)('policy')
  const uniforms: number[] = []
  const normals: number[][] = []
  return {
    uniforms,
    normals,
    random: {
      normal: (out: Float32Array) => {
        source.normal(out)
        normals.push(Array.from(out))
      },
      uniform: () => {
        const u = source.uniform()
        uniforms.push(u)
        return u
      },
    },
  }
}

describe.each([
  { kernels: 'webassembly', threads: 1 },
  { kernels: 'webassembly', threads: 2 },
  { kernels: 'typescript', threads: 1 },
] as const)('the update in %o', (home) => {
  test.each([
    { batchSize: 1, bufferSize: 1, adamBeta1: 0.9, actorDelay: 1 },
    { batchSize: 4, bufferSize: 6, adamBeta1: 0.9, actorDelay: 1, logStdReading: 'deviation' as const },
    { batchSize: 3, bufferSize: 100, adamBeta1: 0, actorDelay: 2, temperatureSample: 'anew' as const },
    {
      batchSize: 5,
      bufferSize: 7,
      adamBeta1: 0.9,
      actorDelay: 2,
      temperatureSample: 'anew' as const,
      logStdReading: 'bounded' as const,
      temperatureBetas: [0.9, 0.999],
      initialWeights: 'uniform' as const,
    },
  ])('is the unfused gradients and then Adam, with %o', (cases) => {
    const { random, uniforms, normals } = noted()
    const learner = sac(shape, { ...base, ...cases, ...home, random, initialization: seeded(5)('initialization') })
    const { batchSize, actorDelay, temperatureSample = 'actor', logStdReading = 'covariance' } = cases
    const temperatureBetas = cases.temperatureBetas ?? [0.5, 0.999]
    const weights = Object.fromEntries(
      Object.entries(learner.parameters).map(([name, values]) => [name, Float64Array.from(values)]),
    )
    const moments = Object.fromEntries(
      Object.entries(weights).map(([name, { length }]) => [
        name,
        { first: new Float64Array(length), second: new Float64Array(length) },
      ]),
    )
    const move = (gradient: Tensors, stepSize: number, t: number, betas: readonly number[]): void => {
      for (const [name, by] of Object.entries(gradient)) {
        adam(weights[name], by, moments[name], t, { stepSize, beta1: betas[0], beta2: betas[1], epsilon: 1e-8 })
      }
    }
    const betas = [cases.adamBeta1, 0.999]
    const settings: SoftLossSettings = {
      hidden: base.hidden,
      activation: 'relu',
      norm: 'none',
      head: 'value',
      logStdReading,
      discount: base.discount,
      targetEntropy: -ACTIONS,
      scale: 1,
      precision: Float64Array,
    }
    const held: SoftRow['transition'][] = []
    const stream = seeded(9)('stream')
    const vector = (): Float32Array => {
      const out = new Float32Array(OBSERVATIONS)
      stream.normal(out)
      return out
    }
    let observation = vector()
    let actorSteps = 0
    for (let t = 1; t <= 10; t++) {
      const nextObservation = vector()
      const [terminated, truncated] = [t % 5 === 0, t === 7]
      const sampled = learner.sample(observation)
      const transition = { observation, sampled, reward: stream.uniform(), nextObservation, terminated, truncated }
      held.push({ ...transition, reward: Math.fround(transition.reward) })
      if (held.length > cases.bufferSize) held.shift()
      ;[uniforms.length, normals.length] = [0, 0]
      const report = learner.update(transition)

      expect(uniforms).toHaveLength(batchSize)
      const chosen = uniforms.map((u) => held[Math.floor(u * held.length)])
      const noises = (block: number) => normals.slice(block * batchSize, (block + 1) * batchSize)
      const lossesWith = (newNoises: readonly (readonly number[])[]) =>
        softLosses(
          weights,
          chosen.map((each, r) => ({ transition: each, nextNoise: noises(0)[r], newNoise: newNoises[r] })),
          settings,
        )
      const before = lossesWith(noises(0))
      expect(report.criticLoss).toBeCloseTo(before.criticLoss, 4)
      move(before.criticGradient, steps.criticStepSize, t, betas)
      let block = 1
      if (t % actorDelay === 0) {
        for (let i = 0; i < actorDelay; i++) {
          actorSteps++
          const acting = lossesWith(noises(block++))
          const alpha = Math.exp(weights['log_alpha'][0])
          move(acting.actorGradient, steps.actorStepSize, actorSteps, betas)
          const { temperatureGradient } = temperatureSample === 'anew' ? lossesWith(noises(block++)) : acting
          move({ log_alpha: Float64Array.of(temperatureGradient) }, 0.02, actorSteps, temperatureBetas)
          if (i < actorDelay - 1) continue
          expect(report.actorLoss).toBeCloseTo(acting.actorLoss, 4)
          expect(report.temperature).toBeCloseTo(alpha, 5)
          expect(report.temperatureLoss).toBeCloseTo(temperatureGradient, 4)
        }
      } else expect(report.actorLoss).toBeNull()
      expect(normals).toHaveLength(block * batchSize)
      for (const name of Object.keys(weights).filter((each) => each.startsWith('target'))) {
        const source = weights[name.replace('target', 'critic')]
        weights[name].forEach((value, i, all) => (all[i] = value + 0.1 * (source[i] - value)))
      }
      const { parameters } = learner
      for (const [name, want] of Object.entries(weights)) {
        const worst = Math.max(...want.map((value, i) => Math.abs(parameters[name][i] - value)))
        expect(worst, `${name} at ${t}`).toBeLessThan(3e-5)
      }
      observation = nextObservation
    }
    learner.close()
  })
})
