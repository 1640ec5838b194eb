/** The trace of the published algorithm, through both homes of the kernels and on two threads. */
import { afterAll, describe, expect, test } from 'vitest'
import { intentionalAc, type IntentionalAcLearner } from '../../../src/learners/intentionalAc/intentionalAc.js'
import type {
  IntentionalAcHyperparameters,
  IntentionalAcSettings,
} from '../../../src/learners/intentionalAc/intentionalAcSettings.js'
import { seeded } from '../../../src/random.js'
import { readAlgorithmTrace } from '../algorithmTrace.js'
import { expectClose, scripted } from '../avg/goldenTrace.js'

const homes: readonly (readonly [string, Partial<IntentionalAcSettings>])[] = [
  ['TypeScript', { kernels: 'typescript' }],
  ['TypeScript without forward cache', { kernels: 'typescript', forwardCache: false }],
  ['WebAssembly', { kernels: 'webassembly' }],
  ['WebAssembly without forward cache', { kernels: 'webassembly', forwardCache: false }],
  ['WebAssembly with two threads', { kernels: 'webassembly', threads: 2 }],
]

const made: IntentionalAcLearner[] = []
afterAll(() => made.forEach((learner) => learner.close()))

describe('the published trace intentional-ac', () => {
  test.each(homes)('is reproduced in %s', (_, home) => {
    const { settings, initial, shapes, steps } = readAlgorithmTrace('intentional-ac')
    const random = scripted()
    const sizes = { observation: { size: steps[0].observation.length }, action: { size: steps[0].action.length } }
    const learner = intentionalAc(sizes, {
      ...(settings as unknown as Partial<IntentionalAcHyperparameters>),
      ...home,
      random,
      initialization: seeded(0)('initialization'),
    })
    made.push(learner)
    const { parameters } = learner
    expect(Object.keys(parameters)).toEqual(Object.keys(shapes))
    for (const [path, values] of Object.entries(initial)) {
      expect(parameters[path].length, path).toBe(values.length)
      parameters[path].set(values)
    }

    let checked = 0
    steps.forEach((step, i) => {
      const bound = i < 8 ? 1e-5 : 1e-3
      random.say(step.noise)
      const sampled = learner.sample(step.observation)
      expectClose(sampled.action, step.action, bound, `action of step ${i}`)
      expectClose([sampled.logProbability], [step.logProbability], bound, `log-probability of step ${i}`)

      const { reward, terminated, truncated, nextObservation, observation } = step
      const report = learner.update({ observation, sampled, reward, nextObservation, terminated, truncated })
      expect(random.left()).toBe(0)
      for (const name of ['value', 'tdError', 'actorStep', 'criticStep'] as const) {
        expectClose([report[name]], [step[name]], bound, `${name} of step ${i}`)
      }

      for (const [path, want] of Object.entries(step.parametersAfter ?? {})) {
        expectClose(learner.parameters[path], want, bound, `${path} after step ${i}`)
        checked++
      }
    })
    expect(checked).toBe(7 * Object.keys(shapes).length)
  })
})
