import { isRight } from 'fp-ts/lib/Either.js'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { closed, numberIn, oneOf, yesOrNo } from '../../src/edge/codecs.js'
import { decode } from '../../src/edge/decode.js'
import { type ValuesOf, checkSettings, codecsOf, defaultsOf, field, pick } from '../../src/edge/settings.js'

const fields = {
  discount: field(numberIn({ from: 0, to: 1 }), { default: 0.9, about: 'weight of what follows', origin: 'a paper' }),
  ends: field(oneOf(['termination', 'episode']), { default: 'episode', about: 'what ends', origin: 'a paper' }),
  scales: field(yesOrNo, { default: true, about: 'scale', origin: 'a paper' }),
}

describe('fields', () => {
  it('give the type of the values', () => {
    expectTypeOf<ValuesOf<typeof fields>>().toEqualTypeOf<{
      readonly discount: number
      readonly ends: 'termination' | 'episode'
      readonly scales: boolean
    }>()
    // @ts-expect-error a default that the codec does not take
    field(oneOf(['a', 'b']), { default: 'c', about: '', origin: '' })
  })

  it('give the defaults, which their codecs take', () => {
    expect(defaultsOf(fields)).toEqual({ discount: 0.9, ends: 'episode', scales: true })
    expect(isRight(decode(closed(codecsOf(fields)))(defaultsOf(fields)))).toBe(true)
  })
})

describe('pick', () => {
  it('gives the entries that have a field, and no inherited name', () => {
    expect(pick({ discount: 1, steps: 5, toString: 1 }, fields)).toEqual({ discount: 1 })
  })
})

describe('checkSettings', () => {
  const values = defaultsOf(fields)
  it('takes values that all fields take, and others beside them', () => {
    expect(() => checkSettings('learner', fields, { ...values, seed: 1 })).not.toThrow()
  })

  it.each([
    [{ discount: 2 }, 'learner: discount must be a number >= 0 and <= 1, got 2'],
    [{ ends: 'never' }, 'learner: ends must be one of termination, episode, got never'],
    [{ scales: undefined }, 'learner: scales must be true or false, got undefined'],
  ])('refuses %j by name', (changed, message) => {
    expect(() => checkSettings('learner', fields, { ...values, ...changed })).toThrow(new RangeError(message))
  })
})
