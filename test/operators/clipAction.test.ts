import { describe, expect, test } from 'vitest'
import { clipAction } from '../../operators/clipAction.js'
import { NotFiniteError } from '../../src/failure.js'
import { operatorSuite } from '../../src/testing/operatorSuite.js'
import { play } from '../../src/testing/play.js'
import type { TimeStep } from '../../src/types.js'
import { type Sampled, bounds, decide, decided } from './bounds.js'
import { said } from './resume.js'

const legs = bounds([-0.4, -1, -Infinity], [0.4, 2, Infinity])

describe('suite', () => {
  const suite = operatorSuite<Sampled>({ make: () => clipAction(legs), prepare: decide([1, 2, 3]) })
  for (const { name, run } of suite) test(name, run)
})

test('adds a command to each step with a sampled action, in its frame', () => {
  const source = '--a-b-t--a-u-a|'
  const result = '--C-C-.--C-.-C|'
  const letter = ({ command }: { readonly command: unknown }): string => (command === null ? '.' : 'C')
  expect(play(source, clipAction(legs), { prepare: decide([1, 2, 3]), letter }).timeline).toBe(result)
})

test('clips each component to its own bounds', () => {
  const clipped = (action: readonly number[]) => Array.from(said(clipAction(legs), decided(action))[0].command ?? [])
  expect(clipped([0.3, 1.5, 1e9])).toEqual([0.3, 1.5, 1e9])
  expect(clipped([0.5, 2.5, -1e9])).toEqual([0.4, 2, -1e9])
  expect(clipped([-0.5, -1.5, 0])).toEqual([-0.4, -1, 0])
  expect(clipped([-0.4, 2, 0])).toEqual([-0.4, 2, 0])
})

test('leaves the action as it is, and makes a new Float64Array', () => {
  const action = Float32Array.of(1, 1, 1)
  const [step] = said(clipAction(legs), decided(action))
  expect(step.sampled?.action).toBe(action)
  expect(action).toEqual(Float32Array.of(1, 1, 1))
  expect(step.command).toEqual(Float64Array.of(0.4, 1, 1))
})

test('an action that is not finite is not clipped but an error with step and component', () => {
  for (const value of [NaN, Infinity, -Infinity]) {
    const source = '--a-b-t|'
    const failed = '--a-#'
    const { timeline, error } = play(source, clipAction(legs), {
      prepare: (step: TimeStep) => decide(step.index === 1 ? [0, value, 0] : [0, 0, 0])(step),
    })
    expect(timeline).toBe(failed)
    expect(error).toEqual(new NotFiniteError('action', { index: 1, name: 'joint1' }, value, 1))
  }
})

test('an action of another size is an error', () => {
  for (const action of [[], [1], [1, 2, 3, 4]]) {
    expect(() => said(clipAction(legs), decided(action))).toThrow(`expected 3 components, got ${action.length}`)
  }
})

test('throws when built on bounds that are crossed, missing or no numbers', () => {
  expect(() => clipAction(bounds([1], [0]))).toThrow('component 0 (joint0), got 1, 0')
  expect(() => clipAction(bounds([0, 0], [1, NaN]))).toThrow('component 1 (joint1), got 0, NaN')
  expect(() => clipAction({ ...bounds([0, 0], [1]), size: 2 })).toThrow('component 1 (joint1), got 0, undefined')
})

test('takes bounds that meet', () => {
  expect(said(clipAction(bounds([0.5], [0.5])), decided([2]))[0].command).toEqual(Float64Array.of(0.5))
})
