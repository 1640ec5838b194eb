/** The losses of SAC by finite differences in float64, and `sac1` against the unfused gradients and Adam. */
import { describe, expect, test } from 'vitest'
import { adam } from '../../../src/kernels/reference.js'
import { type SoftLossSettings, softLosses, type SoftRow } from '../../../src/learners/parts/softLosses.js'
import { sac1 } from '../../../src/learners/sac1/sac1.js'
import type { Sac1Settings } from '../../../src/learners/sac1/sac1Settings.js'
import { seeded } from '../../../src/random.js'
import type { Random } from '../../../src/types.js'

const shape = { observation: { size: 5 }, action: { size: 2 } }
const common = { hidden: [9, 7], discount: 0.97 }
const losses = { ...common, activation: 'leakyRelu', head: 'q', targetEntropy: -2, precision: Float64Array } as const
const stepSizes = { actorStepSize: 2e-3, criticStepSize: 5e-3, temperatureStepSize: 0.02 }

const sac1With = (extra: Partial<Sac1Settings>, random: Random) =>
  sac1(shape, { ...common, ...stepSizes, random, initialization: seeded(5)('initialization'), ...extra })

const weightsOf = (parameters: Readonly<Record<string, Float32Array>>): Record<string, Float64Array> =>
  Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, Float64Array.from(values)]))

/** A random number generator that keeps what it drew. */
const recorded = () => {
  const policy = seeded(7)('policy')
  const drawn: number[][] = []
  return {
    normal: (out: Float32Array) => {
      policy.normal(out)
      drawn.push(Array.from(out))
    },
    uniform: () => policy.uniform(),
    taken: () => drawn.splice(0),
  }
}

const vectors = seeded(8)('vectors')
const draw = (size: number): Float32Array => {
  const out = new Float32Array(size)
  vectors.normal(out)
  return out
}

const cases = (['none', 'unit'] as const).flatMap((norm) =>
  (['covariance', 'deviation', 'bounded'] as const).map((logStdReading) => ({ norm, logStdReading })),
)

describe.each(cases)('the losses of SAC with %o', ({ norm, logStdReading }) => {
  test('have the gradients of finite differences in float64, as means over rows', () => {
    const hidden = [6, 5]
    const weights = weightsOf(sac1With({ hidden }, recorded()).parameters)
    // Biases away from 0, so that their gradients are not only checked at a special point; slow copies that are not equal to the critics.
    for (const name of Object.keys(weights)) {
      if (name.endsWith('bias') || name.startsWith('target')) {
        weights[name].forEach((value, i) => (weights[name][i] = value + 0.1 * draw(1)[0]))
      }
    }
    const rowOf = (terminated: boolean): SoftRow => ({
      transition: {
        observation: draw(5),
        sampled: { action: draw(2) },
        reward: 0.8,
        nextObservation: draw(5),
        terminated,
        truncated: false,
      },
      nextNoise: draw(2),
      newNoise: draw(2),
    })
    const settings: SoftLossSettings = { ...losses, hidden, norm, logStdReading, scale: 1.7 }
    const check = (gradient: Readonly<Record<string, ArrayLike<number>>>, prefix: string, loss: () => number): void => {
      const names = Object.keys(weights).filter((name) => name.startsWith(prefix))
      expect(Object.keys(gradient).sort()).toEqual(names.sort())
      for (const name of names) {
        let worst = 0
        weights[name].forEach((value, i) => {
          const h = 1e-5
          weights[name][i] = value + h
          const above = loss()
          weights[name][i] = value - h
          const below = loss()
          weights[name][i] = value
          const want = gradient[name][i]
          worst = Math.max(worst, Math.abs((above - below) / (2 * h) - want) / (1 + Math.abs(want)))
        })
        expect(worst, name).toBeLessThan(2e-7)
      }
    }

    const rows = [rowOf(false), rowOf(true), rowOf(false)]
    const at = softLosses(weights, rows, settings)
    check(at.actorGradient, 'actor', () => softLosses(weights, rows, settings).actorLoss)
    // The targets of the critics' loss have none of their weights in them.
    check(at.criticGradient, 'critic', () => softLosses(weights, rows, settings).criticLoss)
    check(
      { log_alpha: [at.temperatureGradient] },
      'log_alpha',
      () => softLosses(weights, rows, settings).temperatureLoss,
    )
    const apart = rows.map((row) => softLosses(weights, [row], settings).criticLoss)
    expect(at.criticLoss).toBeCloseTo(apart.reduce((sum, each) => sum + each, 0) / 3, 12)
  })
})

