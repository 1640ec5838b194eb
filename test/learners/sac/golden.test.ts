/** The trace of the published program, through both homes of the kernels and on two threads. */
import { afterAll, describe, expect, test } from 'vitest'
import { sac, type SacLearner } from '../../../src/learners/sac/sac.js'
import type { SacHyperparameters, SacSettings } from '../../../src/learners/sac/sacSettings.js'
import { seeded } from '../../../src/random.js'
import { readAlgorithmTrace, scriptedNumbers } from '../algorithmTrace.js'
import { expectClose } from '../avg/goldenTrace.js'

const homes: readonly (readonly [string, Partial<SacSettings>])[] = [
  ['TypeScript', { kernels: 'typescript' }],
  ['WebAssembly', { kernels: 'webassembly' }],
  ['WebAssembly with two threads', { kernels: 'webassembly', threads: 2 }],
]

const made: SacLearner[] = []
afterAll(() => made.forEach((learner) => learner.close()))

describe('the published trace sac', () => {
  test.each(homes)('is reproduced in %s', (_, home) => {
    const { settings, initial, shapes, steps } = readAlgorithmTrace('sac')
    const random = scriptedNumbers()
    const sizes = { observation: { size: steps[0].observation.length }, action: { size: steps[0].action.length } }
    const learner = sac(sizes, {
      ...(settings as unknown as Partial<SacHyperparameters>),
      bufferSize: 1000,
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
    const learnt = { critics: 0, actor: 0 }
    steps.forEach((step, i) => {
      // The first update follows the eleventh transition.
      const bound = learnt.critics < 16 ? 1e-5 : 1e-4
      random.sayNormals(step.noise)
      const sampled = learner.sample(step.observation)
      expectClose(sampled.action, step.action, bound, `action of step ${i}`)
      expect(random.left()).toBe(0)

      random.sayUniforms(step.uniforms ?? [])
      random.sayNormals((step.updateNormals ?? []).flat())
      const { reward, terminated, truncated, nextObservation, observation } = step
      const report = learner.update({ observation, sampled, reward, nextObservation, terminated, truncated })
      expect(random.left()).toBe(0)
      for (const [name, loss] of [
        ['critics', 'criticLoss'],
        ['actor', 'actorLoss'],
      ] as const) {
        const want = step[loss] as number | undefined
        const got = report[loss]
        expect(got === null, `${loss} of step ${i}`).toBe(want === undefined)
        if (got === null || want === undefined) continue
        expectClose([got], [want], bound, `${loss} of step ${i}`)
        learnt[name]++
      }

      for (const [path, want] of Object.entries(step.parametersAfter ?? {})) {
        expectClose(learner.parameters[path], want, 1e-4, `${path} after step ${i}`)
        checked++
      }
    })
    expect(learnt).toEqual({ critics: 38, actor: 38 })
    expect(checked).toBeGreaterThanOrEqual(4 * Object.keys(shapes).length)
  })
})
