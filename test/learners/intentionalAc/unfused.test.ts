/** The fused update against the unfused gradients, with traces and steps in float64. */
import { describe, expect, test } from 'vitest'
import { cappedTdError, relativeTdError } from '../../../src/learners/equations/cappedTdError.js'
import { intentionalStep, movedMean } from '../../../src/learners/equations/intentionalStep.js'
import { tracedGradients } from '../../../src/learners/parts/tracedGradients.js'
import { intentionalAc } from '../../../src/learners/intentionalAc/intentionalAc.js'
import { seeded } from '../../../src/random.js'

const streams = seeded(5)
const common = { hidden: [9, 7], entropyCoefficient: 0.2, discount: 0.97, traceDecay: 0.7 }
const fractions = { actor: 0.05, critic: 0.5 }
const decay = common.discount * common.traceDecay
const deltaDecay = 0.9

describe.each(['webassembly', 'typescript'] as const)('the fused update in %s', (kernels) => {
  test.each([20, 0.5])(
    'is the unfused gradients, then traces and their steps, with errors capped at %d deviations',
    (clipMultiple) => {
      const learner = intentionalAc(
        { observation: { size: 5 }, action: { size: 2 } },
        {
          ...common,
          clipMultiple,
          deltaDecay,
          kernels,
          random: streams('policy'),
          initialization: streams('initialization'),
        },
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
      const curvatures = { actor: 0, critic: 0 }
      let [square, size] = [1, 0]
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
        const settings = { ...common, bootstrapOnTruncation: true, precision: Float64Array }
        const { value, tdError, actorGradient, criticGradient } = tracedGradients(weights, transition, settings)
        expect(report.value).toBeCloseTo(value, 4)
        expect(report.tdError).toBeCloseTo(tdError, 4)

        square = movedMean(square, tdError ** 2, deltaDecay)
        const capped = cappedTdError(tdError, clipMultiple, square / (1 - deltaDecay ** t))
        size = movedMean(size, Math.abs(capped), deltaDecay)
        expect(report.cappedTdError).toBeCloseTo(capped, 4)
        const relative = relativeTdError(capped, size / (1 - deltaDecay ** t))

        for (const [network, gradient, taken, error] of [
          ['actor', actorGradient, report.actorStep, relative],
          ['critic', criticGradient, report.criticStep, capped],
        ] as const) {
          let [ofGradient, ofTrace] = [0, 0]
          const along = Object.entries(gradient).map(([name, g]) => {
            const { trace, square } = kept[name]
            const direction = Float64Array.from(g, (each, i) => {
              square[i] = 0.999 * square[i] + 0.001 * each ** 2
              const root = Math.sqrt(square[i] / (1 - 0.999 ** t)) + 1e-8
              trace[i] = decay * trace[i] + each
              ofGradient += each ** 2 / root
              ofTrace += trace[i] ** 2 / root
              return trace[i] / root
            })
            return [name, direction] as const
          })
          curvatures[network] = movedMean(curvatures[network], ofGradient, decay)
          const step = intentionalStep(fractions[network], curvatures[network] / (1 - decay ** t), ofTrace)
          expect(taken / step).toBeCloseTo(1, 3)
          for (const [name, direction] of along) {
            direction.forEach((each, i) => (weights[name][i] += step * error * each))
            const got = learner.parameters[name]
            weights[name].forEach((want, i) =>
              expect(Math.abs(got[i] - want), `${name}[${i}] at ${t}`).toBeLessThan(1e-4),
            )
            // What the next step is held against is what was stored.
            weights[name].set(got)
            if (terminated) kept[name].trace.fill(0)
          }
        }
        observation = nextObservation
        sampled = late ?? learner.sample(nextObservation)
      }
    },
  )
})
