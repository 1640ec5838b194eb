/** A guard that does not trip changes no bit; one that is saved goes on exactly; options and states that do not fit are refused. */
import { describe, expect, test, vi } from 'vitest'
import { guard } from '../../src/guard/guard.js'
import type { GuardOptions } from '../../src/guard/guardOptions.js'
import { runningMoments } from '../../src/moments.js'
import { algorithmNames } from '../../src/runs/algorithms.js'
import type { Part, Restorable } from '../../src/types.js'
import { difference } from '../../src/testing/difference.js'
import { scriptedLearner } from '../../src/testing/scriptedLearner.js'
import { bytesOf, parsed } from '../state/serialized.js'
import { type Fault, life, openSmall, weightsOf } from './guardedWorld.js'

vi.setConfig({ testTimeout: 120_000 })

const watchful = {
  lookEvery: 7,
  snapshotEvery: 25,
  window: 50,
  largestMove: 1e6,
  saturatedShare: 1,
  deadShare: 1,
} as const
const rollback: GuardOptions = { onDivergence: 'rollback', ...watchful }

describe.each(algorithmNames)('%s under guard', (name) => {
  test.each(['stop', 'rollback'] as const)('has the bits of %s as without a guard', async (onDivergence) => {
    const [plain, inner] = [await openSmall(name), await openSmall(name)]
    const trips: unknown[] = []
    const guarded = guard(inner, { onDivergence, ...watchful, onTrip: (trip) => trips.push(trip) })
    const [one, other] = [life(plain), life(guarded)]
    one.live(300)
    other.live(300)
    expect(trips).toEqual([])
    expect(difference(one.actions, other.actions, 'actions')).toBe(null)
    expect(difference(plain.snapshot(), guarded.snapshot().learner, 'learner')).toBe(null)
    expect(guarded.snapshot().counts.updates).toBe(plain.version === undefined ? 0 : guarded.snapshot().counts.updates)
    expect(guarded.snapshot().good?.updates).toBeGreaterThan(200)
  })

  test.each([35, 90, 131])('saved after %d steps, it goes on exactly through a trip', async (cut) => {
    const fault: Fault = (step, incoming) => {
      if (step === 130) return { ...incoming, reward: NaN }
      return incoming
    }
    /** Spoils a weight, so that the guard goes back to its snapshot. */
    const spoil =
      (learner: { readonly parameters: Readonly<Record<string, Float32Array>> }): Fault =>
      (step, incoming) => {
        if (step === 110) learner.parameters[Object.keys(learner.parameters)[0]][0] = NaN
        return fault(step, incoming)
      }
    const whole = guard(await openSmall(name), rollback)
    const first = life(whole)
    first.live(200, spoil(whole))
    expect(whole.trips).toBe(2)

    const early = guard(await openSmall(name), rollback)
    const before = life(early)
    before.live(cut, spoil(early))
    const bytes = bytesOf(early.state)
    const late = guard(await openSmall(name, 2), rollback)
    late.state.restore(parsed(bytes))
    const after = life(late)
    after.restore(before.snapshot())
    after.live(200 - cut, spoil(late))
    expect(difference(first.actions, [...before.actions, ...after.actions], 'actions')).toBe(null)
    expect(difference(whole.snapshot(), late.snapshot(), 'state')).toBe(null)
  })
})

test('rows of a replay buffer are in no good snapshot, and stay where they are when the learner goes back', async () => {
  const guarded = guard(await openSmall('td3'), rollback)
  const lived = life(guarded)
  lived.live(120)
  const held = (guarded.snapshot().learner as { collected: { rewards: Float32Array } }).collected.rewards
  expect(guarded.snapshot().good?.learner).not.toHaveProperty('collected')
  guarded.parameters[
    'critic_1.phi.0.weight' in guarded.parameters ? 'critic_1.phi.0.weight' : Object.keys(guarded.parameters)[0]
  ][0] = NaN
  lived.live(10)
  expect(guarded.trips).toBe(1)
  const later = (guarded.snapshot().learner as { collected: { rewards: Float32Array } }).collected.rewards
  expect(later.subarray(0, held.length)).toEqual(held)
})

test('a replay buffer is saved as without a guard, in pieces', async () => {
  const [plain, inner] = [await openSmall('td3'), await openSmall('td3')]
  const guarded = guard(inner, rollback)
  life(plain).live(120)
  life(guarded).live(120)
  const namesOf = (state: Restorable): readonly string[] => [...state.parts()].map(({ name }) => name)
  const names = namesOf(guarded.state)
  expect(namesOf(plain.state!).some((name) => name.startsWith('collected/'))).toBe(true)
  expect(names.filter((name) => name.startsWith('learner/'))).toEqual(
    namesOf(plain.state!).map((name) => `learner/${name}`.replace(/\/$/, '')),
  )
  expect(names.filter((name) => name.includes('collected'))).toEqual(
    names.filter((name) => name.startsWith('learner/collected')),
  )
})