describe.each([
  { kernels: 'webassembly', threads: 1 },
  { kernels: 'webassembly', threads: 2 },
  { kernels: 'typescript', threads: 1 },
] as const)('the fused update in %o', (home) => {
  test.each(
    [0, 0.9].flatMap((adamBeta1) =>
      [true, false].map((normalizePenultimate) => ({
        adamBeta1,
        normalizePenultimate,
        scaleTdError: adamBeta1 === 0,
        logStdReading: normalizePenultimate ? ('covariance' as const) : ('deviation' as const),
        temperatureBetas: normalizePenultimate ? [0.5, 0.999] : [0, 0.99],
      })),
    ),
  )('is the unfused gradients and then Adam, with %o', (extra) => {
    const random = recorded()
    const learner = sac1With({ ...extra, ...home }, random)
    const weights = weightsOf(learner.parameters)
    const moments = Object.fromEntries(
      Object.entries(weights).map(([name, { length }]) => [
        name,
        { first: new Float64Array(length), second: new Float64Array(length) },
      ]),
    )
    const stream = seeded(9)('stream')
    let observation = draw(5)
    for (let t = 1; t <= 12; t++) {
      const sampled = learner.sample(observation)
      const nextObservation = draw(5)
      const [terminated, truncated] = [t % 5 === 0, t === 7]
      const transition = { observation, sampled, reward: stream.uniform(), nextObservation, terminated, truncated }
      random.taken()
      const report = learner.update(transition)
      const [nextNoise, newNoise] = random.taken()
      const norm = extra.normalizePenultimate ? ('unit' as const) : ('none' as const)
      const settings = { ...losses, norm, logStdReading: extra.logStdReading, scale: report.scale }
      const at = () => softLosses(weights, [{ transition, nextNoise, newNoise }], settings)
      const step = (gradient: Readonly<Record<string, Float64Array>>, stepSize: number, betas: readonly number[]) => {
        for (const [name, each] of Object.entries(gradient)) {
          const [beta1, beta2] = betas
          adam(weights[name], each, moments[name], t, { stepSize, beta1, beta2, epsilon: 1e-8 })
        }
      }
      const before = at()
      expect(report.criticLoss).toBeCloseTo(before.criticLoss, 4)
      step(before.criticGradient as Record<string, Float64Array>, 5e-3, [extra.adamBeta1, 0.999])
      const after = at()
      expect(report.actorLoss).toBeCloseTo(after.actorLoss, 4)
      step(after.actorGradient as Record<string, Float64Array>, 2e-3, [extra.adamBeta1, 0.999])
      step({ log_alpha: Float64Array.of(after.temperatureGradient) }, 0.02, extra.temperatureBetas)
      for (const name of Object.keys(weights).filter((each) => each.startsWith('target'))) {
        const source = weights[name.replace('target', 'critic')]
        weights[name].forEach((value, i) => (weights[name][i] = value + 0.005 * (source[i] - value)))
      }
      for (const [name, wanted] of Object.entries(weights)) {
        const got = learner.parameters[name]
        const worst = Math.max(...wanted.map((want, i) => Math.abs(got[i] - want)))
        expect(worst, `${name} at ${t}`).toBeLessThan(2e-5)
      }
      observation = nextObservation
    }
    learner.close()
  })
})
