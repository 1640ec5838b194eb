import { describe, expect, test } from 'vitest'
import { type DelayDistribution, delaysOf } from '../../src/environments/delays.js'
import { seeded } from '../../src/random.js'

const random = () => seeded(5)('delays')
const drawnDelays = (distribution: DelayDistribution, episodes: number, actions: number): readonly number[][] => {
  const delays = delaysOf('mine', distribution)
  return Array.from({ length: episodes }, () => {
    const drawn = [delays.begin()]
    while (drawn.length < actions) drawn.push(delays.follow(drawn[drawn.length - 1]))
    return drawn
  })
}

test('a number is the delay of every action, without random numbers', () => {
  const delays = delaysOf('mine', 3)
  expect([delays.most, delays.begin(), delays.begin(7), delays.follow(3), delays.snapshot()]).toEqual([
    3,
    3,
    3,
    3,
    null,
  ])
})

test.each(['step', 'episode'] as const)('per %s, each delay comes as often as its probability says', (per) => {
  const probabilities = [0.5, 0, 0.2, 0.3, 0]
  const all = drawnDelays({ probabilities, per, random: random() }, 4000, 3)
  const draws = per === 'step' ? all.flat() : all.map(([first]) => first)
  for (const [k, probability] of probabilities.entries()) {
    const share = draws.filter((delay) => delay === k).length / draws.length
    // Four standard errors.
    expect(Math.abs(share - probability)).toBeLessThanOrEqual(
      4 * Math.sqrt((probability * (1 - probability)) / draws.length),
    )
  }
  const isConstant = all.every(([first, ...others]) => others.every((delay) => delay === first))
  expect(isConstant).toBe(per === 'episode')
  expect(delaysOf('mine', { probabilities, random: random() }).most).toBe(3)
})

test('the default is a draw for each action', () => {
  const probabilities = [0.5, 0.5]
  expect(drawnDelays({ probabilities, random: random() }, 3, 20)).toEqual(
    drawnDelays({ probabilities, per: 'step', random: random() }, 3, 20),
  )
})

test('the draw is uniform, and falls into the sums of the probabilities', () => {
  const draws = [0, 0.2499, 0.25, 0.7499, 0.75, 0.9999]
  let at = 0
  const scripted = { normal: () => {}, uniform: () => draws[at++] }
  expect(drawnDelays({ probabilities: [0.25, 0.5, 0.25], random: scripted }, 1, 6)).toEqual([[0, 0, 1, 1, 2, 2]])
})

test('a seed decides the delays, from a stream that is not the one of the simulator itself', () => {
  const probabilities = [0.5, 0.5]
  const after = (handed: number, seed: number) => {
    const delays = delaysOf('mine', { probabilities, random: seeded(handed)('delays') })
    return [delays.begin(seed), ...Array.from({ length: 50 }, () => delays.follow(0))]
  }
  expect(after(1, 7)).toEqual(after(2, 7))
  expect(after(1, 7)).not.toEqual(after(1, 8))
  const stream = seeded(7)('delays')
  expect(after(1, 7)).toEqual(Array.from({ length: 51 }, () => (stream.uniform() < 0.5 ? 0 : 1)))
})

describe('throws when made', () => {
  test.each([
    [-1, 'mine: expected a delay of an integer from 0 up, got -1'],
    [1.5, 'mine: expected a delay of an integer from 0 up, got 1.5'],
    [NaN, 'mine: expected a delay of an integer from 0 up, got NaN'],
    [Infinity, 'mine: expected a delay of an integer from 0 up, got Infinity'],
    [null, 'mine: expected a number of steps or a distribution with probabilities, got null'],
    [{ random: random() }, 'mine: expected a number of steps or a distribution with probabilities'],
    [{ probabilities: [], random: random() }, 'mine: expected probabilities that sum to 1, got 0'],
    [{ probabilities: [0.5, 0.4], random: random() }, 'mine: expected probabilities that sum to 1, got 0.9'],
    [{ probabilities: [1.5, -0.5], random: random() }, 'expected probabilities[1] to be a number from 0 up, got -0.5'],
    [{ probabilities: [NaN], random: random() }, 'expected probabilities[0] to be a number from 0 up, got NaN'],
    [{ probabilities: [1], per: 'day', random: random() }, "mine: expected per to be 'step' or 'episode', got day"],
    [
      { probabilities: [1] },
      "mine: random must be a stream of random numbers, such as seeded(1)('delays'), got undefined",
    ],
    [{ probabilities: [1], random: seeded(1) }, "such as seeded(1)('delays'), got a function"],
  ])('on %j', (delay, message) => {
    expect(() => delaysOf('mine', delay as never)).toThrow(message)
  })
})
