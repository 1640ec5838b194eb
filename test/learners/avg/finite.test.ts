/**
 * What is finite when a learner is given it may not be finite any more once it is squared, divided or stored. Every engine is given numbers
 * of every size in every place: each update either learns, or is refused by the quantity's name and leaves nothing changed.
 */
import { afterAll, describe, expect, test } from 'vitest'
import { LARGEST, NotFiniteError } from '../../../src/failure.js'
import { avg, type AvgReport } from '../../../src/learners/avg/avg.js'
import type { SquashedAction } from '../../../src/learners/parts/squashedPolicy.js'
import type { AvgSettings } from '../../../src/learners/avg/avgSettings.js'
import { avgOnTensorFlow } from '../../../src/learners/tensorflow/avgOnTensorFlow.js'
import { seeded } from '../../../src/random.js'
import { difference } from '../../../src/testing/difference.js'
import type { Learner, Random, Transition } from '../../../src/types.js'

const spec = { observation: { size: 3, names: ['hip', 'knee', 'toe'] }, action: { size: 2 } }

type AnyLearner = Learner<SquashedAction, AvgReport> & { close(): void }
type Make = (extra?: Partial<AvgSettings>) => Promise<AnyLearner>

const settingsOf = (extra: Partial<AvgSettings>): AvgSettings => ({
  hidden: [8, 8],
  actorStepSize: 1e-3,
  criticStepSize: 2e-3,
  entropyCoefficient: 0.1,
  discount: 0.99,
  adamBeta1: 0,
  random: seeded(1)('policy'),
  initialization: seeded(1)('initialization'),
  ...extra,
})

const made: AnyLearner[] = []
const kept = <L extends AnyLearner>(learner: L): L => {
  made.push(learner)
  return learner
}
afterAll(() => made.forEach((learner) => learner.close()))

const fused =
  (changed: Partial<AvgSettings>): Make =>
  async (extra = {}) =>
    kept(avg(spec, settingsOf({ ...changed, ...extra })))
const fusedEngines: readonly (readonly [string, Make])[] = [
  ['WebAssembly', fused({ kernels: 'webassembly' })],
  ['TypeScript', fused({ kernels: 'typescript' })],
  ['WebAssembly without forward cache', fused({ kernels: 'webassembly', forwardCache: false })],
]
const twoThreads: readonly [string, Make] = ['two threads', fused({ kernels: 'webassembly', threads: 2 })]
const onTensorFlow: readonly [string, Make] = [
  'TensorFlow.js',
  async (extra = {}) => {
    const { kernels: _kernels, threads: _threads, ...settings } = settingsOf(extra)
    return kept(await avgOnTensorFlow(spec, settings, { backend: 'cpu' }))
  },
]
const engines = [...fusedEngines, twoThreads, onTensorFlow]

/** A stream of sane transitions that depends on the step alone; ends of both kinds are in it. */
const world = () => {
  const random = seeded(2)('world')
  const vector = (): Float32Array => {
    const values = new Float32Array(3)
    random.normal(values)
    return values
  }
  let [step, observation] = [0, vector()]
  return (learner: AnyLearner): Transition<SquashedAction> => {
    const sampled = learner.sample(observation)
    const from = observation
    observation = vector()
    step++
    const [terminated, truncated] = [step % 7 === 0, step % 11 === 0]
    return { observation: from, sampled, reward: random.uniform(), nextObservation: observation, terminated, truncated }
  }
}

const live = (learner: AnyLearner, steps: number, next = world()): void => {
  for (let i = 0; i < steps; i++) learner.update(next(learner))
}

const with1 = (vector: ArrayLike<number>, index: number, value: number): number[] =>
  Array.from(vector).with(index, value)

