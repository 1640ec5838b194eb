/** Numbers of every size in every place: each update either collects or learns, or is refused by the quantity's name and leaves nothing changed. */
import { describe, expect, test } from 'vitest'
import { LARGEST, NotFiniteError } from '../../../src/failure.js'
import type { PpoLearner } from '../../../src/learners/ppo/ppo.js'
import { ppoAlgorithm } from '../../../src/learners/ppo/ppoAlgorithm.js'
import type { PpoSettings } from '../../../src/learners/ppo/ppoSettings.js'
import type { ArenaSnapshot } from '../../../src/learners/parts/arenaSnapshot.js'
import type { NormalAction } from '../../../src/learners/parts/normalTape.js'
import type { RolloutState } from '../../../src/learners/parts/rolloutState.js'
import { seeded } from '../../../src/random.js'
import { difference } from '../../../src/testing/difference.js'
import type { Random, Transition } from '../../../src/types.js'
import { learnerOf, live, world } from './life.js'

type Spoil = (transition: Transition<NormalAction>, value: number) => Transition<NormalAction>
const with1 = (vector: ArrayLike<number>, index: number, value: number): number[] =>
  Array.from(vector).with(index, value)
/** Each number that is learnt from, by the name that a refusal gives it. */
const places: readonly (readonly [string, Spoil])[] = [
  ['reward', (transition, reward) => ({ ...transition, reward })],
  ['observation[1] (knee)', (of, value) => ({ ...of, observation: with1(of.observation, 1, value) })],
  ['nextObservation[2] (toe)', (of, value) => ({ ...of, nextObservation: with1(of.nextObservation, 2, value) })],
  [
    'action[1]',
    ({ sampled, ...rest }, value) => ({
      ...rest,
      sampled: { ...sampled, action: Float64Array.from(with1(sampled.action, 1, value)) } as unknown as NormalAction,
    }),
  ],
  ['logProbability', ({ sampled, ...rest }, logProbability) => ({ ...rest, sampled: { ...sampled, logProbability } })],
]

const isFiniteThroughout = ({ floats, doubles, collected }: ArenaSnapshot): boolean =>
  [floats, doubles, ...Object.values(collected as RolloutState)].every((numbers) =>
    (numbers as Float64Array).every(Number.isFinite),
  )

/** What a refusal may name where the number itself is not beyond measure, but what is made of it is. */
const derived =
  /^(value|nextValue|reward|policyLoss|valueLoss|approximateKl|ppo(Gradient|Step)) is \S+, (and in float32 a sum of its squares is Infinity, )?expected a finite number$/

const grid: readonly (readonly [string, number, Partial<PpoSettings>])[] = (
  ['webassembly', 'typescript'] as const
).flatMap((kernels) => [
  ['that is collected', 8, { kernels }] as const,
  ['that fills the rollout', 11, { kernels, bootstrapOnTruncation: true }] as const,
  ['that fills the second rollout', 23, { kernels, normalizeAdvantage: false, adamBeta1: 0 }] as const,
])

