/** Numbers of every size in every place: each update either learns, or is refused by the quantity's name and leaves nothing changed. */
import { describe, expect, test, vi } from 'vitest'
import { LARGEST, NotFiniteError } from '../../../src/failure.js'
import { iac, type IacLearner, type IacReport } from '../../../src/learners/iac/iac.js'
import type { IacSettings } from '../../../src/learners/iac/iacSettings.js'
import type { SquashedAction } from '../../../src/learners/parts/squashedPolicy.js'
import { iacOnTensorFlow } from '../../../src/learners/tensorflow/iacOnTensorFlow.js'
import { seeded } from '../../../src/random.js'
import { difference } from '../../../src/testing/difference.js'
import type { Learner, Random, Transition } from '../../../src/types.js'

const spec = { observation: { size: 3, names: ['hip', 'knee', 'toe'] }, action: { size: 2 } }

// TensorFlow.js is slow on a slow machine.
vi.setConfig({ testTimeout: 120_000 })

type AnyLearner = Learner<SquashedAction, IacReport>

const settingsOf = (extra: Partial<IacSettings>): IacSettings => ({
  hidden: [8, 8],
  actorStepSize: 1e-3,
  criticStepSize: 2e-3,
  entropyCoefficient: 0.1,
  random: seeded(1)('policy'),
  initialization: seeded(1)('initialization'),
  ...extra,
})
const make = (extra: Partial<IacSettings> = {}): IacLearner => iac(spec, settingsOf(extra))

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

type Spoil = (transition: Transition<SquashedAction>, value: number) => Transition<SquashedAction>
const with1 = (vector: ArrayLike<number>, index: number, value: number): number[] =>
  Array.from(vector).with(index, value)
/** Each number that is learnt from, by the name that a refusal gives it. */
const places: readonly (readonly [string, Spoil])[] = [
  ['reward', (transition, reward) => ({ ...transition, reward })],
  ['observation[1] (knee)', (of, value) => ({ ...of, observation: with1(of.observation, 1, value) })],
  ['nextObservation[2] (toe)', (of, value) => ({ ...of, nextObservation: with1(of.nextObservation, 2, value) })],
  [
    'noise[1]',
    ({ sampled, ...rest }, value) => ({
      ...rest,
      sampled: { ...sampled, noise: Float64Array.from(with1(sampled.noise, 1, value)) } as unknown as SquashedAction,
    }),
  ],
  ['logProbability', ({ sampled, ...rest }, logProbability) => ({ ...rest, sampled: { ...sampled, logProbability } })],
]

/** Whether every number in plain data is finite. */
const isFiniteThroughout = (state: unknown): boolean => {
  if (typeof state === 'number') return Number.isFinite(state)
  if (ArrayBuffer.isView(state)) return (state as Float64Array).every(Number.isFinite)
  return typeof state !== 'object' || state === null || Object.values(state).every(isFiniteThroughout)
}

/** What a refusal may name where the number itself is not beyond measure, but what is made of it is. */
const derived =
  /^(tdError|entropyReward|scale|advantage|actorLoss|value|nextValue|logProbability|return|squared (return|scale)|sum of squared entropyReward|(actor|critic)(Gradient|Activation|Step)(\[\d+\] \([\w.]+\))?) is \S+, (and in float32 a sum of its squares is Infinity, )?expected a finite number$/

const grid: readonly Partial<IacSettings>[] = (['webassembly', 'typescript'] as const).flatMap((kernels) =>
  [true, false].flatMap((scaleTdError) => [
    { kernels, scaleTdError, normalizePenultimate: true, entropy: 'both' },
    { kernels, scaleTdError, normalizePenultimate: false, adamBeta1: 0 },
  ]),
)

describe.each(grid)('with %o', (settings) => {
  const learner = make(settings)
  const next = world()
  for (let i = 0; i < 9; i++) learner.update(next(learner))
  const transition = next(learner)
  const state = learner.snapshot()

  test.each(places)('a %s that is beyond measure is refused by name, and nothing moves', (place, spoil) => {
    for (const value of [1e19, -1e39, 1e160, Number.MAX_VALUE, -Infinity, NaN]) {
      const act = () => learner.update(spoil(transition, value))
      expect(act).toThrow(NotFiniteError)
      expect(act).toThrow(`${place} is ${value}`)
      expect(difference(state, learner.snapshot(), 'state')).toBeNull()
    }
  })

  test.each(places)('a %s of any other size is learnt from, or refused with nothing moved', (_, spoil) => {
    for (const size of [5e-324, 1e-38, 1e3, 1e6, 1e9, 1e12, 1e15, 1e17, 4.9e17, LARGEST]) {
      for (const value of [size, -size]) {
        learner.restore(state)
        try {
          const report = learner.update(spoil(transition, value))
          expect(Object.values(report).every(Number.isFinite)).toBe(true)
        } catch (error) {
          expect((error as Error).message).toMatch(derived)
          expect(difference(state, learner.snapshot(), 'state')).toBeNull()
        }
        expect(isFiniteThroughout(learner.snapshot())).toBe(true)
      }
    }
    learner.restore(state)
  })
})

test('rewards of a million are no reason to refuse', () => {
  const learner = make()
  const next = world()
  const before = learner.snapshot()
  for (let i = 0; i < 5; i++) {
    const transition = next(learner)
    learner.update({ ...transition, reward: 1e6 * transition.reward })
  }
  expect(learner.snapshot().floats).not.toEqual(before.floats)
})