type Spoil = (transition: Transition<SquashedAction>, value: number) => Transition<SquashedAction>
/** Each number of a transition, by the name that a refusal gives it. */
const places: readonly (readonly [string, Spoil])[] = [
  ['reward', (transition, reward) => ({ ...transition, reward })],
  ...[0, 2].map((i): readonly [string, Spoil] => [
    `observation[${i}] (${spec.observation.names[i]})`,
    (transition, value) => ({ ...transition, observation: with1(transition.observation, i, value) }),
  ]),
  [
    'nextObservation[1] (knee)',
    (transition, value) => ({ ...transition, nextObservation: with1(transition.nextObservation, 1, value) }),
  ],
  ...(['action', 'noise'] as const).map((name): readonly [string, Spoil] => [
    `${name}[1]`,
    ({ sampled, ...rest }, value) => ({
      ...rest,
      sampled: { ...sampled, [name]: Float64Array.from(with1(sampled[name], 1, value)) } as unknown as SquashedAction,
    }),
  ]),
  ['logProbability', ({ sampled, ...rest }, logProbability) => ({ ...rest, sampled: { ...sampled, logProbability } })],
]

const sizes = [1e19, 1e21, 1e25, 1e38, 1e39, 1e77, 1e100, 1e154, 1e160, 1e200, 1e300, Number.MAX_VALUE, Infinity]
const small = [1e-38, 1e-46, 1e-160, 1e-308, 5e-324]

/** Whether every number in plain data is finite. */
const isFiniteThroughout = (state: unknown): boolean => {
  if (typeof state === 'number') return Number.isFinite(state)
  if (ArrayBuffer.isView(state)) return (state as Float64Array).every(Number.isFinite)
  return typeof state !== 'object' || state === null || Object.values(state).every(isFiniteThroughout)
}

const weightsOf = (learner: AnyLearner): Record<string, Float32Array> =>
  Object.fromEntries(Object.entries(learner.parameters).map(([name, values]) => [name, values.slice()]))

/** The tensors that did not move. */
const unmoved = (learner: AnyLearner, before: Record<string, Float32Array>): string[] =>
  Object.entries(learner.parameters)
    .filter(([name, values]) => values.every((value, i) => value === before[name][i]))
    .map(([name]) => name)

/** Gives a learner that has lived for some steps one transition, and says what became of it. */
const outcomeOf = (learner: AnyLearner, state: unknown, transition: Transition<SquashedAction>): string => {
  learner.restore(state)
  let refusal: NotFiniteError | null = null
  let report: AvgReport | null = null
  try {
    report = learner.update(transition)
  } catch (error) {
    if (!(error instanceof NotFiniteError)) return `threw ${String(error)}`
    refusal = error
  }
  const after = learner.snapshot()
  if (refusal !== null) return difference(state, after, 'state') ?? refusal.message
  if (!isFiniteThroughout(report)) return `reported ${JSON.stringify(report)}`
  if (!isFiniteThroughout(after)) return 'left numbers that are not finite'
  const before = weightsOf(learner)
  live(learner, 10)
  return unmoved(learner, before).map((name) => `${name} never moves again`)[0] ?? 'learnt'
}

const ablated = { gradient: 'likelihood-ratio' as const, targetPolyak: 0.1 }
const grid: readonly Partial<AvgSettings>[] = [
  ...[true, false].flatMap((scaleTdError) =>
    [true, false].flatMap((normalizePenultimate) =>
      [0, 0.9].map((adamBeta1) => ({ scaleTdError, normalizePenultimate, adamBeta1 })),
    ),
  ),
  { scaleTdError: true, normalizePenultimate: true, adamBeta1: 0, ...ablated },
  { scaleTdError: false, normalizePenultimate: false, adamBeta1: 0.9, ...ablated },
]
const ends = [
  { terminated: false, truncated: false },
  { terminated: true, truncated: false },
  { terminated: false, truncated: true },
]

