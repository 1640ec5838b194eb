import { isRight, right } from 'fp-ts/lib/Either.js'
import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  type Field,
  closed,
  finiteNumber,
  listOf,
  nonNegativeInteger,
  numberIn,
  oneBy,
  oneOf,
  orNone,
  orWord,
  positiveInteger,
  positiveNumber,
  text,
  yesOrNo,
} from '../../src/edge/codecs.js'
import { decode } from '../../src/edge/decode.js'

const half = numberIn({ from: 0, below: 1 })
const open = numberIn({ above: 0, to: 1 })
const names = oneOf(['clip', 'rescale'])
const list = listOf(positiveInteger, 'positive integers')
const record = closed({ a: finiteNumber }, { b: names })

const kinds = oneBy('kind', {
  clip: closed({ kind: oneOf(['clip']), at: finiteNumber }),
  rescale: closed({ kind: oneOf(['rescale']) }),
})

const cases: readonly (readonly [Field<unknown>, string, readonly unknown[], readonly unknown[]])[] = [
  [
    finiteNumber,
    'a finite number',
    [0, -1.5, 1e300, -0],
    [NaN, Infinity, -Infinity, '1', null, undefined, 1n, [1], {}],
  ],
  [positiveNumber, 'a positive number', [5e-324, 1e300], [0, -0, -1, NaN, Infinity, '1']],
  [orNone(positiveNumber), 'a positive number, or none', [5e-324, 'none'], [0, NaN, '1', 'None', null, undefined]],
  [orWord(finiteNumber, 'auto'), 'a finite number, or auto', [-2, 0, 'auto'], [NaN, '-2', 'none', null]],
  [half, 'a number >= 0 and < 1', [0, 0.999], [1, -1e-9, NaN, '0.5']],
  [open, 'a number > 0 and <= 1', [1e-9, 1], [0, 1.1, NaN]],
  [numberIn({ from: 0 }), 'a number >= 0', [0, 1e300], [-1e-9, Infinity]],
  [positiveInteger, 'a positive integer', [1, 2 ** 53 - 1], [0, -1, 1.5, 2 ** 53, NaN, Infinity, '1']],
  [nonNegativeInteger, 'an integer from 0 to 2^53 - 1', [0, 2 ** 53 - 1], [-1, 0.5, 2 ** 53, '0']],
  [yesOrNo, 'true or false', [true, false], [0, 1, 'true', null, undefined]],
  [text, 'a text', ['a'], ['', 1, null, undefined]],
  [names, 'one of clip, rescale', ['clip', 'rescale'], ['Clip', '', 0, undefined, 'toString']],
  [
    list,
    'one or more positive integers',
    [[1], [256, 256]],
    [[], [0], [1, '2'], 1, '1', { 0: 1, length: 1 }, undefined],
  ],
  [listOf(half, 'numbers', 2), '2 numbers', [[0.5, 0]], [[0.5], [0.5, 0.1, 0], [], [0.5, 1], 0.5]],
  [
    record,
    'an object with a, b',
    [{ a: 1 }, { a: 1, b: 'clip' }],
    [{}, { b: 'clip' }, { a: 1, b: 'cut' }, { a: 1, c: 1 }, [], null, undefined, 1, Object.create({ a: 1 })],
  ],
  [
    kinds,
    'an object whose kind is one of clip, rescale',
    [{ kind: 'clip', at: 1 }, { kind: 'rescale' }],
    [{ kind: 'clip' }, { kind: 'rescale', at: 1 }, { kind: 'toString' }, { at: 1 }, {}, [], null, undefined, 'clip'],
  ],
]

describe.each(cases)('%#', (codec, name, taken, refused) => {
  it(`is called ${name}`, () => expect(codec.name).toBe(name))
  it('takes all that it should', () => {
    expect(taken.map((value) => decode(codec)(value))).toEqual(taken.map(right))
    expect(taken.filter((value) => !codec.is(value))).toEqual([])
  })
  it('refuses all that it should', () => {
    expect(refused.filter((value) => isRight(decode(codec)(value)))).toEqual([])
    expect(refused.filter(codec.is)).toEqual([])
  })
})

describe('closed', () => {
  it('takes an optional name that is undefined as absent, and does not pass it on', () => {
    expect(record.decode({ a: 1, b: undefined })).toEqual({ _tag: 'Right', right: { a: 1 } })
  })

  it('takes nothing from a prototype and nothing into one', () => {
    expect(isRight(record.decode(JSON.parse('{ "a": 1, "__proto__": { "b": "clip" } }')))).toBe(false)
  })

  it('has the type of its fields', () => {
    expectTypeOf(record._A).toEqualTypeOf<{ readonly a: number } & Partial<{ readonly b: 'clip' | 'rescale' }>>()
  })
})