test('a state of which the guard refuses its own part leaves learner and guard as they were', async () => {
  const [guarded, other] = [guard(await openSmall('avg'), rollback), guard(await openSmall('avg', 2), rollback)]
  life(guarded).live(60)
  life(other).live(90)
  const before = guarded.snapshot()
  const spoilt = [...other.state.parts()].map((part): Part => {
    if (part.name !== 'guard' || !('json' in part)) return part
    return { ...part, json: JSON.parse(JSON.stringify(part.json).replace('"wasSafe":false', '"wasSafe":1')) }
  })
  expect(() => guarded.state.restore(spoilt)).toThrow('guard: wasSafe of a snapshot: expected true or false, got 1')
  expect(difference(before, guarded.snapshot(), 'state')).toBe(null)
})

test('what is saved alongside goes back with the learner', async () => {
  const moments = runningMoments({ size: 1 })
  const guarded = guard(await openSmall('avg'), { ...rollback, alongside: [moments] })
  const lived = life(guarded)
  const counting: Fault = (step, incoming) => {
    moments.count = step + 1
    if (step === 110) guarded.parameters['actor.phi.0.weight'][0] = NaN
    return incoming
  }
  lived.live(111, counting)
  const { good } = guarded.snapshot()
  expect(guarded.trips).toBe(1)
  expect(good?.alongside).toEqual([moments.snapshot()])
  expect(moments.count).toBeLessThan(111)
})

test('the first good snapshot has the weights that were read after the learner was made', async () => {
  const guarded = guard(await openSmall('avg'), rollback)
  guarded.parameters['actor.phi.0.weight'].fill(0.25)
  const read = weightsOf(guarded)
  guarded.sample([0, 0, 0])
  guarded.parameters['actor.phi.0.weight'][0] = Infinity
  expect(guarded.sample([0, 0, 0])).toEqual({ action: new Float32Array(1), safe: true })
  expect(weightsOf(guarded)).toEqual(read)
})

describe('options', () => {
  const learner = scriptedLearner()
  test.each([
    [{ onDivergence: 'halt' }, "guard: onDivergence: expected 'stop' or 'rollback', got halt"],
    [{ onDivergence: 'stop', lookEvery: 0 }, 'guard: lookEvery: expected a positive integer, got 0'],
    [{ onDivergence: 'stop', snapshotEvery: 1.5 }, 'guard: snapshotEvery: expected a positive integer, got 1.5'],
    [{ onDivergence: 'stop', window: -1 }, 'guard: window: expected a positive integer, got -1'],
    [{ onDivergence: 'stop', mostTrips: -1 }, 'guard: mostTrips: expected an integer from 0 up, got -1'],
    [
      { onDivergence: 'stop', stepSizeFactor: 2 },
      'guard: stepSizeFactor: expected a number above 0 and at most 1, got 2',
    ],
    [{ onDivergence: 'stop', largestMove: 0 }, "guard: largestMove: expected a positive number or 'none', got 0"],
    [
      { onDivergence: 'stop', deadShare: 2 },
      "guard: deadShare: expected a number above 0 and at most 1, or 'none', got 2",
    ],
    [{ onDivergence: 'stop', safeAction: [0, NaN] }, 'guard: safeAction: expected finite numbers, got NaN'],
  ])('%j are refused', (options, message) => {
    expect(() => guard(learner, options as GuardOptions)).toThrow(new RangeError(message))
  })

  test('smaller steps are asked of a learner that cannot make them', () => {
    expect(() => guard(learner, { onDivergence: 'rollback' })).toThrow(
      new TypeError('guard: this learner has no scaleStepSizes; stepSizeFactor: 1 keeps its step sizes'),
    )
    expect(guard(learner, { onDivergence: 'rollback', stepSizeFactor: 1 }).trips).toBe(0)
  })

  test('before the first decision a trip throws, unless there is a safe action', async () => {
    const unknown = guard(await openSmall('avg'), rollback)
    expect(() => unknown.sample([NaN, 0, 0])).toThrow('observation[0] is NaN, expected a finite number')
    const known = guard(await openSmall('avg'), { ...rollback, safeAction: [0.5] })
    expect(known.sample([NaN, 0, 0])).toEqual({ action: Float32Array.of(0.5), safe: true })
  })
})

test('states that are none of the guard are refused, and change nothing', async () => {
  const guarded = guard(await openSmall('avg'), rollback)
  life(guarded).live(60)
  const state = guarded.snapshot()
  const refused = (changed: unknown, message: string | RegExp): void => {
    expect(() => guarded.restore(changed)).toThrow(message)
    expect(difference(state, guarded.snapshot(), 'state')).toBe(null)
  }
  refused(null, 'guard: expected a snapshot, got null')
  refused({}, 'guard: counts.trips of a snapshot: expected an integer from 0 up, got undefined')
  refused({ ...state, stepSizeScale: 2 }, 'guard: stepSizeScale of a snapshot')
  refused({ ...state, wasSafe: 1 }, 'guard: wasSafe of a snapshot: expected true or false, got 1')
  refused({ ...state, weights: {} }, 'guard: weights of a snapshot')
  refused({ ...state, window: { ...state.window, active: [] } }, 'guard: window.active of a snapshot')
  refused({ ...state, good: { ...state.good, alongside: [1] } }, 'guard: good.alongside of a snapshot')
  refused({ ...state, good: { ...state.good, learner: {} } }, /^avg: /)
  refused({ ...state, learner: {} }, /^avg: /)
})
