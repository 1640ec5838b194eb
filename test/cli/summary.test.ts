import { describe, expect, it } from 'vitest'
import { type Returns, stoppedText, noReturns, summary, withReturn } from '../../src/cli/summary.js'

const run = { task: 'Hopper-v4', steps: 1500, seconds: 252, path: 'runs/a' }
const of = (...values: readonly number[]): Returns => values.reduce(withReturn, noReturns)
const range = (size: number) => Array.from({ length: size }, (_, i) => i)

describe('withReturn', () => {
  it('keeps the first ten, the last ten and the count of all', () => {
    expect(of(...range(25))).toEqual({ episodes: 25, first: range(10), last: range(25).slice(15) })
  })
})

describe('summary', () => {
  it.each([
    [of(), ', too few for an episode to end'],
    [of(12.34), ', in which one episode ended, with a return of 12.3'],
    [of(1, 2), ' took the return from 1.0 (first episode) to 2.0 (last of 2)'],
    [of(1, 2, 9), ' took the return from 1.0 (first episode) to 9.0 (last of 3)'],
    [of(1, 2, 5, 8, 9), ' took the mean return from 1.5 (first 2 episodes) to 8.5 (last 2 of 5)'],
    [of(...range(1000)), ' took the mean return from 4.5 (first 10 episodes) to 994.5 (last 10 of 1,000)'],
  ])('%#', (returns, outcome) => {
    expect(summary(run, returns)).toBe(`Hopper-v4: 1,500 steps in 4 min 12 s${outcome}; written to runs/a.`)
  })
})

describe('stoppedText', () => {
  it('names how far a run came and how many episodes it wrote', () => {
    const place = { executed: 12, steps: 100_000, episodes: 0, path: 'runs/a' }
    expect(stoppedText(place)).toBe('stopped after 12 of 100,000 steps; no episode had ended; written to runs/a')
    expect(stoppedText({ ...place, episodes: 1 })).toContain('; 1 episode kept;')
  })
})
