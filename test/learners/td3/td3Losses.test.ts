import { describe, expect, test } from 'vitest'
import { adam, type Numbers } from '../../../src/kernels/reference.js'
import type { Tensors } from '../../../src/learners/parts/referenceNetwork.js'
import { td3 } from '../../../src/learners/td3/td3.js'
import { td3Losses, type Td3LossSettings, type Td3Row } from '../../../src/learners/td3/td3Losses.js'
import type { Td3Settings } from '../../../src/learners/td3/td3Settings.js'
import { seeded } from '../../../src/random.js'
import type { Random } from '../../../src/types.js'

const streams = seeded(5)
const draw = (size: number, name: string): Float32Array => {
  const out = new Float32Array(size)
  streams(name).normal(out)
  return out
}

const [OBSERVATIONS, ACTIONS] = [4, 2]
const shape = { observation: { size: OBSERVATIONS }, action: { size: ACTIONS } }
const common = { hidden: [9, 7], discount: 0.97, targetNoise: 0.3, targetNoiseClip: 0.4 }
const steps = { actorStepSize: 2e-3, criticStepSize: 5e-3 }

const td3With = (extra: Partial<Td3Settings>) =>
  td3(shape, {
    ...common,
    ...steps,
    learningStarts: 0,
    uniformActionSteps: 0,
    bufferSize: 6,
    batchSize: 4,
    random: streams('policy'),
    initialization: streams('initialization'),
    ...extra,
  })

const weightsOf = (parameters: Readonly<Record<string, Float32Array>>): Record<string, Float64Array> =>
  Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, Float64Array.from(values)]))

const rowsOf = (count: number): readonly Td3Row[] => {
  const [observations, actions, next, noises, rewards] = ['observations', 'actions', 'next', 'noises', 'rewards'].map(
    (name, i) => draw(count * [OBSERVATIONS, ACTIONS, OBSERVATIONS, ACTIONS, 1][i], name),
  )
  const rowOf = (values: Float32Array, size: number, r: number) => values.slice(r * size, (r + 1) * size)
  return Array.from({ length: count }, (_, r) => ({
    observation: rowOf(observations, OBSERVATIONS, r),
    action: rowOf(actions, ACTIONS, r).map((value) => Math.max(-1, Math.min(1, value))),
    reward: rewards[r],
    nextObservation: rowOf(next, OBSERVATIONS, r),
    terminated: r % 3 === 1,
    noise: rowOf(noises, ACTIONS, r),
  }))
}

test.each([1, 5])('the gradients of %d rows agree with finite differences in float64', (count) => {
  const weights = weightsOf(td3With({}).parameters)
  // Slow copies elsewhere than what they follow, so that a mistake of one for the other is seen.
  for (const name of Object.keys(weights))
    weights[name].forEach((_, i, all) => (all[i] *= 1 + 0.2 * Math.sin(7 * i + name.length)))
  const rows = rowsOf(count)
  const settings: Td3LossSettings = { ...common, precision: Float64Array }
  const at = td3Losses(weights, rows, settings)
  const check = (name: string, gradient: Numbers, loss: (tensors: Tensors) => number): void =>
    gradient.forEach((want, i) => {
      const value = weights[name][i]
      const h = 1e-6
      weights[name][i] = value + h
      const above = loss(weights)
      weights[name][i] = value - h
      const below = loss(weights)
      weights[name][i] = value
      expect(Math.abs((above - below) / (2 * h) - want), `${name}[${i}]`).toBeLessThan(1e-6 * (1 + Math.abs(want)))
    })
  const names = Object.keys(weights)
  expect(Object.keys(at.criticGradient).sort()).toEqual(names.filter((name) => name.startsWith('critic')).sort())
  expect(Object.keys(at.actorGradient).sort()).toEqual(names.filter((name) => name.startsWith('actor')).sort())
  for (const [name, gradient] of Object.entries(at.criticGradient))
    check(name, gradient, (tensors) => td3Losses(tensors, rows, settings).criticLoss)
  for (const [name, gradient] of Object.entries(at.actorGradient))
    check(name, gradient, (tensors) => td3Losses(tensors, rows, settings).actorLoss)
  // The actor's gradient is not 0 for want of a way through both networks.
  expect(Math.max(...at.actorGradient['actor.phi.0.weight'].map(Math.abs))).toBeGreaterThan(1e-4)
})

