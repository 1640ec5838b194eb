import { describe, expect, test } from 'vitest'
import { nameText, numberText, settingLines, tickText, timeText } from '../../../src/dashboard/page/text.js'

describe('a number', () => {
  test.each([
    [0, '0'],
    [0.081234, '0.0812'],
    [-3.14159, '-3.14'],
    [123.456, '123.5'],
    [-1234.5, '-1,235'],
    [1.5e-7, '1.50e-7'],
    [-2.5e9, '-2.50e+9'],
    [null, ''],
  ])('%d is %s', (value, text) => expect(numberText(value)).toBe(text))
})

describe('a number on an axis', () => {
  test.each([
    [0, '0'],
    [0.0025, '0.0025'],
    [250, '250'],
    [1250, '1.25k'],
    [2e6, '2M'],
    [1e-5, '1e-5'],
  ])('%d is %s', (value, text) => expect(tickText(value)).toBe(text))
})

describe('a time', () => {
  test.each([
    [0.4, '0:00'],
    [59.6, '1:00'],
    [725, '12:05'],
    [3599.7, '1:00:00'],
    [7500, '2:05:00'],
  ])('of %d s is %s', (seconds, text) => expect(timeText(seconds)).toBe(text))
})

describe('the name of a number', () => {
  test.each([
    ['tdError', 'TD error'],
    ['actorLoss', 'Actor loss'],
    ['approximateKl', 'Approximate kl'],
    ['scale', 'Scale'],
  ])('%s is %s', (name, text) => expect(nameText(name)).toBe(text))
})

test('settings are lines, records within by the path of their fields', () => {
  expect(settingLines({ seed: 1, hidden: [8, 8], inner: { on: true, deep: { none: null } } })).toEqual([
    ['seed', '1'],
    ['hidden', '8, 8'],
    ['inner.on', 'true'],
    ['inner.deep.none', 'null'],
  ])
})
