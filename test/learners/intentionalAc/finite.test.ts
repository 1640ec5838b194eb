/** Numbers of every size in every place: each update either learns, or is refused by the quantity's name and leaves nothing changed. */
import { describe, expect, test } from 'vitest'
import { LARGEST, NotFiniteError } from '../../../src/failure.js'
import type { NormalAction } from '../../../src/learners/parts/normalTape.js'
import { intentionalAc, type IntentionalAcLearner } from '../../../src/learners/intentionalAc/intentionalAc.js'
import type { IntentionalAcSettings } from '../../../src/learners/intentionalAc/intentionalAcSettings.js'
import { seeded } from '../../../src/random.js'
import { difference } from '../../../src/testing/difference.js'
import type { Random, Transition } from '../../../src/types.js'

const spec = { observation: { size: 3, names: ['hip', 'knee', 'toe'] }, action: { size: 2 } }

const make = (extra: Partial<IntentionalAcSettings> = {}): IntentionalAcLearner =>
  intentionalAc(spec, {
    hidden: [8, 8],
    sparsity: 0.3,
    random: seeded(1)('policy'),
    initialization: seeded(1)('initialization'),
    ...extra,
  })

/** A stream of sane transitions that depends on the step alone; ends of both kinds are in it. */
const world = () => {
  const random = seeded(2)('world')
  const vector = (): Float32Array => {
    const values = new Float32Array(3)
    random.normal(values)
    return values
  }
  let [step, observation] = [0, vector()]
  return (learner: IntentionalAcLearner): Transition<NormalAction> => {
    const sampled = learner.sample(observation)
    const from = observation
    observation = vector()
    step++
    const [terminated, truncated] = [step % 7 === 0, step % 11 === 0]
    return { observation: from, sampled, reward: random.uniform(), nextObservation: observation, terminated, truncated }
  }
}

type Spoil = (transition: Transition<NormalAction>, value: number) => Transition<NormalAction>
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
      sampled: { ...sampled, noise: Float64Array.from(with1(sampled.noise, 1, value)) } as unknown as NormalAction,
    }),
  ],
]

const isFiniteThroughout = ({ floats, doubles }: { floats: Float32Array; doubles: Float64Array }): boolean =>
  floats.every(Number.isFinite) && doubles.every(Number.isFinite)

/** What a refusal may name where the number itself is not beyond measure, but what is made of it is. */
const derived =
  /^(tdError|value|nextValue|logProbability|(actor|critic)(Gradient|Activation|Trace|Step)) is \S+, (and in float32 a sum of its squares is Infinity, )?expected a finite number$/

const grid: readonly Partial<IntentionalAcSettings>[] = [{ kernels: 'webassembly' }, { kernels: 'typescript' }]

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
    let learnt = 0
    for (const size of [5e-324, 1e-38, 1e3, 1e6, 1e9, 1e12, 1e15, 1e17, 4.9e17, LARGEST]) {
      for (const value of [size, -size]) {
        learner.restore(state)
        try {
          const report = learner.update(spoil(transition, value))
          expect(Object.values(report).every(Number.isFinite)).toBe(true)
          learnt++
        } catch (error) {
          expect((error as Error).message).toMatch(derived)
          expect(difference(state, learner.snapshot(), 'state')).toBeNull()
        }
        expect(isFiniteThroughout(learner.snapshot())).toBe(true)
        // What was learnt from leaves a learner that goes on, or refuses to.
        const after = learner.snapshot()
        try {
          for (let i = 0; i < 5; i++) learner.update(transition)
        } catch (error) {
          expect((error as Error).message).toMatch(derived)
        }
        expect(isFiniteThroughout(learner.snapshot())).toBe(true)
        learner.restore(after)
      }
    }
    expect(learnt).toBeGreaterThanOrEqual(4)
    learner.restore(state)
  })

  test('rewards of a million are no reason to refuse', () => {
    const other = make(settings)
    const before = other.snapshot()
    const stream = world()
    for (let i = 0; i < 5; i++) {
      const each = stream(other)
      other.update({ ...each, reward: 1e6 * each.reward })
    }
    expect(other.snapshot().floats).not.toEqual(before.floats)
  })

  test('after refusals everything goes on as if there had been none: the same bits and the same random numbers', () => {
    const [one, other] = [make(settings), make(settings)]
    const worlds = [world(), world()]
    for (let i = 0; i < 12; i++) {
      const [sane, same] = [worlds[0](one), worlds[1](other)]
      for (const [, spoil] of places) expect(() => other.update(spoil(same, NaN))).toThrow(NotFiniteError)
      expect(() => other.sample([1, 1e20, 1])).toThrow('observation[1] (knee) is')
      expect(other.update(same)).toEqual(one.update(sane))
      expect(other.snapshot()).toEqual(one.snapshot())
    }
  })
})

test('a sample from weights that are too large is refused, and its draw is taken back', () => {
  const policy = seeded(1)('policy')
  const plain: Random = { normal: (out) => policy.normal(out), uniform: () => policy.uniform() }
  for (const random of [seeded(1)('policy'), plain]) {
    const [learner, untouched] = [make({ random }), make()]
    // The deviation is a float's 0, whose logarithm is none.
    learner.parameters['actor.std.bias'].fill(-1e3)
    expect(() => learner.sample([1, 2, 3])).toThrow('logProbability is')
    learner.parameters['actor.std.bias'].fill(0)
    expect(learner.sample([1, 2, 3])).toEqual(untouched.sample([1, 2, 3]))
  }
})

test('an entropy coefficient that is too large is refused in the first update, and no weight moves', () => {
  const learner = make({ entropyCoefficient: 1e30 })
  const before = learner.snapshot()
  const transition = world()(learner)
  expect(() => learner.update(transition)).toThrow('actorGradient is')
  expect(learner.snapshot().floats).toEqual(before.floats)
  expect(learner.snapshot().doubles).toEqual(before.doubles)
})
