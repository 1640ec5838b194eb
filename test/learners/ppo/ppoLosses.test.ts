import { describe, expect, test } from 'vitest'
import { adam, type Numbers } from '../../../src/kernels/reference.js'
import { clippedNorm } from '../../../src/learners/equations/clippedNorm.js'
import { generalizedAdvantages } from '../../../src/learners/equations/generalizedAdvantages.js'
import { ppoLosses, type PpoLossSettings, type PpoRow } from '../../../src/learners/ppo/ppoLosses.js'
import { ppoDefaults, type PpoSettings } from '../../../src/learners/ppo/ppoSettings.js'
import { seeded } from '../../../src/random.js'
import type { Vector } from '../../../src/types.js'
import { learnerOf, live, spec } from './life.js'

const streams = seeded(5)
const drawn = (size: number, name: string): Float32Array => {
  const out = new Float32Array(size)
  streams(name).normal(out)
  return out
}

const weightsOf = (parameters: Readonly<Record<string, Float32Array>>): Record<string, Float64Array> =>
  Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, Float64Array.from(values)]))

/** Weights away from their special beginnings: no bias and no log s is 0. */
const weights = (): Record<string, Float64Array> => {
  const all = weightsOf(learnerOf().parameters)
  for (const [name, values] of Object.entries(all)) {
    drawn(values.length, name).forEach((value, i) => (values[i] += 0.3 * value))
  }
  return all
}

/** Rows that the present weights see otherwise than those of their collection did, by as much as clipping notices. */
const rowsOf = (all: Record<string, Float64Array>, settings: PpoLossSettings): readonly PpoRow[] =>
  Array.from({ length: 9 }, (_, r) => {
    const row = {
      observation: drawn(3, `observation ${r}`),
      action: drawn(2, `action ${r}`),
      logProbability: 0,
      value: 0,
      advantage: drawn(1, `advantage ${r}`)[0],
      target: drawn(1, `target ${r}`)[0],
    }
    // Of one row with advantage 1 the losses are -ρ and ½ (V - y)², as long as nothing is clipped.
    const bare = { ...settings, clip: 1e9, clipValueLoss: false, normalizeAdvantage: false }
    const { policyLoss, valueLoss } = ppoLosses(all, [{ ...row, advantage: 1, target: -1e3 }], bare)
    const [logProbability, value] = [Math.log(-policyLoss), Math.sqrt(2 * valueLoss) - 1e3]
    return { ...row, logProbability: logProbability + ((r % 5) - 2) * 0.17, value: value + ((r % 4) - 1.5) * 0.23 }
  })

const base: PpoLossSettings = {
  ...ppoDefaults,
  hidden: [8, 8],
  entropyCoefficient: 0.05,
  precision: Float64Array,
}

const cases: readonly Partial<PpoLossSettings>[] = [
  {},
  { clipValueLoss: false },
  { normalizeAdvantage: false, clip: 0.1 },
  { entropyCoefficient: 0, valueCoefficient: 2 },
]

test.each(cases)('the gradients agree with finite differences in float64, with %o', (extra) => {
  const settings = { ...base, ...extra }
  const all = weights()
  const rows = rowsOf(all, settings)
  const { gradient } = ppoLosses(all, rows, settings)
  expect(Object.keys(gradient)).toEqual(Object.keys(all))
  for (const [name, values] of Object.entries(gradient)) {
    values.forEach((want: number, i: number) => {
      const value = all[name][i]
      const h = 1e-5
      all[name][i] = value + h
      const above = ppoLosses(all, rows, settings).loss
      all[name][i] = value - h
      const below = ppoLosses(all, rows, settings).loss
      all[name][i] = value
      expect(Math.abs((above - below) / (2 * h) - want), `${name}[${i}]`).toBeLessThan(1e-7 * (1 + Math.abs(want)))
    })
  }
})

test('the rows of these gradients are clipped in part, both their ratios and their values', () => {
  const all = weights()
  const rows = rowsOf(all, base)
  const lossWith = (extra: Partial<PpoLossSettings>) => ppoLosses(all, rows, { ...base, ...extra })
  expect(lossWith({ clip: 1e9 }).policyLoss).not.toBeCloseTo(lossWith({}).policyLoss, 4)
  expect(lossWith({ clip: 1e9 }).valueLoss).not.toBeCloseTo(lossWith({}).valueLoss, 4)
  expect(lossWith({ clipValueLoss: false }).valueLoss).toBeCloseTo(lossWith({ clip: 1e9 }).valueLoss, 12)
})

const grid: readonly Partial<PpoSettings>[] = (['webassembly', 'typescript'] as const).flatMap((kernels) => [
  { kernels },
  { kernels, adamBeta1: 0, clipValueLoss: false, entropyCoefficient: 0.03, minibatch: 1, normalizeAdvantage: false },
  { kernels, annealSteps: 40, maxGradientNorm: 0.05, clip: 0.02, minibatch: 6, epochs: 4 },
  { kernels, bootstrapOnTruncation: true, gaeLambda: 0.5, minibatch: 12, maxGradientNorm: 1e9 },
])

