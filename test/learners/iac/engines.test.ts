/** Each engine is the others' witness: random shapes and cases, through every one that this machine has. */
import { afterAll, describe, expect, test, vi } from 'vitest'
import { iac, type IacReport } from '../../../src/learners/iac/iac.js'
import type { IacSettings } from '../../../src/learners/iac/iacSettings.js'
import type { LearnerSpec } from '../../../src/learners/learnerSettings.js'
import type { SquashedAction } from '../../../src/learners/parts/squashedPolicy.js'
import { iacOnTensorFlow } from '../../../src/learners/tensorflow/iacOnTensorFlow.js'
import { seeded } from '../../../src/random.js'
import type { Learner, Random } from '../../../src/types.js'
import { expectClose } from '../avg/goldenTrace.js'
import { backendsOf } from '../tensorflow/backends.js'

// TensorFlow.js is slow on a slow machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

type AnyLearner = Learner<SquashedAction, IacReport> & { close(): void }
type Make = (spec: LearnerSpec, settings: IacSettings) => Promise<AnyLearner>

const reference: Make = async (spec, settings) => iac(spec, { ...settings, kernels: 'typescript' })
const backends = await backendsOf('iacOnTensorFlow')
const engines: readonly (readonly [string, Make])[] = [
  ['WebAssembly', async (spec, settings) => iac(spec, { ...settings, kernels: 'webassembly' })],
  ...backends.map((backend): readonly [string, Make] => [
    `TensorFlow.js on ${backend}`,
    (spec, settings) => iacOnTensorFlow(spec, settings, { backend }),
  ]),
]

const made: AnyLearner[] = []
afterAll(() => made.forEach((learner) => learner.close()))

/** Shapes and cases drawn by chance, the same ones in every run; each treatment of entropy is in two of them. */
const cases = Array.from({ length: 8 }, (_, i) => {
  const random = seeded(i)('case')
  const upTo = (most: number): number => 1 + Math.floor(random.uniform() * most)
  const coin = (): boolean => random.uniform() < 0.5
  const hidden = Array.from({ length: upTo(3) }, () => upTo(40))
  const settings = {
    hidden,
    actorStepSize: 1e-4,
    criticStepSize: 1e-3,
    entropyCoefficient: random.uniform(),
    discount: random.uniform(),
    adamBeta1: i % 2 === 0 ? 0 : 0.9,
    entropy: (['distribution', 'sample', 'both', 'none'] as const)[i % 4],
    normalizePenultimate: coin(),
    scaleTdError: coin(),
    returnEndsAt: coin() ? ('termination' as const) : ('episode' as const),
    logStdReading: coin() ? ('covariance' as const) : ('deviation' as const),
  }
  const spec = { observation: { size: upTo(24) }, action: { size: upTo(7) } }
  const { observation, action } = spec
  const switches = [
    `entropy ${settings.entropy}`,
    ...(settings.normalizePenultimate ? ['unit norm'] : []),
    ...(settings.scaleTdError ? ['scaled'] : []),
    settings.returnEndsAt,
    settings.logStdReading,
  ]
  const name = `${observation.size} -> ${hidden.join(' -> ')} -> ${action.size}, beta1 ${settings.adamBeta1}, ${switches.join(', ')}`
  return { name, seed: i, spec, settings }
})

interface Step {
  readonly sampled: SquashedAction
  readonly report: IacReport
  readonly parameters: Readonly<Record<string, Float32Array>>
}

/** A stream that does not look at the actions, so that all learners live the same one; every kind of end is in it. */
const live = (learner: AnyLearner, { seed, spec }: (typeof cases)[number]): Step[] => {
  const world: Random = seeded(seed)('world')
  const observe = (): Float32Array => {
    const observation = new Float32Array(spec.observation.size)
    world.normal(observation)
    return observation
  }
  let observation = observe()
  // Every third update learns from an action that older weights chose.
  let late: SquashedAction | null = null
  return Array.from({ length: 24 }, (_, i) => {
    const sampled = late ?? learner.sample(observation)
    const nextObservation = observe()
    late = i % 3 === 2 ? learner.sample(nextObservation) : null
    const [terminated, truncated] = [world.uniform() < 0.15, world.uniform() < 0.15]
    const reward = 2 * world.uniform() - 1
    const report = learner.update({ observation, sampled, reward, nextObservation, terminated, truncated })
    observation = nextObservation
    const parameters = Object.entries(learner.parameters).map(([path, values]) => [path, values.slice()] as const)
    return { sampled, report, parameters: Object.fromEntries(parameters) }
  })
}

describe.each(cases.map((drawn) => [drawn.name, drawn] as const))('the case %s', (_name, drawn) => {
  const lived = async (make: Make): Promise<Step[]> => {
    const random = seeded(drawn.seed)
    const chance = { random: random('policy'), initialization: random('initialization') }
    const learner = await make(drawn.spec, { ...drawn.settings, ...chance })
    made.push(learner)
    return live(learner, drawn)
  }

  test.each(engines)('is learnt alike by %s and TypeScript', async (_, make) => {
    const want = await lived(reference)
    const got = await lived(make)
    got.forEach(({ sampled, report, parameters }, i) => {
      expectClose(sampled.action, want[i].sampled.action, 1e-4, `action ${i}`)
      expectClose([sampled.logProbability], [want[i].sampled.logProbability], 1e-3, `log-probability ${i}`)
      expect(Object.keys(report)).toEqual(Object.keys(want[i].report))
      for (const [quantity, value] of Object.entries(want[i].report)) {
        const size = Math.max(1, Math.abs(value))
        expect(Math.abs(report[quantity as keyof IacReport] - value) / size, `${quantity} ${i}`).toBeLessThan(1e-3)
      }
      expect(Object.keys(parameters)).toEqual(Object.keys(want[i].parameters))
      for (const [path, values] of Object.entries(want[i].parameters)) {
        expectClose(parameters[path], values, 1e-4, `${path} after ${i}`)
      }
    })
  })
})