describe.each(engines)('in %s', (name, make) => {
  // Two threads and TensorFlow.js are slow here, and only ever as good as their setting; the other kernels run the same checks.
  const few = name === twoThreads[0] || name === onTensorFlow[0]
  const isFirst = name === fusedEngines[0][0]
  const grids = few ? [grid[0], grid[6], grid[8]] : grid
  test.each(grids)('a number of any size is learnt from, or refused by its name: %o', async (setting) => {
    const learner = await make(setting)
    const wrong: string[] = []
    for (const steps of isFirst ? [0, 1, 9, 200] : [9]) {
      const next = world()
      live(learner, steps, next)
      const transition = next(learner)
      const state = structuredClone(learner.snapshot())
      for (const end of few ? [ends[0]] : ends) {
        for (const [place, spoil] of places) {
          for (const value of few
            ? [1e21, 1e39, -1e160, Infinity, 5e-324]
            : [...sizes, NaN, ...small].flatMap((size) => [size, -size])) {
            const got = outcomeOf(learner, state, spoil({ ...transition, ...end }, value))
            // Every refusal here is of the number itself, before anything is made of it.
            const huge = !(Math.abs(value) <= LARGEST)
            const refused = `${place} is ${value}${Number.isFinite(value) ? ', and in float32 a sum of its squares is Infinity' : ''}, expected a finite number`
            if (got !== (huge ? refused : 'learnt'))
              wrong.push(`${place} ${value} at ${steps}, ${JSON.stringify(end)}: ${got}`)
          }
        }
      }
      learner.restore(state)
    }
    expect(wrong).toEqual([])
  })
})

/** What a refusal may name where the number itself is not beyond measure, but what is made of it is. */
const derived =
  /^((target|tdError|entropyReward|scale|actorLoss|softValue|actionValue|nextActionValue|(nextL|l)ogProbability|(actor|critic)(Gradient|Activation|Step))(\[\d+\] \([\w.]+\))?|reward|(nextO|o)bservation\[\d\] \(\w+\)|(action|noise)\[\d\]) is \S+, (and in float32 a sum of its squares is Infinity, )?expected a finite number$/