describe('the fused update', () => {
  test.each(grid)('is the unfused gradients, clipped, and then Adam, with %o', (extra) => {
    const learner = learnerOf(extra)
    const settings = { ...ppoDefaults, hidden: [8, 8], stepSize: 3e-3, rollout: 12, minibatch: 4, epochs: 3, ...extra }
    const { rollout: steps, discount, gaeLambda } = settings
    const all = weightsOf(learner.parameters)
    const moments = Object.fromEntries(
      Object.entries(all).map(([name, { length }]) => [
        name,
        { first: new Float64Array(length), second: new Float64Array(length) },
      ]),
    )
    let t = 0
    const { transitions, reports } = live(learner, 4 * steps)
    // A second stream of the same seed gives the same draws, as long as they are made in the stated order.
    const again = seeded(1)('policy')
    const noise = new Float32Array(spec.action.size)
    for (let k = 0; k < 4; k++) {
      const rows = transitions.slice(k * steps, (k + 1) * steps)
      const seen = reports.slice(k * steps, (k + 1) * steps)
      for (const { sampled } of rows) {
        again.normal(noise)
        expect(sampled.noise).toEqual(noise)
      }
      const learning = seen[steps - 1].learning
      if (learning === null) throw new Error('expected the rollout to be full')
      const values = Float64Array.of(...seen.map(({ value }) => value), learning.lastValue)
      // The value after a truncated step is that of the weights of the collection, which `all` are.
      const valueAt = (observation: Vector): number => {
        const row = { observation, action: [0, 0], logProbability: 0, value: 0, advantage: 0, target: -1e6 }
        const bare = { ...settings, clipValueLoss: false, normalizeAdvantage: false, precision: Float64Array }
        return Math.sqrt(2 * ppoLosses(all, [row], bare).valueLoss) - 1e6
      }
      const advantages = new Float64Array(steps)
      generalizedAdvantages(
        Float64Array.from(rows, ({ reward, terminated, truncated, nextObservation }) =>
          truncated && !terminated && settings.bootstrapOnTruncation
            ? reward + discount * valueAt(nextObservation)
            : reward,
        ),
        Float64Array.from(rows, ({ terminated, truncated }) => (terminated || truncated ? 0 : discount)),
        values,
        gaeLambda,
        advantages,
      )
      const share =
        settings.annealSteps === 'none' ? 1 : Math.max(0, 1 - k / Math.max(1, Math.floor(settings.annealSteps / steps)))
      expect(learning.stepSize).toBe(settings.stepSize * share)

      const order = Array.from({ length: steps }, (_, i) => i)
      const losses: number[] = []
      for (let epoch = 0; epoch < settings.epochs; epoch++) {
        for (let i = steps - 1; i > 0; i--) {
          const j = Math.floor(again.uniform() * (i + 1))
          ;[order[i], order[j]] = [order[j], order[i]]
        }
        for (let m = 0; m < steps; m += settings.minibatch) {
          const chosen = order.slice(m, m + settings.minibatch).map((row) => ({
            observation: rows[row].observation,
            action: rows[row].sampled.action,
            logProbability: rows[row].sampled.logProbability,
            value: values[row],
            advantage: advantages[row],
            target: advantages[row] + values[row],
          }))
          const { loss, gradient } = ppoLosses(all, chosen, { ...settings, precision: Float64Array })
          losses.push(loss)
          const squares = Object.values(gradient).reduce(
            (sum, values_) => sum + Array.from(values_).reduce((own, value) => own + value * value, 0),
            0,
          )
          const factor = clippedNorm(squares, settings.maxGradientNorm)
          t++
          for (const [name, by] of Object.entries(gradient)) {
            adam(all[name], by.map((value: number) => factor * value) as Numbers, moments[name], t, {
              stepSize: settings.stepSize * share,
              beta1: settings.adamBeta1,
              beta2: settings.adamBeta2,
              epsilon: settings.adamEpsilon,
            })
          }
        }
      }
      losses.forEach((loss, i) => expect(learning.losses[i], `loss ${i} of rollout ${k}`).toBeCloseTo(loss, 4))
      if (k < 3) continue
      for (const [name, got] of Object.entries(learner.parameters)) {
        all[name].forEach((want, i) => expect(Math.abs(got[i] - want), `${name}[${i}]`).toBeLessThan(5e-5))
      }
    }
  })
})

test('in float32 the losses are those in float64 to a float’s precision', () => {
  const all = weights()
  const rows = rowsOf(all, base)
  const wide = ppoLosses(all, rows, base)
  const floats = Object.fromEntries(Object.entries(all).map(([name, values]) => [name, Float32Array.from(values)]))
  const narrow = ppoLosses(floats, rows, { ...base, precision: Float32Array })
  expect(narrow.loss).toBeCloseTo(wide.loss, 5)
  expect(narrow.gradient['actor.phi.0.weight']).toBeInstanceOf(Float32Array)
})
