import { describe, expect, test } from 'vitest'
import { clipObservation } from '../../operators/clipObservation.js'
import { NotFiniteError } from '../../src/failure.js'
import { timeSteps } from '../../src/testing/marbles.js'
import { operatorSuite } from '../../src/testing/operatorSuite.js'
import { play } from '../../src/testing/play.js'
import type { Observation, TimeStep } from '../../src/types.js'
import { said } from './resume.js'

const [first] = timeSteps('a')
const clippedTo = (bound: number, observation: Observation): TimeStep =>
  said(clipObservation(bound), [{ ...first, observation }])[0]

describe('suite', () => {
  for (const { name, run } of operatorSuite({ make: () => clipObservation(0.5) })) test(name, run)
})

test('clips in the frame of each step, over the end of an episode', () => {
  const source = '--a-b-u-a--b|'
  const result = '--C-C-C-.--.|'
  const letter = ({ index, observation }: TimeStep): string =>
    [...observation].every((value, i) => value === timeSteps('abuab')[index].observation[i]) ? '.' : 'C'
  expect(play(source, clipObservation(0.5), { letter }).timeline).toBe(result)
})

test('both sides, component by component, to the bound itself', () => {
  const { observation } = clippedTo(10, [10.5, -1e300, 10, -10, 0.1, -0])
  expect(observation).toEqual(Float64Array.of(10, -10, 10, -10, 0.1, -0))
})

test('changes nothing but the observation, and leaves the one that came in as it was', () => {
  const step = timeSteps('abt')[2]
  const observation = Float32Array.of(3, -0.25)
  const [clipped] = said(clipObservation(0.5), [{ ...step, observation }])
  expect(clipped).toEqual({ ...step, observation: Float64Array.of(0.5, -0.25) })
  expect(observation).toEqual(Float32Array.of(3, -0.25))
})

test('an observation within the bound passes unchanged', () => {
  const step = { ...first, observation: [1, -1] }
  expect(said(clipObservation(1), [step])[0]).toBe(step)
})

test.each([NaN, Infinity, -Infinity])('%s is an error with step and component', (value) => {
  const source = '--a-b-c|'
  const failed = '--.-#'
  const { timeline, error } = play(source, clipObservation(10), {
    letter: () => '.',
    prepare: (step) => (step.index === 1 ? { ...step, observation: [0, value] } : step),
  })
  expect(timeline).toBe(failed)
  expect(error).toEqual(new NotFiniteError('observation', { index: 1 }, value, 1))
})

test('throws when built on a bound that is not a positive number', () => {
  for (const bound of [0, -1, NaN, Infinity]) {
    expect(() => clipObservation(bound)).toThrow(
      `clipObservation: expected bound to be a positive number, got ${bound}`,
    )
  }
})
