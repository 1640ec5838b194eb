/** The fused update against the unfused gradients, with traces and steps in float64. */
import { describe, expect, test } from 'vitest'
import { boundedStep } from '../../../src/learners/equations/boundedStep.js'
import { tracedGradients } from '../../../src/learners/parts/tracedGradients.js'
import { streamAc } from '../../../src/learners/streamAc/streamAc.js'
import { seeded } from '../../../src/random.js'

const streams = seeded(5)
const common = { hidden: [9, 7], entropyCoefficient: 0.2, discount: 0.97, traceDecay: 0.7 }
const kappas = { actor: 3, critic: 2 }

describe.each(['webassembly', 'typescript'] as const)('the fused update in %s', (kernels) => {
  test.each(
    (['obgd', 'adaptive-obgd'] as const).flatMap((optimizer) =>
      [false, true].map((bootstrapOnTruncation) => ({ optimizer, bootstrapOnTruncation })),
    ),
  )('is the unfused gradients, then traces and their steps, with %o', (cases) => {
    const learner = streamAc(
      { observation: { size: 5 }, action: { size: 2 } },
      { ...common, ...cases, kernels, random: streams('policy'), initialization: streams('initialization') },
    )
    const weights = Object.fromEntries(
      Object.entries(learner.parameters).map(([name, values]) => [name, Float64Array.from(values)]),
    )
    const kept = Object.fromEntries(
      Object.entries(weights).map(([name, { length }]) => [
        name,
        { trace: new Float64Array(length), square: new Float64Array(length) },
      ]),
    )
    const stream = streams('stream')
    const observe = (): Float32Array => {
      const observation = new Float32Array(5)
      stream.normal(observation)
      return observation
    }
    let observation = observe()
    let sampled = learner.sample(observation)
    for (let t = 1; t <= 24; t++) {
      const nextObservation = observe()
      const [terminated, truncated] = [t % 5 === 0, t === 7 || t === 16]
      const transition = {
        observation,
        sampled,
        reward: stream.uniform() - 0.5,
        nextObservation,
        terminated,
        truncated,
      }
      // Every third update learns from an action that older weights chose.
      const late = t % 3 === 0 ? learner.sample(nextObservation) : null
      const report = learner.update(transition)
      const { bootstrapOnTruncation } = cases
      const settings = { ...common, bootstrapOnTruncation, precision: Float64Array }
      const { value, tdError, actorGradient, criticGradient } = tracedGradients(weights, transition, settings)
      expect(report.value).toBeCloseTo(value, 4)
      expect(report.tdError).toBeCloseTo(tdError, 4)

      for (const [network, gradient, taken] of [
        ['actor', actorGradient, report.actorStep],
        ['critic', criticGradient, report.criticStep],
      ] as const) {
        let norm = 0
        const along = Object.entries(gradient).map(([name, g]) => {
          const { trace, square } = kept[name]
          const direction = Float64Array.from(g, (each, i) => {
            trace[i] = common.discount * common.traceDecay * trace[i] + each
            square[i] = 0.999 * square[i] + 0.001 * (tdError * trace[i]) ** 2
            return cases.optimizer === 'obgd' ? trace[i] : trace[i] / Math.sqrt(square[i] / (1 - 0.999 ** t) + 1e-8)
          })
          norm += direction.reduce((sum, each) => sum + Math.abs(each), 0)
          return [name, direction] as const
        })
        const step = boundedStep(1, kappas[network], tdError, norm)
        expect(taken / step).toBeCloseTo(1, 3)
        for (const [name, direction] of along) {
          direction.forEach((each, i) => (weights[name][i] += step * tdError * each))
          const got = learner.parameters[name]
          weights[name].forEach((want, i) =>
            expect(Math.abs(got[i] - want), `${name}[${i}] at ${t}`).toBeLessThan(2e-5),
          )
          // What the next step is held against is what was stored.
          weights[name].set(got)
          if (terminated || truncated) kept[name].trace.fill(0)
        }
      }
      observation = nextObservation
      sampled = late ?? learner.sample(nextObservation)
    }
  })
})
