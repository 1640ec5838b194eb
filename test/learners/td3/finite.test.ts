/** Numbers of every size in every place: each update either learns, or is refused by the quantity's name and leaves nothing changed. */
import { describe, expect, test } from 'vitest'
import { LARGEST, NotFiniteError } from '../../../src/failure.js'
import { td3, type Td3Learner } from '../../../src/learners/td3/td3.js'
import { td3One, type Td3Settings } from '../../../src/learners/td3/td3Settings.js'
import type { NoisyAction } from '../../../src/learners/parts/noisyPolicy.js'
import { seeded } from '../../../src/random.js'
import { difference } from '../../../src/testing/difference.js'
import type { Random, Transition } from '../../../src/types.js'

const spec = { observation: { size: 3, names: ['hip', 'knee', 'toe'] }, action: { size: 2 } }

const make = (extra: Partial<Td3Settings> = {}): Td3Learner =>
  td3(spec, {
    hidden: [8, 8],
    actorStepSize: 1e-3,
    criticStepSize: 2e-3,
    bufferSize: 5,
    batchSize: 4,
    learningStarts: 2,
    uniformActionSteps: 2,
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
  return (learner: Td3Learner): Transition<NoisyAction> => {
    const sampled = learner.sample(observation)
    const from = observation
    observation = vector()
    step++
    const [terminated, truncated] = [step % 7 === 0, step % 11 === 0]
    return { observation: from, sampled, reward: random.uniform(), nextObservation: observation, terminated, truncated }
  }
}

type Spoil = (transition: Transition<NoisyAction>, value: number) => Transition<NoisyAction>
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
      sampled: { ...sampled, action: Float64Array.from(with1(sampled.action, 1, value)) } as unknown as NoisyAction,
    }),
  ],
]

const isFiniteThroughout = ({ floats, doubles }: { floats: Float32Array; doubles: Float64Array }): boolean =>
  floats.every(Number.isFinite) && doubles.every(Number.isFinite)

/** What a refusal may name where the number itself is not beyond measure, but what is made of it is. */
const derived =
  /^(tdError|value|nextValue|actionValue|actorLoss|(actor|critic)(Gradient|Activation|Step)) is \S+, (and in float32 a sum of its squares is Infinity, )?expected a finite number$/

const grid: readonly Partial<Td3Settings>[] = (['webassembly', 'typescript'] as const).flatMap((kernels) => [
  { kernels },
  { kernels, ...td3One, adamBeta1: 0 },
  // Every update moves the actor, and every row is the latest transition: what is refused there was seen after the critics had moved.
  { kernels, ...td3One, actorDelay: 1 },
])

describe.each(grid)('with %o', (settings) => {
  const learner = make(settings)
  const next = world()
  // The update that follows moves the actor.
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
  const [one, other] = [make(), make()]
  const worlds = [world(), world()]
  for (let i = 0; i < 12; i++) {
    const [sane, same] = [worlds[0](one), worlds[1](other)]
    for (const [, spoil] of places) expect(() => other.update(spoil(same, NaN))).toThrow(NotFiniteError)
    expect(() => other.sample([1, 1e20, 1])).toThrow('observation[1] (knee) is')
    expect(other.update(same)).toEqual(one.update(sane))
    expect(other.snapshot()).toEqual(one.snapshot())
  }
})

test('a sample from weights that are too large is refused, and no number was drawn for it', () => {
  const policy = seeded(1)('policy')
  const plain: Random = { normal: (out) => policy.normal(out), uniform: () => policy.uniform() }
  for (const random of [seeded(1)('policy'), plain]) {
    const [learner, untouched] = [make({ random, uniformActionSteps: 0 }), make({ uniformActionSteps: 0 })]
    learner.parameters['actor.head.bias'].fill(Infinity)
    expect(() => learner.sample([1, 2, 3])).toThrow('action is Infinity')
    const { parameters } = learner
    parameters['actor.head.bias'].set(untouched.parameters['actor.head.bias'])
    expect(learner.sample([1, 2, 3])).toEqual(untouched.sample([1, 2, 3]))
  }
})

test.each<readonly [Partial<Td3Settings>, string]>([
  [{ criticStepSize: 1e38 }, 'criticStep'],
  [{ actorStepSize: 1e38, actorDelay: 1 }, 'actorStep'],
  [{ actorStepSize: 1e38, actorDelay: 1, adamBeta1: 0, ...td3One }, 'actorStep'],
  [{ actorStepSize: 1e38, actorDelay: 1, threads: 2 }, 'actorStep'],
])(
  'the settings %o are refused in the first update, and nothing moves: neither weights nor what is held',
  (extra, quantity) => {
    const learner = make({ learningStarts: 0, ...extra })
    const before = learner.snapshot()
    const transition = world()(learner)
    const drawn = learner.snapshot()
    expect(() => learner.update(transition)).toThrow(`${quantity} is`)
    expect(learner.snapshot()).toEqual(drawn)
    expect(learner.snapshot().floats).toEqual(before.floats)
    expect(learner.snapshot().collected).toEqual(before.collected)
    learner.close()
  },
)

test.each([{}, td3One])('a critic that moved before the actor was refused is put back, with %o', (size) => {
  const learner = make({ ...size, learningStarts: 0, actorDelay: 1 })
  const next = world()
  for (let i = 0; i < 5; i++) learner.update(next(learner))
  const transition = next(learner)
  const sane = learner.parameters['actor.phi.2.weight'].slice()
  learner.parameters['actor.phi.2.weight'].fill(NaN)
  const before = learner.snapshot()
  const { version } = learner
  expect(() => learner.update(transition)).toThrow('actionValue is NaN')
  expect(learner.snapshot()).toEqual(before)
  expect(learner.version).toBe(version)
  learner.parameters['actor.phi.2.weight'].set(sane)
  expect(Object.values(learner.update(transition)).every(Number.isFinite)).toBe(true)
})

test('before learning starts, what could not be learnt from is refused as well', () => {
  const learner = make({ learningStarts: 100 })
  const transition = world()(learner)
  const before = learner.snapshot()
  for (const [place, spoil] of places) {
    expect(() => learner.update(spoil(transition, 1e19))).toThrow(`${place} is 1`)
    expect(learner.snapshot()).toEqual(before)
  }
})
