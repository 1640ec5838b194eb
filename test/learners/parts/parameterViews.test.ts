import { describe, expect, test } from 'vitest'
import { arena } from '../../../src/kernels/arena.js'
import { network } from '../../../src/learners/parts/network.js'
import { parameterViews } from '../../../src/learners/parts/parameterViews.js'
import { newPlan, plannedArena } from '../../../src/learners/parts/plan.js'

const laidOut = () => {
  const plan = newPlan()
  const before = plan.floats.take(3)
  const actor = network(plan, {
    name: 'actor',
    inputs: 3,
    hidden: [4, 2],
    heads: [
      { name: 'mu', size: 2 },
      { name: 'log_std', size: 1 },
    ],
    norm: 'none',
  })
  plan.floats.take(5)
  const critic = network(plan, {
    name: 'critic.Q1',
    inputs: 1,
    hidden: [2],
    heads: [{ name: 'value', size: 1 }],
    norm: 'unit',
  })
  const { f32 } = plannedArena(plan)
  for (let i = 0; i < f32.length; i++) f32[i] = i
  return { f32, before, actor, critic, views: parameterViews(f32, [actor, critic]) }
}

describe('parameterViews', () => {
  test('name each linear map, a head being the rows of the last layer that are its own', () => {
    const { views } = laidOut()
    const parameters = views.lend()
    expect(Object.fromEntries(Object.entries(parameters).map(([name, { length }]) => [name, length]))).toEqual({
      'actor.phi.0.weight': 12,
      'actor.phi.0.bias': 4,
      'actor.phi.2.weight': 8,
      'actor.phi.2.bias': 2,
      'actor.mu.weight': 4,
      'actor.mu.bias': 2,
      'actor.log_std.weight': 2,
      'actor.log_std.bias': 1,
      'critic.Q1.phi.0.weight': 2,
      'critic.Q1.phi.0.bias': 2,
      'critic.Q1.value.weight': 2,
      'critic.Q1.value.bias': 1,
    })
    // The last layer of the actor begins at 3 + 16 + 10: two rows of mu, one of log_std, then the biases.
    expect([...parameters['actor.mu.weight']]).toEqual([29, 30, 31, 32])
    expect([...parameters['actor.log_std.weight']]).toEqual([33, 34])
    expect([...parameters['actor.mu.bias'], ...parameters['actor.log_std.bias']]).toEqual([35, 36, 37])
  })

  test('what is written counts when they are taken back, bit for bit, and nothing beside it moves', () => {
    const { f32, actor, critic, views } = laidOut()
    const before = f32.slice()
    // Zero with a sign, the smallest float, and a NaN with bits of its own.
    const bits = Uint32Array.of(0x80000000, 1, 0x7fc12345, 0x7f7fffff)
    for (const values of Object.values(views.lend())) {
      new Uint32Array(values.buffer, values.byteOffset, values.length).forEach(
        (_, i, words) => (words[i] = bits[i % 4]),
      )
    }
    expect(f32).toEqual(before)
    expect(views.takeBack()).toBe(true)
    const words = new Uint32Array(f32.buffer, f32.byteOffset, f32.length)
    const [mu, q] = [actor.head.weights, critic.hidden[0].weights]
    expect([...words.subarray(mu, mu + 4)]).toEqual([...bits])
    expect([...words.subarray(q, q + 2)]).toEqual([...bits.subarray(0, 2)])
    const beside = (i: number): boolean =>
      i < actor.at || (i >= actor.at + actor.size && i < critic.at) || i >= critic.at + critic.size
    const kept = Array.from(before.keys()).filter(beside)
    expect(kept).toHaveLength(3 + 5)
    expect(kept.map((i) => f32[i])).toEqual(kept.map((i) => before[i]))
  })

  test('a loan ends when it is taken back: its arrays are detached, and the next ones show the weights of then', () => {
    const { f32, actor, views } = laidOut()
    expect(views.takeBack()).toBe(false)
    const first = views.lend()
    expect(views.lend()).toBe(first)
    expect(views.takeBack()).toBe(true)
    expect(views.takeBack()).toBe(false)
    expect(Object.values(first).map(({ length }) => length)).toEqual(new Array(12).fill(0))
    f32[actor.at] = 77
    expect(views.lend()['actor.phi.0.weight'][0]).toBe(77)
  })

  test('they lend from memory that two threads share as well', () => {
    const on = arena(4, 0, true)
    const plan = newPlan()
    const net = network(plan, { name: 'a', inputs: 1, hidden: [1], heads: [{ name: 'b', size: 1 }], norm: 'none' })
    const views = parameterViews(on.f32, [net])
    views.lend()['a.b.bias'][0] = 3
    expect(views.takeBack()).toBe(true)
    expect(on.f32[3]).toBe(3)
  })
})
