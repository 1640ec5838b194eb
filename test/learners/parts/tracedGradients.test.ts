import { describe, expect, test } from 'vitest'
import type { Numbers } from '../../../src/kernels/reference.js'
import type { NormalAction } from '../../../src/learners/parts/normalTape.js'
import { referenceNetwork, type Tensors } from '../../../src/learners/parts/referenceNetwork.js'
import { tracedGradients, type TracedGradientSettings } from '../../../src/learners/parts/tracedGradients.js'
import { streamAc } from '../../../src/learners/streamAc/streamAc.js'
import { seeded } from '../../../src/random.js'
import type { Transition } from '../../../src/types.js'

const streams = seeded(5)
const draw = (size: number, name: string): Float32Array => {
  const out = new Float32Array(size)
  streams(name).normal(out)
  return out
}

const common = { hidden: [9, 7], entropyCoefficient: 0.2, discount: 0.97 }
const settings: TracedGradientSettings = { ...common, bootstrapOnTruncation: false, precision: Float64Array }

/** A learner's weights, every one of them drawn, so that no gradient is only checked at a special point; and a transition. */
const drawn = (reward: number) => {
  const learner = streamAc(
    { observation: { size: 5 }, action: { size: 2 } },
    { ...common, random: streams('policy'), initialization: streams('initialization') },
  )
  const weights = Object.fromEntries(
    Object.entries(learner.parameters).map(([name, { length }]) => [
      name,
      Float64Array.from(draw(length, name), (value) => 0.4 * value),
    ]),
  )
  const observation = draw(5, 'observation')
  const transition: Transition<NormalAction> = {
    observation,
    sampled: learner.sample(observation),
    reward,
    nextObservation: draw(5, 'next observation'),
    terminated: false,
    truncated: false,
  }
  return { weights, transition }
}

describe.each([3, -3])('the traced gradients at a reward of %d', (reward) => {
  test('agree with finite differences in float64', () => {
    const { weights, transition } = drawn(reward)
    const at = tracedGradients(weights, transition, settings)
    expect(Math.sign(at.tdError)).toBe(Math.sign(reward))
    const check = (name: string, gradient: Numbers, climbed: (tensors: Tensors) => number): void => {
      gradient.forEach((want, i) => {
        const value = weights[name][i]
        const h = 1e-5
        weights[name][i] = value + h
        const above = climbed(weights)
        weights[name][i] = value - h
        const below = climbed(weights)
        weights[name][i] = value
        expect(Math.abs((above - below) / (2 * h) - want), `${name}[${i}]`).toBeLessThan(1e-7 * (1 + Math.abs(want)))
      })
    }
    const namesOf = (network: string) => Object.keys(weights).filter((name) => name.startsWith(network))

    expect(Object.keys(at.criticGradient).sort()).toEqual(namesOf('critic').sort())
    for (const name of namesOf('critic')) {
      check(name, at.criticGradient[name], (tensors) => tracedGradients(tensors, transition, settings).value)
    }

    // The action is held still: other weights have to draw it by other noise.
    const heads = [{ name: 'mu' }, { name: 'std' }]
    const spec = { name: 'actor', hidden: common.hidden, heads, norm: 'layer' } as const
    const head = (tensors: Tensors) => {
      const { mu, std } = referenceNetwork(Float64Array, tensors, spec).forward(
        Float64Array.from(transition.observation),
      ).heads
      return { mu, deviations: std.map((x: number) => Math.log1p(Math.exp(x))) }
    }
    const before = head(weights)
    const action = before.mu.map((mean: number, i: number) => mean + before.deviations[i] * transition.sampled.noise[i])
    const climbed = (tensors: Tensors): number => {
      const { mu, deviations } = head(tensors)
      const noise = mu.map((mean: number, i: number) => (action[i] - mean) / deviations[i])
      const held = { ...transition.sampled, noise } as unknown as NormalAction
      return tracedGradients(tensors, { ...transition, sampled: held }, settings).actorObjective
    }
    expect(climbed(weights)).toBeCloseTo(at.actorObjective, 12)
    expect(Object.keys(at.actorGradient).sort()).toEqual(namesOf('actor').sort())
    for (const name of namesOf('actor')) check(name, at.actorGradient[name], climbed)
  })
})

test('a terminated target is cut, a truncated one where it is to be', () => {
  const { weights, transition } = drawn(1)
  const errorOf = (ends: Partial<Transition<NormalAction>>, bootstrapOnTruncation = false) =>
    tracedGradients(weights, { ...transition, ...ends }, { ...settings, bootstrapOnTruncation }).tdError
  const [within, cut] = [errorOf({}), errorOf({ terminated: true })]
  expect(Math.abs(within - cut)).toBeGreaterThan(1e-3)
  expect(errorOf({ truncated: true })).toBe(cut)
  expect(errorOf({ truncated: true }, true)).toBe(within)
  expect(errorOf({ terminated: true, truncated: true }, true)).toBe(cut)
})

test('in float32 they are those in float64 to a float’s precision', () => {
  const { weights, transition } = drawn(1)
  const wide = tracedGradients(weights, transition, settings)
  const narrow = tracedGradients(weights, transition, { ...settings, precision: Float32Array })
  expect(narrow.tdError).toBeCloseTo(wide.tdError, 5)
  expect(narrow.actorObjective).toBeCloseTo(wide.actorObjective, 5)
  expect(narrow.actorGradient['actor.phi.0.weight']).toBeInstanceOf(Float32Array)
})