test('after refusals everything goes on as if there had been none: the same bits and the same random numbers', () => {
  const [one, other] = [make({ scaleTdError: true }), make({ scaleTdError: true })]
  const worlds = [world(), world()]
  for (let i = 0; i < 12; i++) {
    const [sane, same] = [worlds[0](one), worlds[1](other)]
    for (const [, spoil] of places) expect(() => other.update(spoil(same, NaN))).toThrow(NotFiniteError)
    expect(() => other.sample([1, 1e20, 1])).toThrow('observation[1] (knee) is')
    expect(other.update(same)).toEqual(one.update(sane))
    expect(other.snapshot()).toEqual(one.snapshot())
  }
})

test('a sample from weights that are too large is refused, and its draw is taken back', () => {
  const policy = seeded(1)('policy')
  const plain: Random = { normal: (out) => policy.normal(out), uniform: () => policy.uniform() }
  for (const random of [seeded(1)('policy'), plain]) {
    const [learner, untouched] = [make({ random }), make()]
    learner.parameters['actor.mu.bias'].fill(1e19)
    expect(() => learner.sample([1, 2, 3])).toThrow('logProbability is')
    learner.parameters['actor.mu.bias'].fill(0)
    expect(learner.sample([1, 2, 3])).toEqual(untouched.sample([1, 2, 3]))
  }
})

test.each<readonly [Partial<IacSettings>, string]>([
  [{ criticStepSize: 1e38 }, 'criticStep'],
  [{ actorStepSize: 1e38 }, 'actorStep'],
  [{ entropyCoefficient: 1e30 }, 'actorGradient'],
  [{ entropyCoefficient: 1e30, entropy: 'sample' }, 'entropyReward'],
])('the settings %o are refused in the first update, and no weight moves', (extra, quantity) => {
  const learner = make(extra)
  const before = learner.snapshot()
  const transition = world()(learner)
  expect(() => learner.update(transition)).toThrow(`${quantity} is`)
  expect(learner.snapshot().floats).toEqual(before.floats)
  expect(learner.snapshot().doubles).toEqual(before.doubles)
})

describe('on TensorFlow.js', () => {
  const onTensors = (extra: Partial<IacSettings> = {}) => {
    const { kernels: _kernels, threads: _threads, ...settings } = settingsOf(extra)
    return iacOnTensorFlow(spec, settings, { backend: 'cpu' })
  }

  test.each<Partial<IacSettings>>([
    { scaleTdError: true, normalizePenultimate: true, entropy: 'both' },
    { scaleTdError: false, normalizePenultimate: false, adamBeta1: 0 },
  ])('a number of any size is learnt from, or refused with nothing moved: %o', async (settings) => {
    const learner = await onTensors(settings)
    const next = world()
    for (let i = 0; i < 9; i++) learner.update(next(learner))
    const transition = next(learner)
    const state = learner.snapshot()
    const wrong: string[] = []
    for (const [place, spoil] of places) {
      for (const value of [1e19, -1e39, 1e160, -Infinity, NaN, 5e-324, 1e3, -1e9, 1e15, -4.9e17, LARGEST]) {
        const isBeyond = !(Math.abs(value) <= LARGEST)
        learner.restore(state)
        try {
          const report = learner.update(spoil(transition, value))
          if (isBeyond) wrong.push(`${place} ${value}: learnt from`)
          if (!isFiniteThroughout([report, learner.snapshot()])) wrong.push(`${place} ${value}: not finite`)
        } catch (error) {
          const { message } = error as Error
          const isNamed = isBeyond ? message.startsWith(`${place} is ${value}`) : derived.test(message)
          if (!(error instanceof NotFiniteError) || !isNamed) wrong.push(`${place} ${value}: ${String(error)}`)
          const moved = difference(state, learner.snapshot(), 'state')
          if (moved !== null) wrong.push(`${place} ${value}: ${moved}`)
        }
      }
    }
    expect(wrong).toEqual([])
    learner.close()
  })

  test('after refusals everything goes on as if there had been none: the same bits and the same random numbers', async () => {
    const [one, other] = [await onTensors({ scaleTdError: true }), await onTensors({ scaleTdError: true })]
    const worlds = [world(), world()]
    for (let i = 0; i < 12; i++) {
      const [sane, same] = [worlds[0](one), worlds[1](other)]
      for (const [, spoil] of places) expect(() => other.update(spoil(same, NaN))).toThrow(NotFiniteError)
      expect(() => other.sample([1, 1e20, 1])).toThrow('observation[1] (knee) is')
      expect(other.update(same)).toEqual(one.update(sane))
      expect(other.snapshot()).toEqual(one.snapshot())
    }
    for (const learner of [one, other]) learner.close()
  })

  test('a sample from weights that are too large is refused, and its draw is taken back', async () => {
    const [learner, untouched] = [await onTensors(), await onTensors()]
    learner.parameters['actor.mu.bias'].fill(1e19)
    expect(() => learner.sample([1, 2, 3])).toThrow('logProbability is')
    learner.parameters['actor.mu.bias'].fill(0)
    expect(learner.sample([1, 2, 3])).toEqual(untouched.sample([1, 2, 3]))
    for (const each of [learner, untouched]) each.close()
  })

  test.each<readonly [Partial<IacSettings>, RegExp]>([
    [{ criticStepSize: 1e38 }, /^criticStep is/],
    [{ actorStepSize: 1e38 }, /^actorStep is/],
    [{ entropyCoefficient: 1e30 }, /^actorGradient\[\d+\] \(actor\.\S+\) is/],
    [{ entropyCoefficient: 1e30, entropy: 'sample' }, /^entropyReward is/],
  ])('the settings %o are refused in the first update, and no weight moves', async (extra, refusal) => {
    const learner = await onTensors(extra)
    const transition = world()(learner)
    const before = learner.snapshot()
    expect(() => learner.update(transition)).toThrow(refusal)
    expect(learner.snapshot()).toEqual(before)
    learner.close()
  })
})
