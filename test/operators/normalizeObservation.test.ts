import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { normalizeObservation } from '../../operators/normalizeObservation.js'
import { NotFiniteError } from '../../src/failure.js'
import { absorb, runningMoments, standardize } from '../../src/moments.js'
import { difference } from '../../src/testing/difference.js'
import { timeSteps } from '../../src/testing/marbles.js'
import { operatorSuite } from '../../src/testing/operatorSuite.js'
import { play } from '../../src/testing/play.js'
import type { TimeStep } from '../../src/types.js'
import { said } from './resume.js'

const moments = () => runningMoments({ size: 2, names: ['height', 'speed'] })

describe('suite, advancing', () => {
  const suite = operatorSuite({ make: () => normalizeObservation(moments()), memory: 'caller' })
  for (const { name, run } of suite) test(name, run)
})

describe('suite, frozen', () => {
  const suite = operatorSuite({ make: () => normalizeObservation(moments(), { update: false }) })
  for (const { name, run } of suite) test(name, run)
})

test('passes each step on in its frame', () => {
  const source = '--a-b-c-t-a-u|'
  const result = '--a-b-c-t-a-u|'
  expect(play(source, normalizeObservation(moments())).timeline).toBe(result)
})

test("the numbers are those of Gymnasium's NormalizeObservation, over three episodes", () => {
  const url = new URL('../golden/gymnasium/NormalizeObservation.json', import.meta.url)
  const { sequence } = JSON.parse(readFileSync(url, 'utf8')) as {
    readonly sequence: readonly { readonly reset: boolean; readonly raw: number[]; readonly normalized: number[] }[]
  }
  const [first, mid] = timeSteps('ab')
  const steps = sequence.map(({ reset, raw }, index): TimeStep => ({
    ...(reset ? first : mid),
    observation: raw,
    index,
  }))
  const ours = said(normalizeObservation(runningMoments({ size: 4 })), steps)
  // Gymnasium returns float32; rounded in the same way ours are equal.
  sequence.forEach(({ normalized }, k) => {
    normalized.forEach((value, i) => expect(Math.abs(Math.fround(ours[k].observation[i]) - value)).toBeLessThan(1e-9))
  })
})

test('with moments of a sample the numbers are those of Stream AC: 0 first, then of n - 1', () => {
  const steps = timeSteps('abc').map((step, k) => ({ ...step, observation: [[3], [7], [2]][k] }))
  const ours = said(normalizeObservation(runningMoments({ size: 1, estimator: 'sample' })), steps)
  // Means 3, 5 and 4; variances 1 (of one alone), 8 and 7.
  const expected = [0, 2 / Math.sqrt(8 + 1e-8), -2 / Math.sqrt(7 + 1e-8)]
  ours.forEach(({ observation }, k) => expect(observation[0]).toBeCloseTo(expected[k], 14))
})

test('absorbs first, and standardizes then', () => {
  const [ours, theirs] = [moments(), moments()]
  const steps = timeSteps('abtab')
  const expected = steps.map(({ observation }) => {
    absorb(theirs, observation)
    return standardize(theirs, observation)
  })
  expect(said(normalizeObservation(ours), steps).map(({ observation }) => observation)).toEqual(expected)
  expect(difference(theirs.snapshot(), ours.snapshot(), 'moments')).toBeNull()
})

test('changes nothing but the observation, which is a new Float64Array', () => {
  const steps = timeSteps('abt')
  const normalized = said(normalizeObservation(moments()), steps)
  normalized.forEach(({ observation }, k) => {
    expect(observation).toBeInstanceOf(Float64Array)
    expect(observation).not.toBe(steps[k].observation)
  })
  expect(normalized.map((step, k) => ({ ...step, observation: steps[k].observation }))).toEqual(steps)
})

test('frozen, it leaves the moments as they are', () => {
  const ours = moments()
  said(normalizeObservation(ours), timeSteps('abcd'))
  const before = ours.snapshot()
  const steps = timeSteps('abcdtab')
  const normalized = said(normalizeObservation(ours, { update: false }), steps)
  expect(difference(before, ours.snapshot(), 'moments')).toBeNull()
  expect(normalized[6].observation).toEqual(standardize(ours, steps[6].observation))
})

test('the moments are the caller’s: a run that is stopped, saved and resumed equals one that is never stopped', () => {
  const steps = timeSteps('abctabcuab')
  const whole = said(normalizeObservation(moments()), steps)
  for (let cut = 0; cut <= steps.length; cut++) {
    const stopped = moments()
    const before = said(normalizeObservation(stopped), steps.slice(0, cut))
    const resumed = moments()
    resumed.restore(structuredClone(stopped.snapshot()))
    const after = said(normalizeObservation(resumed), steps.slice(cut))
    expect(difference(whole, [...before, ...after], 'values')).toBeNull()
  }
})

test('a number that is not finite is an error with step and component, and the moments have not changed', () => {
  const source = '--a-b-c|'
  const failed = '--a-#'
  for (const update of [true, false]) {
    const ours = moments()
    const before = moments()
    if (update) absorb(before, timeSteps('a')[0].observation)
    const { timeline, error } = play(source, normalizeObservation(ours, { update }), {
      prepare: (step) => (step.index === 1 ? { ...step, observation: [0, NaN] } : step),
    })
    expect(timeline).toBe(failed)
    expect(error).toEqual(new NotFiniteError('observation', { index: 1, name: 'speed' }, NaN, 1))
    expect(difference(before.snapshot(), ours.snapshot(), 'moments')).toBeNull()
  }
})
