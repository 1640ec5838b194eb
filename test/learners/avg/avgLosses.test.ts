import { describe, expect, test } from 'vitest'
import { adam, type Numbers } from '../../../src/kernels/reference.js'
import { likelihoodRatioLoss } from '../../../src/learners/equations/likelihoodRatioLoss.js'
import { normalLogProbability } from '../../../src/learners/equations/normal.js'
import { avg } from '../../../src/learners/avg/avg.js'
import type { SquashedAction } from '../../../src/learners/parts/squashedPolicy.js'
import { avgLosses, type AvgLossSettings } from '../../../src/learners/avg/avgLosses.js'
import { referenceNetwork, type Tensors } from '../../../src/learners/parts/referenceNetwork.js'
import { seeded } from '../../../src/random.js'
import type { Transition } from '../../../src/types.js'

const streams = seeded(5)
const draw = (size: number, name: string): Float32Array => {
  const out = new Float32Array(size)
  streams(name).normal(out)
  return out
}

const shape = { observation: { size: 5 }, action: { size: 2 } }
const common = {
  hidden: [9, 7],
  entropyCoefficient: 0.2,
  discount: 0.97,
  gradient: 'reparameterization' as const,
  targetPolyak: 0,
}
const avgWith = (extra: Partial<Parameters<typeof avg>[1]>) =>
  avg(shape, {
    ...common,
    actorStepSize: 2e-3,
    criticStepSize: 5e-3,
    adamBeta1: 0,
    random: streams('policy'),
    initialization: streams('initialization'),
    ...extra,
  })

const weightsOf = (parameters: Readonly<Record<string, Float32Array>>): Record<string, Float64Array> =>
  Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, Float64Array.from(values)]))

const transitionOf = (sampled: SquashedAction, terminated: boolean): Transition<SquashedAction> => ({
  observation: draw(5, 'observation'),
  sampled,
  reward: 0.8,
  nextObservation: draw(5, 'next observation'),
  terminated,
  truncated: false,
})

