import { describe, expect, test } from 'vitest'
import { type Episode, emptyTally, tallyEpisodes } from '../../operators/tallyEpisodes.js'
import { cell } from '../../src/cell.js'
import { tallyFormat } from '../../src/state/formats.js'
import { timeSteps } from '../../src/testing/marbles.js'
import { operatorSuite } from '../../src/testing/operatorSuite.js'
import { play } from '../../src/testing/play.js'
import { expectResumable, said } from './resume.js'

describe('suite, with memory of its own', () => {
  for (const { name, run } of operatorSuite({ make: () => tallyEpisodes(), memory: 'run' })) test(name, run)
})

describe('suite, with memory handed in', () => {
  const suite = operatorSuite({ make: () => tallyEpisodes({ cell: cell(emptyTally) }), memory: 'caller' })
  for (const { name, run } of suite) test(name, run)
})

test('adds the summary of each episode to its last step, in its frame', () => {
  const source = '--a-b-t--a-u-a-b|'
  const result = '--.-.-E--.-E-.-.|'
  const letter = ({ episode }: { readonly episode: Episode | null }): string => (episode === null ? '.' : 'E')
  expect(play(source, tallyEpisodes(), { letter }).timeline).toBe(result)
})

test('adds up rewards and counts actions, of the episode and of the run', () => {
  const steps = timeSteps('abcdtabu')
  const tallied = said(tallyEpisodes(), steps)
  const sum = (from: number, to: number) => steps.slice(from, to).reduce((total, { reward }) => total + reward, 0)
  const first = { episode: 1, step: 4, length: 4, return: sum(1, 5), terminated: true, truncated: false }
  const second = { episode: 2, step: 6, length: 2, return: sum(6, 8), terminated: false, truncated: true }
  const expected = [null, null, null, null, first, null, null, second]
  expect(tallied).toEqual(steps.map((step, k) => ({ ...step, episode: expected[k] })))
})

test('an episode without a last step has no summary, though its actions count', () => {
  const steps = [...timeSteps('abc'), ...timeSteps('abt')]
  expect(said(tallyEpisodes(), steps)[5].episode).toMatchObject({ episode: 1, step: 4, length: 2 })
})

test('a run that is stopped, saved and resumed equals one that is never stopped', () => {
  expectResumable(emptyTally, tallyFormat, (cell) => tallyEpisodes({ cell }), timeSteps('abctabcuatab'))
})

test('a memory handed in outlives the subscription', () => {
  const tally = cell(emptyTally)
  const steps = timeSteps('abtab')
  said(tallyEpisodes({ cell: tally }), steps)
  expect(tally.value).toEqual({ episodes: 1, steps: 3, length: 1, return: steps[4].reward })
})

test('rewards that are not finite, or whose sum is not, are an error with the step', () => {
  const rewarded = (...rewards: readonly number[]) =>
    timeSteps('abcd').map((step, i) => ({ ...step, reward: rewards[i] ?? 0 }))
  expect(() => said(tallyEpisodes(), rewarded(0, 1e308, 1e308))).toThrow('step 2: return is Infinity')
  expect(() => said(tallyEpisodes(), rewarded(0, -1e308, -1e308))).toThrow('step 2: return is -Infinity')
  expect(() => said(tallyEpisodes(), rewarded(0, 1, NaN))).toThrow('step 2: reward is NaN, expected a finite number')
  expect(() => said(tallyEpisodes(), rewarded(0, -Infinity))).toThrow('step 1: reward is -Infinity')
  expect(said(tallyEpisodes(), rewarded(0, 1e308, -1e308, 1e308))).toHaveLength(4)
})