/** A random number generator that notes what it gave. */
const noted = () => {
  const source = streams('policy')
  const uniforms: number[] = []
  const normals: number[] = []
  const random: Random = {
    normal: (out) => {
      source.normal(out)
      normals.push(...out)
    },
    uniform: () => {
      const u = source.uniform()
      uniforms.push(u)
      return u
    },
  }
  return { random, uniforms, normals }
}

describe.each(['webassembly', 'typescript'] as const)('the fused update in %s', (kernels) => {
  test.each([
    { batchSize: 1, bufferSize: 1, adamBeta1: 0.9, actorDelay: 2 },
    { batchSize: 1, bufferSize: 5, adamBeta1: 0, actorDelay: 1 },
    { batchSize: 4, bufferSize: 6, adamBeta1: 0.9, actorDelay: 2 },
    { batchSize: 3, bufferSize: 100, adamBeta1: 0, actorDelay: 3 },
  ])('is the unfused gradients and then Adam, with %o', (cases) => {
    const { random, uniforms, normals } = noted()
    const learner = td3With({ ...cases, kernels, random, polyak: 0.1 })
    const weights = weightsOf(learner.parameters)
    const moments = Object.fromEntries(
      Object.entries(weights).map(([name, { length }]) => [
        name,
        { first: new Float64Array(length), second: new Float64Array(length) },
      ]),
    )
    const move = (gradient: Tensors, stepSize: number, t: number): void => {
      for (const [name, by] of Object.entries(gradient))
        adam(weights[name], by, moments[name], t, { stepSize, beta1: cases.adamBeta1, beta2: 0.999, epsilon: 1e-8 })
    }
    const settings: Td3LossSettings = { ...common, precision: Float64Array }
    const held: Omit<Td3Row, 'noise'>[] = []
    const stream = streams('stream')
    let observation = draw(OBSERVATIONS, 'start')
    for (let t = 1; t <= 12; t++) {
      const nextObservation = new Float32Array(OBSERVATIONS)
      stream.normal(nextObservation)
      const [terminated, truncated] = [t % 5 === 0, t === 7]
      const sampled = learner.sample(observation)
      const transition = { observation, sampled, reward: stream.uniform(), nextObservation, terminated, truncated }
      held.push({ ...transition, reward: Math.fround(transition.reward), action: sampled.action })
      if (held.length > cases.bufferSize) held.shift()
      ;[uniforms.length, normals.length] = [0, 0]
      const report = learner.update(transition)

      expect([uniforms.length, normals.length]).toEqual([cases.batchSize, cases.batchSize * ACTIONS])
      const rows = uniforms.map((u, r) => ({
        ...held[Math.floor(u * held.length)],
        noise: normals.slice(r * ACTIONS, (r + 1) * ACTIONS),
      }))
      const before = td3Losses(weights, rows, settings)
      expect(report.criticLoss).toBeCloseTo(before.criticLoss, 4)
      move(before.criticGradient, steps.criticStepSize, t)
      if (t % cases.actorDelay === 0) {
        const after = td3Losses(weights, rows, settings)
        expect(report.actorLoss).toBeCloseTo(after.actorLoss, 4)
        move(after.actorGradient, steps.actorStepSize, t / cases.actorDelay)
        for (const name of Object.keys(weights).filter((each) => each.startsWith('target'))) {
          const source = weights[name.replace(/^target\.(?=Q)/, 'critic.').replace(/^target\./, '')]
          weights[name].forEach((value, i, all) => (all[i] = value + 0.1 * (source[i] - value)))
        }
      } else expect(report.actorLoss).toBeNull()
      const { parameters } = learner
      for (const [name, want] of Object.entries(weights))
        want.forEach((value, i) =>
          expect(Math.abs(parameters[name][i] - value), `${name}[${i}] at ${t}`).toBeLessThan(2e-5),
        )
      observation = nextObservation
    }
  })
})

test('in float32 the losses are those in float64 to a float’s precision', () => {
  const { parameters } = td3With({})
  const rows = rowsOf(3)
  const wide = td3Losses(weightsOf(parameters), rows, { ...common, precision: Float64Array })
  const narrow = td3Losses(parameters, rows, { ...common, precision: Float32Array })
  expect(narrow.actorLoss).toBeCloseTo(wide.actorLoss, 5)
  expect(narrow.criticLoss).toBeCloseTo(wide.criticLoss, 5)
  expect(narrow.actorGradient['actor.phi.0.weight']).toBeInstanceOf(Float32Array)
})
