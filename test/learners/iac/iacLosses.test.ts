import { describe, expect, test } from 'vitest'
import { adam, type Numbers } from '../../../src/kernels/reference.js'
import { iac } from '../../../src/learners/iac/iac.js'
import { iacLosses, type IacLossSettings } from '../../../src/learners/iac/iacLosses.js'
import type { IacSettings } from '../../../src/learners/iac/iacSettings.js'
import { referenceNetwork, type Tensors } from '../../../src/learners/parts/referenceNetwork.js'
import type { SquashedAction } from '../../../src/learners/parts/squashedPolicy.js'
import { seeded } from '../../../src/random.js'
import type { Transition } from '../../../src/types.js'

const streams = seeded(5)
const draw = (size: number, name: string): Float32Array => {
  const out = new Float32Array(size)
  streams(name).normal(out)
  return out
}

const shape = { observation: { size: 5 }, action: { size: 2 } }
const common = { hidden: [9, 7], entropyCoefficient: 0.2, discount: 0.97 }
const iacWith = (extra: Partial<IacSettings>) =>
  iac(shape, {
    ...common,
    actorStepSize: 2e-3,
    criticStepSize: 5e-3,
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

const entropies = ['distribution', 'sample', 'both', 'none'] as const

describe.each([true, false])('with penultimate normalization %s', (normalizePenultimate) => {
  describe.each(['covariance', 'deviation'] as const)('and log_std read as %s', (logStdReading) => {
    test.each(entropies)('the gradients agree with finite differences in float64, with entropy %s', (entropy) => {
      const learner = iacWith({ normalizePenultimate, logStdReading, entropy })
      const weights = weightsOf(learner.parameters)
      // Biases away from 0, so that their gradients are not only checked at a special point.
      for (const name of Object.keys(weights)) {
        if (name.endsWith('bias')) weights[name].set(draw(weights[name].length, name).map((value) => 0.1 * value))
      }
      const transition = transitionOf(learner.sample(draw(5, 'observation')), false)
      const { observation, sampled } = transition
      const settings: IacLossSettings = {
        ...common,
        normalizePenultimate,
        logStdReading,
        entropy,
        scale: 1.7,
        precision: Float64Array,
      }
      const at = iacLosses(weights, transition, settings)

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

      // The actor's loss holds the action still: other weights have to draw it by other noise.
      const k = logStdReading === 'covariance' ? 0.5 : 1
      const norm = normalizePenultimate ? 'unit' : 'none'
      const heads = [{ name: 'mu' }, { name: 'log_std' }]
      const head = (tensors: Tensors) =>
        referenceNetwork(Float64Array, tensors, { name: 'actor', hidden: common.hidden, heads, norm }).forward(
          Float64Array.from(observation),
        ).heads
      const before = head(weights)
      const unsquashed = Array.from(
        sampled.noise,
        (noise, i) => before['mu'][i] + Math.exp(k * before['log_std'][i]) * noise,
      )
      const actorLoss = (tensors: Tensors): number => {
        const { mu, log_std: c } = head(tensors)
        const noise = Float64Array.from(unsquashed, (u, i) => (u - mu[i]) / Math.exp(k * c[i]))
        const held = { ...sampled, noise } as unknown as SquashedAction
        return iacLosses(tensors, { ...transition, sampled: held }, settings).actorLoss
      }
      expect(actorLoss(weights)).toBeCloseTo(at.actorLoss, 12)
      const actorNames = Object.keys(weights).filter((name) => name.startsWith('actor'))
      expect(Object.keys(at.actorGradient).sort()).toEqual(actorNames.sort())
      for (const name of actorNames) check(name, at.actorGradient[name], actorLoss)

      // The critic's target is held still by its loss, so its difference quotient must hold it still as well.
      const still = { ...transition, terminated: true }
      const base = iacLosses(weights, still, settings)
      const criticNames = Object.keys(weights).filter((name) => name.startsWith('critic'))
      expect(Object.keys(base.criticGradient).sort()).toEqual(criticNames.sort())
      for (const name of criticNames) {
        check(name, base.criticGradient[name], (tensors) => iacLosses(tensors, still, settings).criticLoss)
      }
      // With a bootstrapped target the gradient is the same up to the TD error that it is multiplied by.
      const ratio = at.criticGradient['critic.value.bias'][0] / base.criticGradient['critic.value.bias'][0]
      expect(Math.abs(ratio - 1)).toBeGreaterThan(1e-3)
      for (const name of criticNames) {
        at.criticGradient[name].forEach((value, i) =>
          expect(value).toBeCloseTo(ratio * base.criticGradient[name][i], 10),
        )
      }
    })
  })
})

describe.each(['webassembly', 'typescript'] as const)('the fused update in %s', (kernels) => {
  test.each(
    entropies.flatMap((entropy, i) =>
      [0, 0.9].map((adamBeta1) => ({
        entropy,
        adamBeta1,
        normalizePenultimate: i % 2 === 0,
        scaleTdError: adamBeta1 === 0,
        logStdReading: i < 2 ? ('covariance' as const) : ('deviation' as const),
      })),
    ),
  )('is the unfused gradients and then Adam, with %o', (cases) => {
    const learner = iacWith({ ...cases, kernels })
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
      const [terminated, truncated] = [t % 5 === 0, t === 7]
      const transition = { observation, sampled, reward: stream.uniform(), nextObservation, terminated, truncated }
      // Every third update learns from an action that older weights chose.
      const late = t % 3 === 0 ? learner.sample(nextObservation) : null
      const report = learner.update(transition)
      const { scale } = report
      const losses = iacLosses(weights, transition, { ...common, ...cases, scale, precision: Float64Array })
      expect(report.actorLoss).toBeCloseTo(losses.actorLoss, 4)
      expect(report.criticLoss).toBeCloseTo(losses.criticLoss, 4)
      for (const [part, stepSize] of [
        ['actorGradient', 2e-3],
        ['criticGradient', 5e-3],
      ] as const) {
        for (const [name, gradient] of Object.entries(losses[part])) {
          const settings = { stepSize, beta1: cases.adamBeta1, beta2: 0.999, epsilon: 1e-8 }
          adam(weights[name], gradient, moments[name], t, settings)
          const got = learner.parameters[name]
          weights[name].forEach((want, i) =>
            expect(Math.abs(got[i] - want), `${name}[${i}] at ${t}`).toBeLessThan(2e-5),
          )
        }
      }
      observation = nextObservation
      sampled = late ?? learner.sample(nextObservation)
    }
  })
})

test('in float32 the losses are those in float64 to a float’s precision', () => {
  const learner = iacWith({})
  const transition = transitionOf(learner.sample(draw(5, 'observation')), false)
  const settings = {
    ...common,
    normalizePenultimate: true,
    logStdReading: 'covariance' as const,
    entropy: 'both' as const,
    scale: 1,
  }
  const wide = iacLosses(weightsOf(learner.parameters), transition, { ...settings, precision: Float64Array })
  const narrow = iacLosses(learner.parameters, transition, { ...settings, precision: Float32Array })
  expect(narrow.actorLoss).toBeCloseTo(wide.actorLoss, 5)
  expect(narrow.criticLoss).toBeCloseTo(wide.criticLoss, 5)
  expect(narrow.actorGradient['actor.phi.0.weight']).toBeInstanceOf(Float32Array)
})