describe.each([true, false])('with penultimate normalization %s', (normalizePenultimate) => {
  describe.each(['covariance', 'deviation'] as const)('and log_std read as %s', (logStdReading) => {
    test.each([false, true])('the gradients agree with finite differences in float64, terminated %s', (terminated) => {
      const learner = avgWith({ normalizePenultimate, logStdReading })
      const weights = weightsOf(learner.parameters)
      // Biases away from 0, so that their gradients are not only checked at a special point.
      for (const name of Object.keys(weights)) {
        if (name.endsWith('bias')) weights[name].set(draw(weights[name].length, name).map((value) => 0.1 * value))
      }
      const transition = transitionOf(learner.sample(draw(5, 'observation')), terminated)
      const settings: AvgLossSettings = {
        ...common,
        normalizePenultimate,
        logStdReading,
        scale: 1.7,
        nextNoise: draw(2, 'next noise'),
        precision: Float64Array,
      }
      const at = avgLosses(weights, transition, settings)
      const { observation, nextObservation } = transition
      expect([...observation]).not.toEqual([...nextObservation])

      // The critic's target is held still by its loss, so its difference quotient must hold it still as well.
      const target = Math.sqrt(at.criticLoss)
      const check = (name: string, gradient: Numbers, loss: (tensors: Tensors) => number): void => {
        gradient.forEach((want, i) => {
          const value = weights[name][i]
          const h = 1e-5
          weights[name][i] = value + h
          const above = loss(weights)
          weights[name][i] = value - h
          const below = loss(weights)
          weights[name][i] = value
          expect(Math.abs((above - below) / (2 * h) - want), `${name}[${i}]`).toBeLessThan(1e-7 * (1 + Math.abs(want)))
        })
      }
      const actorNames = Object.keys(weights).filter((name) => name.startsWith('actor'))
      expect(Object.keys(at.actorGradient).sort()).toEqual(actorNames.sort())
      for (const name of actorNames) {
        check(name, at.actorGradient[name], (tensors) => avgLosses(tensors, transition, settings).actorLoss)
      }

      const still = { ...transition, terminated: true }
      const base = avgLosses(weights, still, settings)
      const criticNames = Object.keys(weights).filter((name) => name.startsWith('critic'))
      expect(Object.keys(base.criticGradient).sort()).toEqual(criticNames.sort())
      for (const name of criticNames) {
        check(name, base.criticGradient[name], (tensors) => avgLosses(tensors, still, settings).criticLoss)
      }
      // With a bootstrapped target the gradient is the same up to the TD error that it is multiplied by.
      expect(target).toBeGreaterThan(0)
      if (!terminated) {
        const ratio = at.criticGradient['critic.q.bias'][0] / base.criticGradient['critic.q.bias'][0]
        for (const name of criticNames) {
          at.criticGradient[name].forEach((value, i) =>
            expect(value).toBeCloseTo(ratio * base.criticGradient[name][i], 10),
          )
        }
      }
    })

    test('the likelihood-ratio gradient agrees with finite differences in float64, and a target network has none', () => {
      const ablated = { gradient: 'likelihood-ratio' as const, targetPolyak: 0.1 }
      const learner = avgWith({ normalizePenultimate, logStdReading, ...ablated })
      const weights = weightsOf(learner.parameters)
      for (const name of Object.keys(weights)) {
        // A target network that is not the critic shows which of the two is asked.
        const spread = name.startsWith('target') ? 0.5 : 0.1
        if (name.endsWith('bias')) weights[name].set(draw(weights[name].length, name).map((value) => spread * value))
      }
      const transition = transitionOf(learner.sample(draw(5, 'observation')), false)
      const { observation, sampled } = transition
      const settings: AvgLossSettings = {
        ...common,
        ...ablated,
        normalizePenultimate,
        logStdReading,
        scale: 1.7,
        nextNoise: draw(2, 'next noise'),
        precision: Float64Array,
      }
      const at = avgLosses(weights, transition, settings)
      const through = avgLosses(weights, transition, { ...settings, gradient: 'reparameterization' })
      expect(at.actorLoss).toBe(through.actorLoss)
      expect(at.actorGradient).not.toEqual(through.actorGradient)
      expect(at.criticGradient).toEqual(through.criticGradient)
      expect(Object.keys(at.criticGradient).some((name) => name.startsWith('target'))).toBe(false)
      const alone = avgLosses(weights, transition, { ...settings, targetPolyak: 0 })
      expect(Math.abs(at.criticLoss - alone.criticLoss)).toBeGreaterThan(1e-3)

      // -(Q - η log π) log π with the factor and the action held still: what is squashed does not move, so the normal distribution's suffices.
      const k = logStdReading === 'covariance' ? 0.5 : 1
      const norm = normalizePenultimate ? 'unit' : 'none'
      const heads = [{ name: 'mu' }, { name: 'log_std' }]
      const headOf = (tensors: Tensors) =>
        referenceNetwork(Float64Array, tensors, { name: 'actor', hidden: common.hidden, heads, norm }).forward(
          Float64Array.from(observation),
        ).heads
      const before = headOf(weights)
      const unsquashed = Array.from(
        sampled.noise,
        (noise, i) => before['mu'][i] + Math.exp(k * before['log_std'][i]) * noise,
      )
      const loss = (): number => {
        const { mu, log_std: c } = headOf(weights)
        const logProbability = unsquashed.reduce(
          (sum, u, i) => sum + normalLogProbability(u, mu[i], Math.exp(k * c[i])),
          0,
        )
        return likelihoodRatioLoss(-at.actorLoss, logProbability, 0, 0)
      }
      const actorNames = Object.keys(weights).filter((name) => name.startsWith('actor'))
      expect(Object.keys(at.actorGradient).sort()).toEqual(actorNames.sort())
      for (const name of actorNames) {
        at.actorGradient[name].forEach((want, i) => {
          const value = weights[name][i]
          weights[name][i] = value + 1e-5
          const above = loss()
          weights[name][i] = value - 1e-5
          const below = loss()
          weights[name][i] = value
          expect(Math.abs((above - below) / 2e-5 - want), `${name}[${i}]`).toBeLessThan(1e-7 * (1 + Math.abs(want)))
        })
      }
    })

    test.each([
      ['webassembly', 0, {}],
      ['webassembly', 0.9, {}],
      ['typescript', 0, {}],
      ['typescript', 0.9, {}],
      ['webassembly', 0, { gradient: 'likelihood-ratio' }],
      ['webassembly', 0.9, { targetPolyak: 0.1 }],
      ['typescript', 0.9, { gradient: 'likelihood-ratio', targetPolyak: 0.1 }],
      ['webassembly', 0, { gradient: 'likelihood-ratio', targetPolyak: 1 }],
    ] as const)(
      'the fused update in %s is the unfused gradients and then Adam, with beta1 %d and %o',
      (kernels, adamBeta1, ablated) => {
        const noises: Float32Array[] = []
        const policy = seeded(11)('policy')
        const random = {
          uniform: policy.uniform,
          normal: (out: Float32Array) => {
            policy.normal(out)
            noises.push(out.slice())
          },
        }
        const learner = avgWith({ normalizePenultimate, logStdReading, adamBeta1, random, kernels, ...ablated })
        const { targetPolyak } = { ...common, ...ablated }
        const weights = weightsOf(learner.parameters)
        const moments = Object.fromEntries(
          Object.entries(weights).map(([name, { length }]) => [
            name,
            { first: new Float64Array(length), second: new Float64Array(length) },
          ]),
        )
        let observation = draw(5, 'start')
        const stream = streams('stream')
        let sampled = learner.sample(observation)
        for (let t = 1; t <= 12; t++) {
          const nextObservation = new Float32Array(5)
          stream.normal(nextObservation)
          const terminated = t % 5 === 0
          const transition = {
            observation,
            sampled,
            reward: stream.uniform(),
            nextObservation,
            terminated,
            truncated: t === 7,
          }
          // Every third update learns from an action that older weights chose.
          const late = t % 3 === 0 ? learner.sample(nextObservation) : null
          const report = learner.update(transition)
          const losses = avgLosses(weights, transition, {
            ...common,
            ...ablated,
            normalizePenultimate,
            logStdReading,
            scale: report.scale,
            nextNoise: noises[noises.length - 1],
            precision: Float64Array,
          })
          expect(report.actorLoss).toBeCloseTo(losses.actorLoss, 5)
          expect(report.criticLoss).toBeCloseTo(losses.criticLoss, 4)
          for (const [part, stepSize] of [
            ['actorGradient', 2e-3],
            ['criticGradient', 5e-3],
          ] as const) {
            for (const [name, gradient] of Object.entries(losses[part])) {
              adam(weights[name], gradient, moments[name], t, {
                stepSize,
                beta1: adamBeta1,
                beta2: 0.999,
                epsilon: 1e-8,
              })
              const got = learner.parameters[name]
              weights[name].forEach((want, i) =>
                expect(Math.abs(got[i] - want), `${name}[${i}] at ${t}`).toBeLessThan(2e-5),
              )
            }
          }
          // The target network follows the critic as it is after its step.
          const slow = Object.keys(weights).filter((name) => name.startsWith('target'))
          expect(slow.length).toBe(targetPolyak > 0 ? 6 : 0)
          for (const name of slow) {
            const source = weights[name.replace('target', 'critic')]
            weights[name].forEach((value, i) => {
              weights[name][i] += targetPolyak * (source[i] - value)
              const far = Math.abs(learner.parameters[name][i] - weights[name][i])
              expect(far, `${name}[${i}] at ${t}`).toBeLessThan(2e-5)
            })
          }
          observation = nextObservation
          sampled = late ?? learner.sample(nextObservation)
        }
      },
    )
  })
})

test('in float32 the losses are those in float64 to a float’s precision', () => {
  const learner = avgWith({})
  const transition = transitionOf(learner.sample(draw(5, 'observation')), false)
  const settings = {
    ...common,
    normalizePenultimate: true,
    logStdReading: 'covariance' as const,
    scale: 1,
    nextNoise: draw(2, 'next noise'),
  }
  const wide = avgLosses(weightsOf(learner.parameters), transition, { ...settings, precision: Float64Array })
  const narrow = avgLosses(learner.parameters, transition, { ...settings, precision: Float32Array })
  expect(narrow.actorLoss).toBeCloseTo(wide.actorLoss, 5)
  expect(narrow.criticLoss).toBeCloseTo(wide.criticLoss, 5)
  expect(narrow.actorGradient['actor.phi.0.weight']).toBeInstanceOf(Float32Array)
  wide.actorGradient['actor.phi.0.weight'].forEach((value, i) =>
    expect(narrow.actorGradient['actor.phi.0.weight'][i]).toBeCloseTo(value, 5),
  )
})
