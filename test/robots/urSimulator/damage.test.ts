/** Damage on a virtual time: what is held back, and what comes after it. */
import { expect, test } from 'vitest'
import { seeded } from '../../../src/random.js'
import { checkUrDamage, urDamage, type UrDamageOptions } from '../../../src/robots/urSimulator/damage.js'

const damageOf = (options: () => UrDamageOptions, width: 2 | 4 = 2) => {
  const clock = { now: 0 }
  const harm = urDamage({ random: seeded(1)('environment'), options, width, now: () => clock.now })
  /** What goes out for a sample of four bytes at a time. */
  const sample = (time: number, value: number): readonly number[] => {
    clock.now = time
    return [...harm.apply(Uint8Array.of(0, 4, 85, value)).bytes]
  }
  return { clock, harm, sample }
}
const frame = (value: number): readonly number[] => [0, 4, 85, value]

test('a delayed sample and all that comes after it are held back together, in their order', () => {
  let options: UrDamageOptions = { delayed: 1, delay: 20 }
  const { clock, harm, sample } = damageOf(() => options)
  expect(sample(0, 1)).toEqual([])
  options = {}
  expect(sample(8, 2)).toEqual([])
  expect([...harm.pass(Uint8Array.of(0, 3, 80))]).toEqual([])
  expect(sample(16, 3)).toEqual([])
  expect(sample(24, 4)).toEqual([...frame(1), ...frame(2), 0, 3, 80, ...frame(3), ...frame(4)])
  expect(sample(32, 5)).toEqual(frame(5))
  // What is due goes out without another sample as well.
  options = { delayed: 1, delay: 20 }
  expect(sample(40, 6)).toEqual([])
  clock.now = 59
  expect([...harm.pass(new Uint8Array())]).toEqual([])
  clock.now = 60
  expect([...harm.pass(new Uint8Array())]).toEqual(frame(6))
})

test('another message never comes between two pieces of a sample', () => {
  const { harm, sample } = damageOf(() => ({ split: 1 }))
  const first = sample(0, 1)
  expect(first.length).toBeLessThan(4)
  const rest = [...harm.pass(Uint8Array.of(0, 3, 80))]
  expect([...first, ...rest]).toEqual([...frame(1), 0, 3, 80])
})

test('texts come by RTDE alone', () => {
  expect(damageOf(() => ({ message: 1 })).harm.says()).toBe(true)
  expect(damageOf(() => ({ message: 1 }), 4).harm.says()).toBe(false)
})

test('refuses what is no probability, and a delay that is none', () => {
  expect(() => checkUrDamage({ message: 2 })).toThrow(
    'simulate ur5: message: expected a probability from 0 to 1, got 2',
  )
  expect(() => checkUrDamage({ delayed: NaN })).toThrow('simulate ur5: delayed: expected a probability')
  expect(() => checkUrDamage({ delay: -1 })).toThrow('simulate ur5: delay: expected milliseconds, 0 or more, got -1')
})
