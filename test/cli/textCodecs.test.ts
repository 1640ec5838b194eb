import { isRight, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { finiteNumber, listOf, orNone, positiveInteger, positiveNumber } from '../../src/edge/codecs.js'
import { decode } from '../../src/edge/decode.js'
import { field } from '../../src/edge/settings.js'
import { fromText, listFromText, textCodecsOf } from '../../src/cli/textCodecs.js'

const widths = listFromText(listOf(positiveInteger, 'positive integers'))

describe('fromText', () => {
  it.each([
    ['0', 0],
    ['-5', -5],
    ['+.5', 0.5],
    ['1.', 1],
    ['1e5', 100_000],
    ['6.3E-3', 0.0063],
    [' 7 ', 7],
    ['-0', -0],
    ['0e-999', 0],
    ['1.50e1', 15],
    ['100e-2', 1],
    ['1e-300', 1e-300],
    ['9007199254740991.0', 2 ** 53 - 1],
  ])('reads %j', (written, value) => {
    expect(decode(fromText(finiteNumber))(written)).toEqual(right(value))
  })

  it.each([
    '',
    ' ',
    '.',
    'e5',
    '1,000',
    '1_000',
    '0x10',
    '1n',
    'NaN',
    'Infinity',
    '-Infinity',
    '1e999',
    '1e-400',
    '-0.1e-400',
    '9007199254740991.4',
    '3.00000000000000000001',
    'twelve',
    '1 2',
  ])('refuses %j and shows it as it was written', (written) => {
    expect(decode(fromText(finiteNumber))(written)).toEqual({
      _tag: 'Left',
      left: [{ path: '', expected: 'a finite number', got: JSON.stringify(written), nearest: null }],
    })
  })

  it('takes text only, within the range of its codec', () => {
    expect(isRight(decode(fromText(positiveInteger))(5))).toBe(false)
    expect(isRight(decode(fromText(positiveInteger))('1.5'))).toBe(false)
  })
})

describe('listFromText', () => {
  it.each([
    ['256', [256]],
    ['256,256', [256, 256]],
    ['64, 32', [64, 32]],
  ])('reads %j', (written, value) => {
    expect(decode(widths)(written)).toEqual(right(value))
  })

  it.each(['', ',', '256,', '256,x', '256,,256', '256,-1', '256;256'])('refuses %j as a whole', (written) => {
    expect(decode(widths)(written)).toMatchObject({
      left: [{ expected: 'one or more positive integers, joined by commas', got: JSON.stringify(written) }],
    })
  })
})

describe('textCodecsOf', () => {
  it.each([10, 'none'] as const)('reads a number or none for a setting whose default is %s', (value) => {
    const { bound } = textCodecsOf({ bound: field(orNone(positiveNumber), { default: value, about: '', origin: '' }) })
    expect(decode(bound)('2.5')).toEqual(right(2.5))
    expect(decode(bound)('none')).toEqual(right('none'))
    expect(decode(bound)('-1')).toMatchObject({ left: [{ expected: 'a positive number, or none', got: '"-1"' }] })
    expect(decode(bound)('off')).toMatchObject({ left: [{ expected: 'a positive number, or none', got: '"off"' }] })
  })
})
