import { type Either, isLeft } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import { closed, finiteNumber, listOf, oneOf, positiveInteger } from '../../src/edge/codecs.js'
import { decode, nearestName, printable, renderFailure } from '../../src/edge/decode.js'

const tasks = ['Pendulum-v1', 'Hopper-v4', 'HalfCheetah-v4']
const codec = closed({
  task: oneOf(tasks),
  settings: closed({ hidden: listOf(positiveInteger, 'positive integers'), discount: finiteNumber }),
})
const input = { task: 'Hopper-v4', settings: { hidden: [256, 256], discount: 0.99 } }

const failuresOf = <L, A>(result: Either<readonly L[], A>): readonly L[] => (isLeft(result) ? result.left : [])
const linesOf = (given: unknown): string[] => failuresOf(decode(codec)(given)).map(renderFailure)

describe('decode', () => {
  it('gives the value that it was handed when all is well', () => {
    expect(decode(codec)(input)).toEqual({ _tag: 'Right', right: input })
  })

  it('gives path, expected, got and nearest', () => {
    expect(failuresOf(decode(codec)({ ...input, task: 'Hoper-v4' }))).toEqual([
      { path: 'task', expected: `one of ${tasks.join(', ')}`, got: '"Hoper-v4"', nearest: 'Hopper-v4' },
    ])
  })

  it('gives every failure, each with its whole path', () => {
    expect(linesOf({ task: 3, settings: { hidden: [256, -1], discount: NaN } })).toEqual([
      'task: expected one of Pendulum-v1, Hopper-v4, HalfCheetah-v4; got 3',
      'settings.hidden[1]: expected a positive integer; got -1',
      'settings.discount: expected a finite number; got NaN',
    ])
  })

  it.each([
    [{}, ['task: expected one of Pendulum-v1, Hopper-v4, HalfCheetah-v4; got nothing']],
    [{ discont: 1 }, ['discont: expected one of task, settings; got "discont"']],
    [{ setings: 1 }, ['setings: expected one of task, settings; got "setings"; nearest: settings']],
  ])('refuses missing and unknown names: %j', (given, lines) => {
    expect(linesOf({ settings: input.settings, ...given }).slice(0, 1)).toEqual(lines)
  })

  it('has no path for an input that is wrong as a whole', () => {
    expect(linesOf([1])).toEqual(['expected an object with task, settings; got [1]'])
  })

  it('writes a name that would break the line as JSON does', () => {
    expect(linesOf({ ...input, 'a\nb': 1 })).toEqual(['"a\\nb": expected one of task, settings; got "a\\nb"'])
  })

  it('takes any io-ts codec', () => {
    expect(linesOf(input)).toEqual([])
    expect(failuresOf(decode(t.type({ a: t.array(t.string) }))({ a: ['b', 1] })).map(renderFailure)).toEqual([
      'a[1]: expected string; got 1',
    ])
  })
})

describe('printable', () => {
  it.each([
    [undefined, 'nothing'],
    [null, 'null'],
    [NaN, 'NaN'],
    [-Infinity, '-Infinity'],
    [12n, '12'],
    ['a "b"\n\u001b[2J', '"a \\"b\\"\\n\\u001b[2J"'],
    ['\u009b2J\u2028', '"\\u009b2J\\u2028"'],
    [() => 1, 'a function'],
    [Symbol('a'), 'a symbol'],
    [{ a: 1n }, '{"a":"1"}'],
    [Float64Array.of(1, 2), 'a Float64Array of 16 bytes'],
  ])('%s', (value, text) => {
    expect(printable(value)).toBe(text)
  })

  it('cuts long values and survives those that have no end', () => {
    expect(printable('x'.repeat(1000)).length).toBeLessThan(100)
    const ring: { self?: unknown } = {}
    ring.self = ring
    expect(printable(ring)).toBe('an object that cannot be printed')
  })

  it('prints a value whose toJSON returns nothing', () => {
    expect(printable({ toJSON: () => undefined })).toBe('nothing')
  })
})

describe('nearestName', () => {
  it.each([
    ['Hoper-v4', 'Hopper-v4'],
    ['hopper', 'Hopper-v4'],
    ['cheetah', 'HalfCheetah-v4'],
    ['Pendulum-v2', 'Pendulum-v1'],
    ['Humanoid', null],
    ['v', null],
    ['', null],
  ])('%s: %s', (text, nearest) => {
    expect(nearestName(text, tasks)).toBe(nearest)
  })

  it('prefers fewer changes, and the first of equals', () => {
    expect(nearestName('--stpe', ['--seed', '--steps'])).toBe('--steps')
    expect(nearestName('abcx', ['abcd', 'abce'])).toBe('abcd')
    expect(nearestName('anything', [])).toBe(null)
  })
})
