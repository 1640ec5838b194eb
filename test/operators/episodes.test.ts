import { describe, expect, test } from 'vitest'
import { episodes } from '../../operators/episodes.js'
import { emptyTally, tallyEpisodes } from '../../operators/tallyEpisodes.js'
import { cell } from '../../src/cell.js'
import { tallyFormat } from '../../src/state/formats.js'
import { timeSteps } from '../../src/testing/marbles.js'
import { operatorSuite } from '../../src/testing/operatorSuite.js'
import { play } from '../../src/testing/play.js'
import type { TimeStep } from '../../src/types.js'
import { expectResumable, said } from './resume.js'

const atEnds = { passes: false, emits: (step: TimeStep) => step.kind === 'last' } as const

describe('suite, with memory of its own', () => {
  for (const { name, run } of operatorSuite({ ...atEnds, make: () => episodes(), memory: 'run' })) test(name, run)
})

describe('suite, with memory handed in', () => {
  const make = () => episodes({ cell: cell(emptyTally) })
  for (const { name, run } of operatorSuite({ ...atEnds, make, memory: 'caller' })) test(name, run)
})

test('emits each episode in the frame in which it ends, and nothing else', () => {
  const source = '--a-b-t--a-u-a-b|'
  const result = '------E----E----|'
  expect(play(source, episodes(), { letter: () => 'E' }).timeline).toBe(result)
})

test('emits what tallyEpisodes adds', () => {
  const steps = timeSteps('abcdtabuab')
  const tallied = said(tallyEpisodes(), steps).flatMap(({ episode }) => (episode === null ? [] : [episode]))
  expect(said(episodes(), steps)).toEqual(tallied)
  expect(tallied).toHaveLength(2)
})

test('a run that is stopped, saved and resumed equals one that is never stopped', () => {
  expectResumable(emptyTally, tallyFormat, (cell) => episodes({ cell }), timeSteps('abctabcuatab'))
})
