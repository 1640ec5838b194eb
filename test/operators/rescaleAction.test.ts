import { describe, expect, test } from 'vitest'
import { rescaleAction } from '../../operators/rescaleAction.js'
import { operatorSuite } from '../../src/testing/operatorSuite.js'
import { play } from '../../src/testing/play.js'
import { type Sampled, bounds, decide, decided } from './bounds.js'
import { said } from './resume.js'

const arm = bounds([-0.4, 0, -3], [0.4, 10, -1])

const rescaled = (action: ArrayLike<number> & Iterable<number>): readonly number[] =>
  Array.from(said(rescaleAction(arm), decided(action))[0].command ?? [])

describe('suite', () => {
  const suite = operatorSuite<Sampled>({ make: () => rescaleAction(arm), prepare: decide([0, 0.5, 1]) })
  for (const { name, run } of suite) test(name, run)
})

test('adds a command to each step with a sampled action, in its frame', () => {
  const source = '--a-b-t--a-u-a|'
  const result = '--C-C-.--C-.-C|'
  const letter = ({ command }: { readonly command: unknown }): string => (command === null ? '.' : 'C')
  expect(play(source, rescaleAction(arm), { prepare: decide([0, 0.5, 1]), letter }).timeline).toBe(result)
})

test('maps the middle to the middle, and in between in proportion', () => {
  expect(rescaled([0, 0, 0])).toEqual([0, 5, -2])
  expect(rescaled([0.5, -0.5, 0.5])).toEqual([0.2, 2.5, -1.5].map((value) => expect.closeTo(value, 12)))
})

test('maps the ends to any bounds, to the last bit', () => {
  expect(rescaled([1, 1, 1])).toEqual([0.4, 10, -1])
  expect(rescaled([-1, -1, -1])).toEqual([-0.4, 0, -3])
  const odd = bounds([-0.1, 1 / 3, -1e-9, 1e9 + 0.1], [0.7, Math.SQRT2, 1e9, 3e9 + 0.7])
  const ends = (action: number) => said(rescaleAction(odd), decided([action, action, action, action]))[0].command
  expect(ends(-1)).toEqual(Float64Array.from(odd.low))
  expect(ends(1)).toEqual(Float64Array.from(odd.high))
})

test('stays within the bounds, and rises with the action', () => {
  let before = [-Infinity, -Infinity, -Infinity]
  for (let k = -100; k <= 100; k++) {
    const now = [...rescaled(Float32Array.of(k / 100, k / 100, k / 100))]
    expect(now.every((value, i) => value > before[i] && value >= arm.low[i] && value <= arm.high[i])).toBe(true)
    before = now
  }
})

test('stays within bounds near the largest double, finite and rising', () => {
  const { MAX_VALUE } = Number
  const pairs = [
    [-MAX_VALUE, MAX_VALUE],
    [MAX_VALUE, MAX_VALUE],
    [-1e308, 1.7e308],
    [1.7e308, MAX_VALUE],
    [-5e-324, 5e-324],
    [0, 1e-310],
  ]
  const vast = bounds(
    pairs.map(([low]) => low),
    pairs.map(([, high]) => high),
  )
  let before: readonly number[] = [...vast.low]
  for (let k = -1000; k <= 1000; k++) {
    const now = said(rescaleAction(vast), decided(new Array<number>(6).fill(k / 1000)))[0].command!
    now.forEach((value, i) => {
      expect(value >= before[i] && value >= vast.low[i] && value <= vast.high[i], `${i} at ${k}: ${value}`).toBe(true)
    })
    before = [...now]
  }
  expect(before).toEqual([...vast.high])
})

test('leaves the action as it is, and makes a new Float64Array', () => {
  const action = Float32Array.of(1, 1, 1)
  const [step] = said(rescaleAction(arm), decided(action))
  expect(step.sampled?.action).toBe(action)
  expect(action).toEqual(Float32Array.of(1, 1, 1))
  expect(step.command).toBeInstanceOf(Float64Array)
})

test('keeps numbers that are not finite, and maps an action outside [-1, 1] outside the bounds', () => {
  expect(rescaled([NaN, Infinity, 2])).toEqual([NaN, NaN, 0])
})

test('an action of another size is an error', () => {
  for (const action of [[], [1], [1, 2, 3, 4]]) {
    expect(() => rescaled(action)).toThrow(`expected 3 components, got ${action.length}`)
  }
})

test('throws when built on bounds that are infinite, crossed or missing', () => {
  expect(() => rescaleAction(bounds([0, -Infinity], [1, 1]))).toThrow('component 1 (joint1), got -Infinity, 1')
  expect(() => rescaleAction(bounds([0], [Infinity]))).toThrow('component 0 (joint0), got 0, Infinity')
  expect(() => rescaleAction(bounds([1], [0]))).toThrow('component 0 (joint0), got 1, 0')
  expect(() => rescaleAction({ ...bounds([0, 0], [1]), size: 2 })).toThrow('component 1 (joint1), got 0, undefined')
})
