import { filter } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { type EarlierStep, transitions } from '../../operators/transitions.js'
import { DriverError } from '../../src/failure.js'
import { cell } from '../../src/cell.js'
import { earlierStepFormat } from '../../src/state/formats.js'
import { timeSteps } from '../../src/testing/marbles.js'
import { operatorSuite } from '../../src/testing/operatorSuite.js'
import { play } from '../../src/testing/play.js'
import type { TimeStep, Transition } from '../../src/types.js'
import { expectResumable, said } from './resume.js'

/** P: paired, `.`: nothing to pair with. */
const letter = ({ transition }: { readonly transition: Transition | null }): string => (transition === null ? '.' : 'P')

describe('suite', () => {
  for (const { name, run } of operatorSuite({ make: () => transitions() })) test(name, run)
})

test('pairs every step except first ones with the one before, in its frame', () => {
  const source = '--a-b-c--t-a-u-a|'
  const result = '--.-P-P--P-.-P-.|'
  expect(play(source, transitions(), { letter }).timeline).toBe(result)
})

test('a first step in mid-episode is paired with nothing, and the one after it with the first', () => {
  const steps = [...timeSteps('abc'), ...timeSteps('ab').map((step) => ({ ...step, index: step.index + 10 }))]
  const paired = said(transitions(), steps)
  expect(paired.map(letter).join('')).toBe('.PP.P')
  expect(paired[4].transition?.observation).toBe(steps[3].observation)
})

test('a step with none before it is paired with nothing', () => {
  expect(said(transitions(), timeSteps('abc').slice(1)).map(letter).join('')).toBe('.P')
  expect(
    said(transitions(), [...timeSteps('at'), ...timeSteps('abc').slice(2)])
      .map(letter)
      .join(''),
  ).toBe('.P.')
})

test('holds both observations, the action in between, its reward and end, and passes the rest unchanged', () => {
  const steps = timeSteps('abtau')
  const paired = said(transitions(), steps)
  for (const at of [1, 2, 4]) {
    const { observation: nextObservation, previousAction: sampled, reward, terminated, truncated } = steps[at]
    const { observation } = steps[at - 1]
    const transition = { observation, sampled, reward, nextObservation, terminated, truncated }
    expect(paired[at]).toEqual({ ...steps[at], transition })
    expect(paired[at].transition?.sampled).toBe(sampled)
    expect(paired[at].transition?.nextObservation).toBe(nextObservation)
  }
  expect(paired[0]).toEqual({ ...steps[0], transition: null })
})

const isNotC = ({ index }: TimeStep): boolean => index !== 2

test('missing steps are an error', () => {
  const source = '--a-b-c-d-t|'
  const failed = '--.-P---#'
  const { timeline, error } = play(source, (steps) => transitions()(filter<TimeStep>(isNotC)(steps)), { letter })
  expect(timeline).toBe(failed)
  expect(error).toEqual(new DriverError('transitions: step 3 came after step 1, expected step 2'))
})

test('a missing episode, or a missing last step with the first step after it, is an error too', () => {
  const steps = timeSteps('abtabt')
  expect(() => said(transitions(), [...steps.slice(0, 2), ...steps.slice(4)])).toThrow('step 4 came after step 1')
})

test('a step without a previousAction is an error', () => {
  const steps = timeSteps('ab').map((step) => ({ ...step, previousAction: null }))
  expect(() => said(transitions(), steps)).toThrow(new DriverError('transitions: step 1 has no previousAction'))
})

test('a run that is stopped, saved and resumed equals one that is never stopped', () => {
  expectResumable<EarlierStep | null, TimeStep>(
    null,
    earlierStepFormat,
    (cell) => transitions({ cell }),
    timeSteps('abctabuab'),
  )
})

test('holds index and observation only, and clears them at an end', () => {
  const departure = cell<EarlierStep | null>(null)
  const steps = timeSteps('abt')
  said(transitions({ cell: departure }), steps.slice(0, 2))
  expect(departure.value).toEqual({ index: 1, observation: steps[1].observation })
  said(transitions({ cell: departure }), steps.slice(2))
  expect(departure.value).toBeNull()
})

test('one observation array that is written to again is an error', () => {
  const shared = new Float64Array(2)
  const again = (step: TimeStep): TimeStep => {
    shared.set(step.observation)
    return { ...step, observation: shared }
  }
  const { error, timeline } = play('--a-t-a-b-c|', transitions(), {
    prepare: (step: TimeStep) => (step.index < 2 ? step : again(step)),
  })
  expect(timeline).toMatch(/^--.-.-.-#$/)
  expect(error).toBeInstanceOf(DriverError)
  expect(String(error)).toContain('transitions: step 3 comes with the observation array of the step before')
})
