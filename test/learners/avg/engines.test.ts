/** Each engine is the others' witness: the published traces, and random shapes and cases, through every one that this machine has. */
import { afterAll, describe, expect, test, vi } from 'vitest'
import { avg, type AvgReport } from '../../../src/learners/avg/avg.js'
import type { AvgSettings } from '../../../src/learners/avg/avgSettings.js'
import type { LearnerSpec } from '../../../src/learners/learnerSettings.js'
import type { SquashedAction } from '../../../src/learners/parts/squashedPolicy.js'
import { avgOnTensorFlow } from '../../../src/learners/tensorflow/avgOnTensorFlow.js'
import { loadBackend } from '../../../src/learners/tensorflow/backend.js'
import { backendNames } from '../../../src/learners/tensorflow/backendName.js'
import { seeded } from '../../../src/random.js'
import type { Learner, Random } from '../../../src/types.js'
import { expectClose, initialOf, readTrace, scripted, traces } from './goldenTrace.js'

// Full-width networks on every engine. On a slow machine that takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

type AnyLearner = Learner<SquashedAction, AvgReport> & { close(): void }

interface Engine {
  readonly name: string
  make(spec: LearnerSpec, settings: AvgSettings): Promise<AnyLearner>
}

const fused = (name: string, extra: Partial<AvgSettings>): Engine => ({
  name,
  make: async (spec, settings) => avg(spec, { ...settings, ...extra }),
})

const fusedEngines = [
  fused('TypeScript', { kernels: 'typescript' }),
  fused('TypeScript without forward cache', { kernels: 'typescript', forwardCache: false }),
  fused('WebAssembly', { kernels: 'webassembly' }),
  fused('WebAssembly without forward cache', { kernels: 'webassembly', forwardCache: false }),
  fused('WebAssembly with two threads', { kernels: 'webassembly', threads: 2 }),
]
const [reference, , webAssembly, , twoThreads] = fusedEngines

const backends = await Promise.all(
  backendNames.map((backend) =>
    loadBackend('avgOnTensorFlow', backend).then(
      () => ({ backend, absent: null }),
      (error: Error) => ({ backend, absent: error.message }),
    ),
  ),
)
const tensorFlowEngines = backends.flatMap(({ backend, absent }): Engine[] =>
  absent === null
    ? [{ name: `TensorFlow.js on ${backend}`, make: (spec, settings) => avgOnTensorFlow(spec, settings, { backend }) }]
    : [],
)
const engines = [...fusedEngines, ...tensorFlowEngines]

const made: AnyLearner[] = []
const make = async (engine: Engine, spec: LearnerSpec, settings: AvgSettings): Promise<AnyLearner> => {
  const learner = await engine.make(spec, settings)
  made.push(learner)
  return learner
}
afterAll(() => made.forEach((learner) => learner.close()))

test.each(backends.flatMap(({ backend, absent }) => (absent === null ? [] : [[backend, absent] as const])))(
  'TensorFlow.js on %s is absent: %s',
  (backend, absent) => {
    // `npm run test:tensorflow` is there to run the table on this one: absent then is a failure.
    expect(process.env['RIVULET_BACKEND'], 'the backend that had to be there').not.toBe(backend)
    expect(absent).toMatch(/^avgOnTensorFlow: backend \w+ (needs|cannot load) [^\n]*; npm install [^\n]*$/)
  },
)

describe.each(traces)('the published trace avg-%s', (name) => {
  test.each(engines.map((engine) => [engine.name, engine] as const))('is reproduced by %s', async (_, engine) => {
    const trace = readTrace(name)
    const { hyper, args } = trace
    const random = scripted()
    const learner = await make(
      engine,
      { observation: { size: args.obs }, action: { size: args.act } },
      {
        hidden: [args.hid, args.hid],
        actorStepSize: hyper['actor_lr'],
        criticStepSize: hyper['critic_lr'],
        entropyCoefficient: hyper['alpha_lr'],
        discount: hyper['gamma'],
        adamBeta1: hyper.betas[0],
        adamBeta2: hyper.betas[1],
        random,
        initialization: seeded(0)('initialization'),
      },
    )
    const { parameters } = learner
    expect(Object.keys(parameters)).toEqual(Object.keys(trace.parameters))
    for (const [path, values] of Object.entries(initialOf(trace))) {
      expect(parameters[path].length, path).toBe(values.length)
      parameters[path].set(values)
    }

    trace.steps.forEach((step, i) => {
      const bound = i < 16 ? 1e-5 : 1e-4
      random.say(step.noise)
      const sampled = learner.sample(step.observation)
      expectClose(sampled.action, step.action, bound, `action of step ${i}`)
      expectClose([sampled.logProbability], [step.logProb], bound, `log-probability of step ${i}`)

      random.say(step.nextNoise)
      const { reward, terminated, truncated, nextObservation, observation } = step
      const report = learner.update({ observation, sampled, reward, nextObservation, terminated, truncated })
      expect(random.left()).toBe(0)
      expectClose([report.actionValue], [step.q], bound, `Q of step ${i}`)
      expectClose([report.scale], [step.sigma], bound, `sigma of step ${i}`)

      const after = step.weightsAfter ?? {}
      const weights = Object.keys(after).length > 0 ? learner.parameters : {}
      for (const [path, want] of Object.entries(after)) {
        const got = weights[path]
        const what = `${path} after step ${i}`
        if (!('sum' in want)) expectClose(got, want, 1e-4, what)
        else {
          expectClose(got.subarray(0, want.first.length), want.first, 1e-4, what)
          expectClose(got.subarray(got.length - want.last.length), want.last, 1e-4, what)
          const sum = got.reduce((a, b) => a + b, 0)
          expect(Math.abs(sum - want.sum) / got.length, what).toBeLessThan(1e-4)
        }
      }
    })
  })
})

