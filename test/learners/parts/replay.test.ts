import { describe, expect, test } from 'vitest'
import { copyChosen } from '../../../src/learners/parts/columns.js'
import { replayLearnerFormat } from '../../../src/learners/parts/arenaFormat.js'
import {
  type Replay,
  replay,
  replayBytes,
  type ReplaySnapshot,
  type ReplaySpec,
} from '../../../src/learners/parts/replay.js'
import { seeded } from '../../../src/random.js'
import { decodeState } from '../../../src/state/format.js'
import type { Transition } from '../../../src/types.js'

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

describe('a replay buffer', () => {
  test('keeps the latest transitions, each whole and with what it led to', () => {
    const buffer = filled(7)
    expect([buffer.size, buffer.oldest, buffer.capacity]).toEqual([5, 2, 5])
    const rows = [2, 3, 4, 5, 0].map((slot) => {
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
    const want = [2, 3, 4, 5, 6].map((k) => {
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

  test('chooses ⌊u · size⌋ from the oldest on, a number a row, and the same row again where the numbers say so', () => {
    const chosen = new Int32Array(4)
    const few = filled(3)
    few.choose(Float64Array.of(0, 0.99, 0.34, 0), chosen)
    expect([...chosen]).toEqual([0, 2, 1, 0])
    // The oldest of the five of seven that are held stands third, and the latest first, in a ring of one row more.
    const many = filled(7)
    many.choose(Float64Array.of(0, 0.2, 0.6, 0.999999), chosen)
    expect([...chosen]).toEqual([2, 3, 5, 0])
    expect([...chosen].map((slot) => many.rewards[slot])).toEqual([20, 30, 50, 60])
  })

  test('chooses every row that it holds, and no other, as often as the others', () => {
    const buffer = filled(8, { capacity: 20 })
    const counts = new Array<number>(21).fill(0)
    const chosen = new Int32Array(64)
    const uniforms = new Float64Array(64)
    const random = seeded(2)('replay')
    for (let i = 0; i < 200; i++) {
      random.uniforms(uniforms)
      buffer.choose(uniforms, chosen)
      chosen.forEach((slot) => counts[slot]++)
    }
    expect(counts.slice(8)).toEqual(new Array(13).fill(0))
    // 12,800 draws of eight rows: 1,600 each, to a deviation of some 37.
    for (const count of counts.slice(0, 8)) expect(Math.abs(count - 1600)).toBeLessThan(160)
  })

  test('rows are copied where a batch has them, beside one another if it asks for that', () => {
    const buffer = filled(7)
    const f32 = new Float32Array(14).fill(-1)
    const chosen = Int32Array.of(3, 5)
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
    expect(() => filled(0).choose(Float64Array.of(0), new Int32Array(1))).toThrow(
      'sac: a replay buffer that holds nothing has nothing to draw',
    )
  })
})

/** What is held, as its snapshot has it. */
const heldOf = (buffer: Replay) => buffer.snapshot()

describe('a transition that was added', () => {
  test.each([0, 1, 4, 5, 6, 11, 12])('to %d others is taken out again, as if it had not come', (count) => {
    const [buffer, other] = [filled(count), filled(count)]
    buffer.begin()
    buffer.add(transition(100))
    expect(heldOf(buffer).rewards.at(-1)).toBe(1000)
    buffer.takeBack()
    expect(heldOf(buffer)).toEqual(heldOf(other))
    for (let k = count; k < count + 7; k++) {
      for (const each of [buffer, other]) each.add(transition(k))
      expect(heldOf(buffer)).toEqual(heldOf(other))
    }
  })

  test('before the mark stays', () => {
    const buffer = filled(7)
    buffer.begin()
    expect(() => buffer.add(transition(8, { reward: NaN }))).toThrow('reward is NaN')
    buffer.takeBack()
    expect(heldOf(buffer)).toEqual(heldOf(filled(7)))
  })

  test('in a buffer of one, the one before it comes back', () => {
    const buffer = filled(3, { capacity: 1 })
    buffer.begin()
    buffer.add(transition(9))
    expect([...heldOf(buffer).rewards]).toEqual([90])
    buffer.takeBack()
    expect([...heldOf(buffer).rewards]).toEqual([20])
  })
})

describe('a snapshot of a replay buffer', () => {
  test.each([0, 1, 5, 6, 8, 12, 30])(
    'after %d transitions holds them from the oldest on, and no other row',
    (count) => {
      const buffer = filled(count)
      const { capacity, rewards, terminated, observation, action, nextObservation } = buffer.snapshot()
      const ks = Array.from({ length: Math.min(count, 5) }, (_, i) => count - Math.min(count, 5) + i)
      expect(capacity).toBe(5)
      expect([...rewards]).toEqual(ks.map((k) => 10 * k))
      expect([...terminated]).toEqual(ks.map((k) => (k % 3 === 2 ? 1 : 0)))
      expect([...observation]).toEqual(ks.flatMap((k) => Array.from(transition(k).observation, Math.fround)))
      expect([...action]).toEqual(ks.flatMap((k) => Array.from(transition(k).sampled.action, Math.fround)))
      expect([...nextObservation]).toEqual(ks.flatMap((k) => Array.from(transition(k).nextObservation, Math.fround)))
    },
  )

  test.each(['float32', 'float64'] as const)(
    'in %s puts everything back: the same is drawn and displaced',
    (precision) => {
      for (const count of [0, 3, 5, 9]) {
        const [buffer, other] = [filled(count, { precision }), filled(17, { precision })]
        const saved = buffer.snapshot()
        other.check('sac', structuredClone(saved))
        other.restore(structuredClone(saved))
        for (let k = count; k < count + 13; k++) {
          const drawn = [buffer, other].map((each) => {
            each.add(transition(k))
            const chosen = new Int32Array(6)
            each.choose(Float64Array.of(0, 0.19, 0.4, 0.61, 0.8, 0.99), chosen)
            return [...chosen].map((slot) => each.rewards[slot])
          })
          expect(drawn[1]).toEqual(drawn[0])
          expect(other.snapshot()).toEqual(buffer.snapshot())
        }
        expect(saved).toEqual(filled(count, { precision }).snapshot())
      }
    },
  )

  const of = (count: number): ReplaySnapshot => filled(count).snapshot()
  test.each<[string, () => unknown, string]>([
    ['nothing', () => undefined, 'sac: expected a snapshot, got undefined'],
    [
      'another capacity',
      () => filled(3, { capacity: 6 }).snapshot(),
      'sac: capacity of the replay buffer of a snapshot: expected 5, got 6',
    ],
    ['no capacity', () => ({ ...of(3), capacity: undefined }), 'expected 5, got undefined'],
    [
      'more rows than it holds',
      () => ({ ...filled(6, { capacity: 6 }).snapshot(), capacity: 5 }),
      'rewards of the replay buffer of a snapshot: expected numbers of 5 rows at most',
    ],
    [
      'other shapes',
      () => ({ ...of(3), observation: new Float32Array(8) }),
      'observation of the replay buffer of a snapshot: expected a vector of 9 components, got one of 8',
    ],
    [
      'no actions',
      () => ({ ...of(3), action: null }),
      'action of the replay buffer of a snapshot: expected a vector of 6 numbers, got null',
    ],
    [
      'rewards that are missing',
      () => ({ ...of(3), rewards: undefined }),
      'the replay buffer of a snapshot: expected a vector of 0 components',
    ],
    [
      'a row too few of ends',
      () => ({ ...of(3), terminated: new Uint8Array(2) }),
      'terminated of the replay buffer of a snapshot: expected a vector of 3 components',
    ],
    [
      'a NaN',
      () => ({ ...of(3), nextObservation: of(3).nextObservation.with(4, NaN) }),
      'nextObservation of the replay buffer[4] of a snapshot: expected a finite number, got NaN',
    ],
    [
      'a reward that add refuses',
      () => ({ ...of(3), rewards: of(3).rewards.with(1, 1e20) }),
      'rewards of the replay buffer of a snapshot: expected numbers of a size of 1e18 at most',
    ],
    [
      'an end of 2',
      () => ({ ...of(3), terminated: of(3).terminated.with(2, 2) }),
      'terminated[2] of the replay buffer of a snapshot: expected 0 or 1, got 2',
    ],
  ])('with %s is refused, and what was held is held', (_, spoilt, line) => {
    const buffer = filled(7)
    expect(() => buffer.check('sac', spoilt())).toThrow(line)
    expect(() => buffer.check('sac', spoilt())).toThrow(RangeError)
    expect(buffer.snapshot()).toEqual(of(7))
  })

  test('has a codec, which keeps what a learner saved and refuses other things', () => {
    const saved = { floats: Float32Array.of(1), doubles: Float64Array.of(2), random: null, collected: of(3) }
    expect(decodeState(replayLearnerFormat.codec, structuredClone(saved))).toEqual(saved)
    const spoilt = { ...saved, collected: { ...saved.collected, rewards: [1, 2, 3] } }
    expect(() => decodeState(replayLearnerFormat.codec, spoilt)).toThrow('collected.rewards')
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

  test('of a million of Humanoid’s is 3.1 GB, with the row of the transition that is not held any more', () => {
    const humanoid = { capacity: 1_000_000, observation: { size: 376 }, action: { size: 17 } }
    expect(replayBytes(humanoid)).toBe(1_000_001 * (4 * (376 + 17 + 376 + 1) + 1))
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
