/** Numbers of every size in every place: each update either learns, or is refused by the quantity's name and leaves nothing changed. */
import { describe, expect, test } from 'vitest'
import { LARGEST, NotFiniteError } from '../../../src/failure.js'
import { sac, type SacLearner } from '../../../src/learners/sac/sac.js'
import { cleanRlSac, type SacSettings } from '../../../src/learners/sac/sacSettings.js'
import type { SacAction } from '../../../src/learners/sac/sacPolicy.js'
import { seeded } from '../../../src/random.js'
import { difference } from '../../../src/testing/difference.js'
import type { Random, Transition } from '../../../src/types.js'

const spec = { observation: { size: 3, names: ['hip', 'knee', 'toe'] }, action: { size: 2 } }

/** A buffer and a batch of one. */
const one = { bufferSize: 1, batchSize: 1 }
/** What makes CleanRL's variant of it, but for sizes and counts. */
const {
  hidden: _,
  bufferSize: __,
  batchSize: ___,
  learningStarts: ____,
  uniformActionSteps: _____,
  ...cleanRl
} = cleanRlSac

const make = (extra: Partial<SacSettings> = {}): SacLearner =>
  sac(spec, {
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
  return (learner: SacLearner): Transition<SacAction> => {
    const sampled = learner.sample(observation)
    const from = observation
    observation = vector()
    step++
    const [terminated, truncated] = [step % 7 === 0, step % 11 === 0]
    return { observation: from, sampled, reward: random.uniform(), nextObservation: observation, terminated, truncated }
  }
}

type Spoil = (transition: Transition<SacAction>, value: number) => Transition<SacAction>
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
      sampled: { ...sampled, action: Float64Array.from(with1(sampled.action, 1, value)) } as unknown as SacAction,
    }),
  ],
]

const isFiniteThroughout = ({ floats, doubles }: { floats: Float32Array; doubles: Float64Array }): boolean =>
  floats.every(Number.isFinite) && doubles.every(Number.isFinite)

/** What a refusal may name where the number itself is not beyond measure, but what is made of it is. */
const derived =
  /^(tdError|value|nextValue|new(ActionValue|LogProbability)|actorLoss|(actor|critic|temperature)(Gradient|Activation|Step)) is \S+, (and in float32 a sum of its squares is Infinity, )?expected a finite number$/

const grid: readonly Partial<SacSettings>[] = (['webassembly', 'typescript'] as const).flatMap((kernels) => [
  { kernels },
  { kernels, ...one, adamBeta1: 0 },
  { kernels, ...cleanRl },
])

describe.each(grid)('with %o', (settings) => {
  const learner = make(settings)
  const next = world()
  // The update that follows moves the actor, also where it moves in every second one.
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

test('a sample from weights that are too large is refused, and its draw is taken back', () => {
  const policy = seeded(1)('policy')
  const plain: Random = { normal: (out) => policy.normal(out), uniform: () => policy.uniform() }
  for (const random of [seeded(1)('policy'), plain]) {
    const [learner, untouched] = [make({ random, uniformActionSteps: 0 }), make({ uniformActionSteps: 0 })]
    learner.parameters['actor.mu.bias'].fill(1e19)
    expect(() => learner.sample([1, 2, 3])).toThrow('logProbability is')
    learner.parameters['actor.mu.bias'].fill(0)
    expect(learner.sample([1, 2, 3])).toEqual(untouched.sample([1, 2, 3]))
  }
})

test.each<readonly [Partial<SacSettings>, string]>([
  [{ criticStepSize: 1e38 }, 'criticStep'],
  [{ actorStepSize: 1e38 }, 'actorStep'],
  [{ actorStepSize: 1e38, adamBeta1: 0, ...one }, 'actorStep'],
  [{ actorStepSize: 1e38, threads: 2 }, 'actorStep'],
  [{ temperatureStepSize: 1e38 }, 'temperatureStep'],
  [{ temperatureStepSize: 1e38, temperatureSample: 'anew', adamBeta1: 0 }, 'temperatureStep'],
  [{ targetEntropy: 1e30, temperatureSample: 'anew', threads: 2 }, 'temperatureGradient'],
  // So large a step of the actor that the action after it, or its next step, is beyond measure.
  [{ actorStepSize: 1e12, temperatureSample: 'anew' }, 'newLogProbability'],
  [{ ...cleanRl, targetEntropy: 1e30, actorDelay: 1 }, 'temperatureGradient'],
])(
  'the settings %o are refused in the first update, and nothing moves: neither weights nor what is held',
  (extra, quantity) => {
    const learner = make({ learningStarts: 0, ...extra })
    const transition = world()(learner)
    const before = learner.snapshot()
    const { version } = learner
    expect(() => learner.update(transition)).toThrow(new RegExp(`^(${quantity}) is`))
    expect(difference(before, learner.snapshot(), 'state')).toBeNull()
    expect(learner.version).toBe(version)
    learner.close()
  },
)

test.each([{}, { threads: 2 as const }])(
  'all that moved before a second step of the actor was refused is put back, with %o',
  (extra) => {
    const learner = make({ learningStarts: 0, actorDelay: 2, actorStepSize: 1e12, ...extra })
    const next = world()
    learner.update(next(learner))
    const transition = next(learner)
    const before = learner.snapshot()
    for (let i = 0; i < 3; i++) {
      expect(() => learner.update(transition)).toThrow(/^newLogProbability is/)
      expect(difference(before, learner.snapshot(), 'state')).toBeNull()
    }
    learner.close()
  },
)

test('before learning starts, what could not be learnt from is refused as well', () => {
  const learner = make({ learningStarts: 100 })
  const transition = world()(learner)
  const before = learner.snapshot()
  for (const [place, spoil] of places) {
    expect(() => learner.update(spoil(transition, 1e19))).toThrow(`${place} is 1`)
    expect(learner.snapshot()).toEqual(before)
  }
})