/** Shapes and cases drawn by chance, the same ones in every run. */
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
    normalizePenultimate: coin(),
    scaleTdError: coin(),
    returnEndsAt: coin() ? ('termination' as const) : ('episode' as const),
    logStdReading: coin() ? ('covariance' as const) : ('deviation' as const),
  }
  const spec = { observation: { size: upTo(24) }, action: { size: upTo(7) } }
  const { observation, action } = spec
  const switches = [
    ...(settings.normalizePenultimate ? ['unit norm'] : []),
    ...(settings.scaleTdError ? ['scaled'] : []),
    settings.returnEndsAt,
    settings.logStdReading,
  ]
  const name = `${observation.size} -> ${hidden.join(' -> ')} -> ${action.size}, beta1 ${settings.adamBeta1}, ${switches.join(', ')}`
  return { name, seed: i, spec, settings }
})

/** The ablations, each on cases of their own. */
const ablations = [
  { gradient: 'likelihood-ratio' as const },
  { targetPolyak: 0.05 },
  { gradient: 'likelihood-ratio' as const, targetPolyak: 0.5 },
]
const ablatedCases = cases.slice(0, 6).map(({ name, settings, ...drawn }, i) => {
  const ablated = ablations[i % ablations.length]
  return { ...drawn, name: `${name}, ${JSON.stringify(ablated)}`, settings: { ...settings, ...ablated } }
})

interface Step {
  readonly sampled: SquashedAction
  readonly report: AvgReport
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
  return Array.from({ length: 24 }, () => {
    const sampled = learner.sample(observation)
    const nextObservation = observe()
    const [terminated, truncated] = [world.uniform() < 0.15, world.uniform() < 0.15]
    const reward = 2 * world.uniform() - 1
    const report = learner.update({ observation, sampled, reward, nextObservation, terminated, truncated })
    observation = terminated || truncated ? observe() : nextObservation
    const parameters = Object.entries(learner.parameters).map(([path, values]) => [path, values.slice()] as const)
    return { sampled, report, parameters: Object.fromEntries(parameters) }
  })
}

const chanceOf = ({ seed }: (typeof cases)[number]) => ({
  random: seeded(seed)('policy'),
  initialization: seeded(seed)('initialization'),
})

describe.each([...cases, ...ablatedCases].map((drawn) => [drawn.name, drawn] as const))(
  'the case %s',
  (_name, drawn) => {
    const lived = async (engine: Engine): Promise<Step[]> =>
      live(await make(engine, drawn.spec, { ...drawn.settings, ...chanceOf(drawn) }), drawn)

    const others = engines.slice(1).map((engine) => [engine.name, engine] as const)
    test.each(others)(`is learnt alike by %s and ${reference.name}`, async (_, engine) => {
      const want = await lived(reference)
      const got = await lived(engine)
      got.forEach(({ sampled, report, parameters }, i) => {
        expectClose(sampled.action, want[i].sampled.action, 1e-4, `action ${i}`)
        expectClose([sampled.logProbability], [want[i].sampled.logProbability], 1e-3, `log-probability ${i}`)
        for (const [quantity, value] of Object.entries(want[i].report)) {
          const size = Math.max(1, Math.abs(value))
          expect(Math.abs(report[quantity as keyof AvgReport] - value) / size, `${quantity} ${i}`).toBeLessThan(1e-3)
        }
        for (const [path, values] of Object.entries(want[i].parameters)) {
          expectClose(parameters[path], values, 1e-4, `${path} after ${i}`)
        }
      })
    })

    test('one thread and two give the same bits', async () => {
      expect(await lived(twoThreads)).toEqual(await lived(webAssembly))
    })
  },
)
