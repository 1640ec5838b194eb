import { describe, expect, test } from 'vitest'
import { drawsOf } from '../../../src/learners/parts/draws.js'
import { minibatch, minibatchOf, normalRows } from '../../../src/learners/parts/minibatch.js'
import { newPlan, plannedArena } from '../../../src/learners/parts/plan.js'
import { replay } from '../../../src/learners/parts/replay.js'
import { seeded } from '../../../src/random.js'
import type { Random } from '../../../src/types.js'

const giving = (uniforms: number[], normals: number[] = []): Random => ({
  normal: (out) => {
    for (let i = 0; i < out.length; i++) out[i] = normals.shift() ?? NaN
  },
  uniform: () => uniforms.shift() ?? NaN,
})

/** A buffer of three of five transitions; the third one is terminated, the fourth truncated. */
const filled = () => {
  const held = replay('td3', { capacity: 3, observation: { size: 2 }, action: { size: 1 } })
  for (let k = 0; k < 5; k++) {
    const ends = { terminated: k === 2, truncated: k === 3 }
    held.add({
      observation: [k, -k],
      sampled: { action: [k / 10] },
      reward: 10 * k,
      nextObservation: [k + 1, -k - 1],
      ...ends,
    })
  }
  return held
}

const opened = (rows: number) => {
  const plan = newPlan()
  plan.floats.take(1)
  plan.doubles.take(2)
  const at = minibatch(plan, rows)
  const beside = plan.floats.take(3 * rows)
  const alone = plan.floats.take(2 * rows)
  const ahead = plan.floats.take(2 * rows)
  const noise = plan.floats.take(2 * rows)
  const memory = plannedArena(plan)
  const places = {
    observation: [
      { at: beside, stride: 3 },
      { at: alone, stride: 2 },
    ],
    action: [{ at: beside + 2, stride: 3 }],
    nextObservation: [{ at: ahead, stride: 2 }],
  }
  const { f32, f64 } = memory
  return {
    memory,
    at,
    places,
    noise,
    fill: minibatchOf(memory, filled(), at, places, 0.9),
    floats: (from: number, count: number) => Array.from(f32.subarray(from, from + count)),
    doubles: (from: number) => Array.from(f64.subarray(from, from + rows)),
    at3: { beside, alone, ahead },
  }
}

describe('a minibatch', () => {
  test('has each row in every place that reads it, the oldest transition first', () => {
    const { fill, floats, doubles, at, at3 } = opened(4)
    const uniforms = [0, 0.99, 0.5, 0]
    fill(drawsOf(giving(uniforms)))
    expect(uniforms).toEqual([])
    const drawn = [2, 4, 3, 2]
    expect(floats(at3.beside, 12)).toEqual(drawn.flatMap((k) => [k, -k, Math.fround(k / 10)]))
    expect(floats(at3.alone, 8)).toEqual(drawn.flatMap((k) => [k, -k]))
    expect(floats(at3.ahead, 8)).toEqual(drawn.flatMap((k) => [k + 1, -k - 1]))
    expect(doubles(at.rewards)).toEqual([20, 40, 30, 20])
    // The truncated third one is bootstrapped from, the terminated second one is not.
    expect(doubles(at.discounts)).toEqual([0, 0.9, 0.9, 0])
  })

  test('touches nothing else', () => {
    const { fill, memory, at3 } = opened(3)
    memory.f32.fill(7)
    fill(drawsOf(seeded(1)('replay')))
    expect(memory.f32[0]).toBe(7)
    expect([...memory.f32.subarray(at3.ahead + 6, at3.ahead + 12)]).toEqual(new Array(6).fill(7))
    expect([memory.f64[0], memory.f64[1]]).toEqual([0, 0])
  })

  test('of an empty buffer is refused', () => {
    const { memory, at, places } = opened(2)
    const empty = replay('td3', { capacity: 3, observation: { size: 2 }, action: { size: 1 } })
    expect(() => minibatchOf(memory, empty, at, places, 0.9)(drawsOf(giving([0, 0])))).toThrow('td3: a replay buffer')
  })

  test('that is drawn again after it was taken back is the same', () => {
    const { fill, memory } = opened(4)
    const draws = drawsOf(seeded(1)('replay'))
    draws.begin()
    fill(draws)
    const before = memory.f32.slice()
    draws.takeBack()
    fill(draws)
    expect(memory.f32).toEqual(before)
  })
})

test('normal rows are drawn row by row, a vector of the action’s size each', () => {
  const { memory, noise, floats } = opened(3)
  const sizes: number[] = []
  let next = 0
  const random: Random = {
    uniform: () => NaN,
    normal: (out) => {
      sizes.push(out.length)
      for (let i = 0; i < out.length; i++) out[i] = next++
    },
  }
  normalRows(memory, noise, 3, 2)(drawsOf(random))
  expect(sizes).toEqual([2, 2, 2])
  expect(floats(noise, 6)).toEqual([0, 1, 2, 3, 4, 5])
})