describe.each(grid)('of a transition %s (%d before it), with %o,', (_, before, settings) => {
  const learner = learnerOf(settings)
  const next = world()
  live(learner, before, next)
  const transition = { ...next(learner), terminated: false, truncated: before === 8 }
  const state = learner.snapshot()

  test.each(places)('a %s that is beyond measure is refused by name, and nothing moves', (place, spoil) => {
    for (const value of [1e19, -1e39, 1e160, Number.MAX_VALUE, -Infinity, NaN]) {
      const act = () => learner.update(spoil(transition, value))
      expect(act).toThrow(NotFiniteError)
      expect(act).toThrow(`${place} is ${value}`)
      expect(difference(state, learner.snapshot(), 'state')).toBeNull()
    }
  })

  test.each(places)('a %s of any other size is learnt from, or refused with nothing moved', (_place, spoil) => {
    for (const size of [5e-324, 1e-38, 1e3, 1e6, 1e9, 1e12, 1e15, 1e17, 4.9e17, LARGEST]) {
      for (const value of [size, -size]) {
        learner.restore(state)
        try {
          const report = learner.update(spoil(transition, value))
          expect(Object.values(ppoAlgorithm.scalars(report)).every(Number.isFinite)).toBe(true)
          expect(report.learning?.losses.every(Number.isFinite) ?? true).toBe(true)
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

test('a refusal in the middle of the epochs takes all of them back, and the rollout waits for another last step', () => {
  for (const threads of [1, 2] as const) {
    const [one, other] = [learnerOf({ threads }), learnerOf()]
    const [next, same] = [world(), world()]
    live(one, 23, next)
    live(other, 23, same)
    const [last, again] = [next(one), same(other)]
    const before = one.snapshot()
    // What probability had this action: so little that the ratio is larger than any double, in whichever minibatch it is.
    const spoilt = { ...last, reward: -100, sampled: { ...last.sampled, logProbability: -1e4 } }
    expect(() => one.update(spoilt)).toThrow('policyLoss is Infinity, expected a finite number')
    expect(difference(before, one.snapshot(), 'state')).toBeNull()
    expect(one.version).toBe(other.version)
    expect(difference(other.update(again), one.update(last), 'report')).toBeNull()
    expect(difference(other.snapshot(), one.snapshot(), 'state')).toBeNull()
    expect(difference(live(other, 30, same), live(one, 30, next), 'what follows')).toBeNull()
    one.close()
  }
})

test('rewards of a million are no reason to refuse', () => {
  const learner = learnerOf()
  const next = world()
  const before = learner.snapshot()
  for (let i = 0; i < 24; i++) {
    const transition = next(learner)
    learner.update({ ...transition, reward: 1e6 * transition.reward })
  }
  expect(learner.snapshot().floats).not.toEqual(before.floats)
})

test('after refusals everything goes on as if there had been none: the same bits and the same random numbers', () => {
  const [one, other] = [learnerOf(), learnerOf()]
  const worlds = [world(), world()]
  for (let i = 0; i < 30; i++) {
    const [sane, same] = [worlds[0](one), worlds[1](other)]
    for (const [, spoil] of places) expect(() => other.update(spoil(same, NaN))).toThrow(NotFiniteError)
    expect(() => other.sample([1, 1e20, 1])).toThrow('observation[1] (knee) is')
    expect(other.update(same)).toEqual(one.update(sane))
    expect(other.snapshot()).toEqual(one.snapshot())
  }
})

/** The weights of a learner, written to. */
const write = (learner: PpoLearner, path: string, value: number): void => void learner.parameters[path].fill(value)

test('a sample from weights that are too large or of no deviation is refused, and its draw is taken back', () => {
  for (const [path, value] of [
    ['actor.head.bias', Infinity],
    ['actor.log_std', 800],
    ['actor.log_std', -800],
  ] as const) {
    const policy = seeded(1)('policy')
    const plain: Random = { normal: (out) => policy.normal(out), uniform: () => policy.uniform() }
    for (const random of [seeded(1)('policy'), plain]) {
      const [learner, untouched] = [learnerOf({ random }), learnerOf()]
      write(learner, path, value)
      expect(() => learner.sample([1, 2, 3])).toThrow('logProbability is')
      write(learner, path, 0)
      expect(learner.sample([1, 2, 3])).toEqual(untouched.sample([1, 2, 3]))
    }
  }
})

test.each<readonly [Partial<PpoSettings>, string]>([
  [{ stepSize: 1e38 }, 'ppoStep'],
  [{ valueCoefficient: 1e30, maxGradientNorm: 1e30 }, 'ppoGradient'],
])('the settings %o are refused in the first update that learns, and no weight moves', (extra, quantity) => {
  const learner = learnerOf(extra)
  const next = world()
  live(learner, 11, next)
  const transition = next(learner)
  const before = learner.snapshot()
  expect(() => learner.update(transition)).toThrow(`${quantity} is`)
  expect(learner.snapshot()).toEqual(before)
})
