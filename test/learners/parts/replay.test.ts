import { describe, expect, test } from 'vitest'
import { copyChosen } from '../../../src/learners/parts/columns.js'
import { replay, replayBytes, type ReplaySpec } from '../../../src/learners/parts/replay.js'
import { seeded } from '../../../src/random.js'
import type { Random, Transition } from '../../../src/types.js'

const spec: ReplaySpec = {
  capacity: 5,
  observation: { size: 3, names: ['hip', 'knee', 'toe'] },
  action: { size: 2 },
}

/** The k-th transition: every number of it says so. */
const transition = (k: number, extra: Partial<Transition> = {}): Transition => ({
  observation: [k, k + 0.1, k + 0.2],
  sampled: { action: [k + 0.3, k + 0.4] },
  reward: 10 * k,
  nextObservation: [k + 1, k + 1.1, k + 1.2],
  terminated: k % 3 === 2,
  truncated: k % 4 === 3,
  ...extra,
})

const filled = (count: number, changed: Partial<ReplaySpec> = {}) => {
  const buffer = replay('sac', { ...spec, ...changed })
  for (let k = 0; k < count; k++) buffer.add(transition(k))
  return buffer
}

/** A random number generator that gives these numbers. */
const giving = (...numbers: number[]): Random => ({
  normal: () => {
    throw new Error('a buffer draws uniformly')
  },
  uniform: () => {
    const next = numbers.shift()
    if (next === undefined) throw new Error('more was drawn than there is')
    return next
  },
})

describe('a replay buffer', () => {
  test('keeps the latest transitions, each whole and with what it led to', () => {
    const buffer = filled(7)
    expect([buffer.size, buffer.oldest, buffer.capacity]).toEqual([5, 2, 5])
    const rows = [0, 1, 2, 3, 4].map((slot) => {
      const at = <N>(values: ArrayLike<N>, width: number): N[] =>
        Array.from(values).slice(slot * width, (slot + 1) * width)
      return {
        observation: at(buffer.observation.values, 3),
        action: at(buffer.action.values, 2),
        nextObservation: at(buffer.nextObservation.values, 3),
        reward: buffer.rewards[slot],
        terminated: buffer.terminated[slot],
      }
    })
    const want = [5, 6, 2, 3, 4].map((k) => {
      const { observation, sampled, nextObservation, reward, terminated } = transition(k)
      const floats = (values: ArrayLike<number>): number[] => Array.from(values, Math.fround)
      return {
        observation: floats(observation),
        action: floats(sampled.action),
        nextObservation: floats(nextObservation),
        reward,
        terminated: terminated ? 1 : 0,
      }
    })
    expect(rows).toEqual(want)
  })

  test('in float64 keeps every bit', () => {
    const buffer = filled(3, { precision: 'float64' })
    expect([...buffer.observation.values].slice(3, 6)).toEqual([1, 1.1, 1.2])
    expect(buffer.rewards).toBeInstanceOf(Float64Array)
  })

  test('draws ⌊u · size⌋ from the oldest on, a number a row, and the same row again where the numbers say so', () => {
    const chosen = new Int32Array(4)
    const few = filled(3)
    few.draw(giving(0, 0.99, 0.34, 0), chosen)
    expect([...chosen]).toEqual([0, 2, 1, 0])
    // The oldest of seven in a ring of five stands third.
    const many = filled(7)
    many.draw(giving(0, 0.2, 0.6, 0.999999), chosen)
    expect([...chosen]).toEqual([2, 3, 0, 1])
    expect([...chosen].map((slot) => many.rewards[slot])).toEqual([20, 30, 50, 60])
  })

  test('draws every row that it holds, and no other, as often as the others', () => {
    const buffer = filled(8, { capacity: 20 })
    const counts = new Array<number>(20).fill(0)
    const chosen = new Int32Array(64)
    const random = seeded(2)('replay')
    for (let i = 0; i < 200; i++) {
      buffer.draw(random, chosen)
      chosen.forEach((slot) => counts[slot]++)
    }
    expect(counts.slice(8)).toEqual(new Array(12).fill(0))
    // 12,800 draws of eight rows: 1,600 each, to a deviation of some 37.
    for (const count of counts.slice(0, 8)) expect(Math.abs(count - 1600)).toBeLessThan(160)
  })

  test('rows are copied where a batch has them, beside one another if it asks for that', () => {
    const buffer = filled(7)
    const f32 = new Float32Array(14).fill(-1)
    const chosen = Int32Array.of(3, 0)
    copyChosen(buffer.observation, chosen, f32, 2, 6)
    copyChosen(buffer.action, chosen, f32, 5, 6)
    const row = (k: number): number[] => [k, k + 0.1, k + 0.2, k + 0.3, k + 0.4].map(Math.fround)
    expect([...f32]).toEqual([-1, -1, ...row(3), -1, ...row(5), -1])
  })

  test.each<[string, Partial<Transition>, string]>([
    ['another size', { observation: [1, 2] }, 'sac: observation must have 3 components, got 2'],
    ['a NaN', { nextObservation: [1, NaN, 3] }, 'nextObservation[1] (knee) is NaN, expected a finite number'],
    ['an action beyond measure', { sampled: { action: [0, -1e30] } }, 'action[1] is -1e+30, and in float32'],
    ['a reward beyond measure', { reward: Infinity }, 'reward is Infinity, expected a finite number'],
  ])('refuses %s, and holds what it held', (_, spoilt, line) => {
    const buffer = filled(7)
    const before = structuredClone([
      buffer.observation.values,
      buffer.action.values,
      buffer.nextObservation.values,
      buffer.rewards,
      buffer.terminated,
    ])
    expect(() => buffer.add(transition(8, spoilt))).toThrow(line)
    expect([
      buffer.observation.values,
      buffer.action.values,
      buffer.nextObservation.values,
      buffer.rewards,
      buffer.terminated,
    ]).toEqual(before)
    expect([buffer.size, buffer.oldest]).toEqual([5, 2])
  })

  test('an empty one has nothing to draw', () => {
    expect(() => filled(0).draw(giving(0), new Int32Array(1))).toThrow(
      'sac: a replay buffer that holds nothing has nothing to draw',
    )
  })
})

