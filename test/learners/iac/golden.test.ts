/** The traces of the published program, through both homes of the kernels, on two threads, and by automatic differentiation. */
import { afterAll, describe, expect, test, vi } from 'vitest'
import { iac, type IacReport } from '../../../src/learners/iac/iac.js'
import type { IacHyperparameters, IacSettings } from '../../../src/learners/iac/iacSettings.js'
import type { LearnerSpec } from '../../../src/learners/learnerSettings.js'
import type { SquashedAction } from '../../../src/learners/parts/squashedPolicy.js'
import { iacOnTensorFlow } from '../../../src/learners/tensorflow/iacOnTensorFlow.js'
import { seeded } from '../../../src/random.js'
import type { Learner } from '../../../src/types.js'
import { readAlgorithmTrace } from '../algorithmTrace.js'
import { expectClose, scripted } from '../avg/goldenTrace.js'
import { backendsOf } from '../tensorflow/backends.js'

// TensorFlow.js is slow on a slow machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

type AnyLearner = Learner<SquashedAction, IacReport> & { close(): void }
type Make = (spec: LearnerSpec, settings: IacSettings) => Promise<AnyLearner>

const fused =
  (home: Partial<IacSettings>): Make =>
  async (spec, settings) =>
    iac(spec, { ...settings, ...home })
const backends = await backendsOf('iacOnTensorFlow')
const engines: readonly (readonly [string, Make])[] = [
  ['TypeScript', fused({ kernels: 'typescript' })],
  ['TypeScript without forward cache', fused({ kernels: 'typescript', forwardCache: false })],
  ['WebAssembly', fused({ kernels: 'webassembly' })],
  ['WebAssembly without forward cache', fused({ kernels: 'webassembly', forwardCache: false })],
  ['WebAssembly with two threads', fused({ kernels: 'webassembly', threads: 2 })],
  ...backends.map((backend): readonly [string, Make] => [
    `TensorFlow.js on ${backend}`,
    (spec, settings) => iacOnTensorFlow(spec, settings, { backend }),
  ]),
]

const made: AnyLearner[] = []
afterAll(() => made.forEach((learner) => learner.close()))

describe.each(['iac-basic', 'iac-all'])('the published trace %s', (name) => {
  test.each(engines)('is reproduced in %s', async (_, make) => {
    const { settings, initial, shapes, steps } = readAlgorithmTrace(name)
    const random = scripted()
    const sizes = { observation: { size: steps[0].observation.length }, action: { size: steps[0].action.length } }
    const learner = await make(sizes, {
      ...(settings as unknown as Partial<IacHyperparameters>),
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
      const report = learner.update({ observation, sampled, reward, nextObservation, terminated, truncated })
      expect(random.left()).toBe(0)
      expect(step.updateNormals).toEqual([])
      const scale = settings['scaleTdError'] === true ? step.sigma : 1
      expectClose([report.scale], [scale], bound, `sigma of step ${i}`)
      expectClose([report.actorLoss], [step.actorLoss], bound, `loss of the actor of step ${i}`)
      expectClose([report.criticLoss], [step.criticLoss], bound, `loss of the critic of step ${i}`)

      const after = step.parametersAfter ?? {}
      // Reading the parameters of a learner on TensorFlow.js copies all of them.
      const got = Object.keys(after).length > 0 ? learner.parameters : {}
      for (const [path, want] of Object.entries(after)) {
        expectClose(got[path], want, 1e-4, `${path} after step ${i}`)
        checked++
      }
    })
    expect(checked).toBeGreaterThanOrEqual(7 * Object.keys(shapes).length)
  })
})
