/** The trace of the published program, through both homes of the kernels and on two threads. */
import { afterAll, describe, expect, test } from 'vitest'
import { generalizedAdvantages } from '../../../src/learners/equations/generalizedAdvantages.js'
import { ppo, type PpoLearner } from '../../../src/learners/ppo/ppo.js'
import type { PpoHyperparameters, PpoSettings } from '../../../src/learners/ppo/ppoSettings.js'
import { seeded } from '../../../src/random.js'
import { readAlgorithmTrace, type TraceStep } from '../algorithmTrace.js'
import { expectClose, scripted } from '../avg/goldenTrace.js'

/** What the trace has beside the transitions, at each step that fills a rollout. */
interface PpoStep extends TraceStep {
  readonly uniforms?: readonly number[]
  readonly advantages?: readonly number[]
  readonly returns?: readonly number[]
  readonly losses?: readonly number[]
}

const homes: readonly (readonly [string, Partial<PpoSettings>])[] = [
  ['TypeScript', { kernels: 'typescript' }],
  ['WebAssembly', { kernels: 'webassembly' }],
  ['WebAssembly with two threads', { kernels: 'webassembly', threads: 2 }],
]

const made: PpoLearner[] = []
afterAll(() => made.forEach((learner) => learner.close()))

describe.each(['ppo'])('the published trace %s', (name) => {
  test.each(homes)('is reproduced in %s', (_, home) => {
    const { settings: all, initial, shapes, steps } = readAlgorithmTrace(name)
    const settings = all as unknown as PpoHyperparameters
    const uniforms: number[] = []
    const random = { ...scripted(), uniform: () => uniforms.shift() ?? NaN }
    const sizes = { observation: { size: steps[0].observation.length }, action: { size: steps[0].action.length } }
    const learner = ppo(sizes, { ...settings, ...home, random, initialization: seeded(0)('initialization') })
    made.push(learner)
    const { parameters } = learner
    expect(Object.keys(parameters)).toEqual(Object.keys(shapes))
    for (const [path, values] of Object.entries(initial)) {
      expect(parameters[path].length, path).toBe(values.length)
      parameters[path].set(values)
    }

    let checked = 0
    let values: number[] = []
    ;(steps as readonly PpoStep[]).forEach((step, i) => {
      const bound = i < 16 ? 1e-5 : 1e-4
      random.say(step.noise)
      const sampled = learner.sample(step.observation)
      expectClose(sampled.action, step.action, bound, `action of step ${i}`)
      expectClose([sampled.logProbability], [step.logProbability], bound, `log-probability of step ${i}`)

      const { reward, terminated, truncated, nextObservation, observation } = step
      uniforms.push(...(step.uniforms ?? []))
      const { value, learning } = learner.update({
        observation,
        sampled,
        reward,
        nextObservation,
        terminated,
        truncated,
      })
      expect([random.left(), uniforms.length]).toEqual([0, 0])
      values.push(value)
      expect(learning === null).toBe(step.losses === undefined)
      if (learning !== null) {
        expect(step.losses).toHaveLength((settings.epochs * settings.rollout) / settings.minibatch)
        expectClose(learning.losses, step.losses ?? [], bound, `losses of step ${i}`)

        // Advantages and returns from the values that the learner saw.
        const collected = (steps as readonly PpoStep[]).slice(i + 1 - settings.rollout, i + 1)
        const advantages = new Float64Array(settings.rollout)
        generalizedAdvantages(
          Float64Array.from(collected, (each) => each.reward),
          Float64Array.from(collected, (each) => (each.terminated || each.truncated ? 0 : settings.discount)),
          Float64Array.of(...values, learning.lastValue),
          settings.gaeLambda,
          advantages,
        )
        expectClose(advantages, step.advantages ?? [], bound, `advantages of step ${i}`)
        expectClose(
          advantages.map((advantage, t) => advantage + values[t]),
          step.returns ?? [],
          bound,
          `returns of step ${i}`,
        )
        values = []
      }
      for (const [path, want] of Object.entries(step.parametersAfter ?? {})) {
        expectClose(learner.parameters[path], want, 1e-4, `${path} after step ${i}`)
        checked++
      }
    })
    expect(checked).toBe(2 * Object.keys(shapes).length)
  })
})