describe('what a replay buffer takes', () => {
  test('is known before it is made, and is what it then takes', () => {
    for (const precision of ['float32', 'float64'] as const) {
      const buffer = filled(0, { precision })
      const held = [
        buffer.observation.values,
        buffer.action.values,
        buffer.nextObservation.values,
        buffer.rewards,
        buffer.terminated,
      ].reduce((sum, { byteLength }) => sum + byteLength, 0)
      expect(buffer.bytes).toBe(held)
      expect(replayBytes({ ...spec, precision })).toBe(held)
    }
  })

  test('of a million of Humanoid’s is 3.1 GB', () => {
    const humanoid = { capacity: 1_000_000, observation: { size: 376 }, action: { size: 17 } }
    expect(replayBytes(humanoid)).toBe(1_000_000 * (4 * (376 + 17 + 376 + 1) + 1))
    expect(replayBytes(humanoid) / 1e9).toBeCloseTo(3.1, 1)
  })

  test('is refused in one line where it does not fit', () => {
    const humanoid = { capacity: 1_000_000, observation: { size: 376 }, action: { size: 17 } }
    expect(() => replay('sac', { ...humanoid, available: 2 ** 31 })).toThrow(
      new RangeError(
        'sac: a replay buffer of 1000000 transitions takes 2.87 GiB, which does not fit into the 2 GiB that are free; a smaller capacity takes less',
      ),
    )
    // More than any machine has free, by what the host says of this one; and more than an array may have where nothing is said.
    expect(() => replay('sac', { ...humanoid, capacity: 2 ** 40 })).toThrow(
      /^sac: a replay buffer of 1099511627776 transitions takes 3150000 GiB, which (does not fit into the \S+ GiB that are free|cannot be allocated: .+); a smaller/,
    )
    expect(() => replay('sac', { ...humanoid, capacity: 2 ** 50, available: Infinity })).toThrow(
      /^sac: a replay buffer of 1125899906842624 transitions takes \S+ GiB, which cannot be allocated: [^\n]+; a smaller capacity takes less$/,
    )
  })

  test.each([0, -1, 1.5, NaN])('a capacity of %d is refused', (capacity) => {
    expect(() => filled(0, { capacity })).toThrow(
      `sac: a replay buffer must hold a positive integer of transitions, got ${capacity}`,
    )
  })
})
