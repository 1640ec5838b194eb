/** The traces of the published program, through both homes of the kernels and on two threads. */
import { afterAll, describe, expect, test } from 'vitest'
import { sac1, type Sac1Learner } from '../../../src/learners/sac1/sac1.js'
import type { Sac1Hyperparameters, Sac1Settings } from '../../../src/learners/sac1/sac1Settings.js'
import { seeded } from '../../../src/random.js'
import { readAlgorithmTrace } from '../algorithmTrace.js'
import { expectClose, scripted } from '../avg/goldenTrace.js'

const homes: readonly (readonly [string, Partial<Sac1Settings>])[] = [
  ['TypeScript', { kernels: 'typescript' }],
  ['TypeScript without forward cache', { kernels: 'typescript', forwardCache: false }],
  ['WebAssembly', { kernels: 'webassembly' }],
  ['WebAssembly without forward cache', { kernels: 'webassembly', forwardCache: false }],
  ['WebAssembly with two threads', { kernels: 'webassembly', threads: 2 }],
]

const made: Sac1Learner[] = []
afterAll(() => made.forEach((learner) => learner.close()))

describe.each(['sac-1-basic', 'sac-1-all'])('the published trace %s', (name) => {
  test.each(homes)('is reproduced in %s', (_, home) => {
    const { settings, initial, shapes, steps } = readAlgorithmTrace(name)
    const random = scripted()
    const sizes = { observation: { size: steps[0].observation.length }, action: { size: steps[0].action.length } }
    const learner = sac1(sizes, {
      ...(settings as unknown as Partial<Sac1Hyperparameters>),
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
      const bound = i < 16 ? 1e-5 : 1e-4
      random.say(step.noise)
      const sampled = learner.sample(step.observation)
      expectClose(sampled.action, step.action, bound, `action of step ${i}`)
      expectClose([sampled.logProbability], [step.logProbability], bound, `log-probability of step ${i}`)

      const { reward, terminated, truncated, nextObservation, observation } = step
      const drawn = (step.updateNormals ?? []) as readonly (readonly number[])[]
      drawn.forEach(random.say)
      const report = learner.update({ observation, sampled, reward, nextObservation, terminated, truncated })
      expect(random.left()).toBe(0)
      expect(drawn).toHaveLength(2)
      const scale = settings['scaleTdError'] === true ? step.sigma : 1
      expectClose([report.scale], [scale], bound, `sigma of step ${i}`)
      expectClose([report.actorLoss], [step.actorLoss], bound, `loss of the actor of step ${i}`)
      expectClose([report.criticLoss], [step.criticLoss], bound, `loss of the critic of step ${i}`)

      for (const [path, want] of Object.entries(step.parametersAfter ?? {})) {
        expectClose(learner.parameters[path], want, 1e-4, `${path} after step ${i}`)
        checked++
      }
    })
    expect(checked).toBeGreaterThanOrEqual(7 * Object.keys(shapes).length)
  })
})