describe.each([fusedEngines[0], fusedEngines[1], twoThreads, onTensorFlow])('in %s', (name, make) => {
  const few = name === twoThreads[0] || name === onTensorFlow[0]

  test.each(few ? [grid[6], grid[9]] : grid)(
    'numbers that are large and not beyond measure leave nothing that is not finite: %o',
    async (setting) => {
      const learner = await make(setting)
      const wrong: string[] = []
      const next = world()
      live(learner, 9, next)
      const transition = next(learner)
      const state = structuredClone(learner.snapshot())
      for (const [place, spoil] of places) {
        for (const value of few
          ? [1e9, 1e17]
          : [1e3, 1e6, 1e9, 1e12, 1e15, 1e17, 4.9e17, 5e17, 1e18].flatMap((size) => [size, -size])) {
          learner.restore(state)
          const spoilt = spoil(transition, value)
          try {
            const report = learner.update(spoilt)
            if (!isFiniteThroughout([report, learner.snapshot()])) wrong.push(`${place} ${value}: not finite`)
          } catch (error) {
            if (!derived.test((error as Error).message)) wrong.push(`${place} ${value}: ${String(error)}`)
            const moved = difference(state, learner.snapshot(), 'state')
            if (moved !== null) wrong.push(`${place} ${value}: ${moved}`)
          }
          // It goes on, whichever it was: what it takes in from here on is sane, and what it makes of it is finite or refused.
          for (let i = 0; i < 5; i++) {
            const before = learner.snapshot()
            try {
              learner.update(next(learner))
            } catch (error) {
              if (!derived.test((error as Error).message)) wrong.push(`after ${place} ${value}: ${String(error)}`)
              if (difference(before, learner.snapshot(), 'state') !== null) wrong.push(`after ${place} ${value}: moved`)
            }
            if (!isFiniteThroughout(learner.snapshot())) wrong.push(`after ${place} ${value}: not finite`)
          }
        }
      }
      expect(wrong).toEqual([])
    },
  )

  test('rewards of a million and more are no reason to refuse', async () => {
    for (const setting of grid) {
      for (const unit of few ? [1e6] : [1e3, 1e6, 1e9]) {
        const learner = await make(setting)
        const next = world()
        const large = (): Transition<SquashedAction> => {
          const transition = next(learner)
          return { ...transition, reward: unit * transition.reward }
        }
        for (let i = 0; i < 5; i++) learner.update(large())
        const before = weightsOf(learner)
        for (let i = 0; i < 5; i++) learner.update(large())
        // With scaling, σ is 1 in the first step, as published, and the critic takes thousands of others to recover from that one.
        if (!setting.scaleTdError) expect(unmoved(learner, before)).toEqual([])
      }
    }
  })

  test('after a refusal everything goes on as if there had been none, the same bits and the same chance', async () => {
    for (const setting of [grid[0], grid[7], grid[8]]) {
      const [one, other] = [await make(setting), await make(setting)]
      const worlds = [world(), world()]
      for (let i = 0; i < 12; i++) {
        const [sane, same] = [worlds[0](one), worlds[1](other)]
        for (const [, spoil] of places) {
          for (const value of [NaN, 1e39]) expect(() => other.update(spoil(same, value))).toThrow(NotFiniteError)
        }
        // This one is refused at the end of an update, when all that it consists of is known.
        if (!setting.scaleTdError) {
          expect(() => other.update({ ...same, reward: 9e17 })).toThrow(/^criticGradient\S* /)
        }
        expect(() => other.sample([1, 1e20, 1])).toThrow(
          'observation[1] (knee) is 100000000000000000000, and in float32',
        )
        expect(other.update(same)).toEqual(one.update(sane))
        expect(other.snapshot()).toEqual(one.snapshot())
      }
    }
  })

  test('a refusal takes no draw from a random number generator that cannot be saved, however simple it is', async () => {
    const plain = (): Random => {
      const stream = seeded(1)('policy')
      return { normal: (out) => stream.normal(out), uniform: () => stream.uniform() }
    }
    /** Saves its place, but knows no faster way back. */
    const saved = (): Random => {
      const { normal, uniform, snapshot, restore } = seeded(1)('policy')
      return { normal, uniform, snapshot, restore } as Random
    }
    const one = await make({ random: seeded(1)('policy') })
    for (const source of [plain, saved]) {
      const [wanted, other] = [await make({ random: seeded(1)('policy') }), await make({ random: source() })]
      const worlds = [world(), world()]
      for (let i = 0; i < 6; i++) {
        const [sane, same] = [worlds[0](wanted), worlds[1](other)]
        for (const reward of [1e39, NaN]) expect(() => other.update({ ...same, reward })).toThrow(NotFiniteError)
        if (i % 2 === 1) expect(other.sample([1, 2, 3])).toEqual(wanted.sample([1, 2, 3]))
        expect(other.update(same)).toEqual(wanted.update(sane))
      }
    }
    one.close()
  })

  test('a random number generator that gives no numbers is refused by name', async () => {
    const random: Random = { normal: (out) => void out.fill(NaN), uniform: () => NaN }
    const learner = await make({ random })
    expect(() => learner.sample([1, 2, 3])).toThrow('noise[0] is NaN, expected a finite number')
    await expect(make({ initialization: random })).rejects.toThrow('initialization[0] is NaN, expected a finite number')
  })

  test('a sample from weights that are too large is refused, and takes no draw', async () => {
    for (const sampling of [{}, { deterministic: true }]) {
      const learner = await make()
      const { random } = learner.snapshot() as { random: unknown }
      for (const value of [1e19, 3e38, NaN, Infinity]) {
        learner.parameters['actor.mu.bias'].fill(value)
        expect(() => learner.sample([1, 2, 3], sampling)).toThrow(
          /^logProbability is \S+, (and in float32 a sum of its squares is Infinity, )?expected a finite number$/,
        )
      }
      learner.parameters['actor.mu.bias'].fill(0)
      expect((learner.snapshot() as { random: unknown }).random).toEqual(random)
      learner.sample([1, 2, 3], sampling)
    }
  })

  const extremes: readonly (readonly [Partial<AvgSettings>, string | null])[] = [
    [{ criticStepSize: 1e38 }, 'criticStep'],
    [{ criticStepSize: 1e308 }, 'criticStep'],
    [{ actorStepSize: 1e38 }, 'actorStep'],
    [{ actorStepSize: 1e19, adamBeta1: 0.9 }, 'actorStep'],
    [{ criticStepSize: 1e16 }, null],
    [{ criticStepSize: 1e-30 }, null],
    [{ adamBeta1: 0.9, adamBeta2: 0 }, null],
    [{ adamBeta1: 0.9999, adamBeta2: 0.5 }, null],
    [{ adamBeta2: 1 - 2 ** -53 }, null],
    [{ adamBeta1: 1 - 2 ** -53 }, 'actorStep'],
    [{ adamBeta1: 1e-300 }, null],
    [{ adamEpsilon: 1e-35 }, null],
    [{ adamEpsilon: 1e-35, adamBeta1: 0.9, adamBeta2: 0.1 }, 'actorStep'],
    [{ adamEpsilon: 1e18 }, null],
    [{ entropyCoefficient: 5e-324 }, null],
    [{ entropyCoefficient: 1e10 }, null],
    [{ entropyCoefficient: 1e30 }, 'actorGradient|entropyReward|tdError'],
    [{ entropyCoefficient: 1e308 }, 'actorGradient|actorLoss|entropyReward|tdError'],
    [{ discount: 0 }, null],
    [{ discount: 5e-324 }, null],
    [{ hidden: [1] }, null],
  ]
  test.each(extremes)('with the settings %o nothing that is stored stops being finite', async (extra, refused) => {
    for (const end of ends) {
      const learner = await make({ scaleTdError: false, ...extra })
      const next = world()
      let message: string | null = null
      // The first observation is all zeros: its weights have no gradient at all.
      const zero = { ...next(learner), observation: [0, 0, 0], ...end }
      for (let i = 0; i < 12; i++) {
        const before = learner.snapshot() as object
        try {
          learner.update(i === 0 ? zero : { ...next(learner), ...end })
        } catch (error) {
          message ??= (error as Error).message
          expect((error as Error).message).toMatch(derived)
          expect(learner.snapshot()).toMatchObject({ ...before, random: expect.anything() })
        }
        expect(isFiniteThroughout(learner.snapshot())).toBe(true)
      }
      if (refused !== null) expect(message).toMatch(new RegExp(`^(${refused})[^,]* is`))
      else if (Number(extra.criticStepSize ?? 1) <= 1) expect(message).toBeNull()
    }
  })

  test.each([
    [{ adamEpsilon: 0 }, 'avg: adamEpsilon must be a positive number, got 0'],
    [
      { adamEpsilon: 1e-40 },
      'avg: adamEpsilon must be 3.72e-37 or more, so that float32 does not make 0 of it, got 1e-40',
    ],
    [{ adamEpsilon: 1e39 }, 'avg: adamEpsilon must be 1e18 or less, got 1e+39'],
    [{ criticStepSize: 5e-324 }, 'avg: criticStepSize must be 3.72e-37 or more, so that float32 does not make 0 of it'],
    [{ actorStepSize: 1e-37 }, 'avg: actorStepSize must be 3.72e-37 or more'],
    [{ criticStepSize: Infinity }, 'avg: criticStepSize must be a positive number, got Infinity'],
  ])('the settings %o are refused, since float32 cannot hold them', async (extra, message) => {
    await expect(make(extra)).rejects.toThrow(message)
  })
})
