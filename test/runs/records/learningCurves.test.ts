import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { binnedReturns, learningCurves } from '../../../src/runs/records/learningCurves.js'
import { experiment, folder, rising } from './runs.js'

const place = folder()
const rows = (ended: readonly (readonly [number, number])[]) =>
  ended.map(([step, sum], i) => ({ episode: i + 1, step, length: 1, return: sum, terminated: false, seconds: 0 }))

describe('binnedReturns', () => {
  it('holds the mean return of the episodes that ended in a bin, its last step included', () => {
    const episodes = rows([
      [10, 1],
      [20, 3],
      [100, 8],
      [101, 5],
      [200, 7],
    ])
    expect(binnedReturns(episodes, { bins: 2, steps: 200, reached: 200 })).toEqual([4, 6])
  })

  it('carries the bin before into a bin in which no episode ended, and has nothing before the first', () => {
    const episodes = rows([
      [150, 1],
      [350, 3],
    ])
    expect(binnedReturns(episodes, { bins: 5, steps: 500, reached: 500 })).toEqual([null, 1, 1, 3, 3])
  })

  it('ends with the last whole bin that the run reached', () => {
    const episodes = rows([
      [90, 1],
      [190, 2],
      [250, 3],
    ])
    expect(binnedReturns(episodes, { bins: 4, steps: 400, reached: 250 })).toEqual([1, 2])
    expect(binnedReturns(episodes, { bins: 4, steps: 200, reached: 250 })).toEqual([null, 1, 1, 2])
  })

  it.each([3, 7, 30, 49, 99])('has the edges of %i bins where integers say, without rounding', (bins) => {
    // The last step of each bin, or the step before: each bin gets the episode of its own edge.
    const steps = 100_000
    const ends = Array.from({ length: bins }, (_, i) => Math.floor(((i + 1) * steps) / bins))
    const binned = binnedReturns(rows(ends.map((step, i) => [step, i])), { bins, steps, reached: steps })
    expect(binned).toEqual(ends.map((_, i) => i))
  })

  it('takes more bins than there are steps', () => {
    expect(
      binnedReturns(
        rows([
          [1, 5],
          [3, 6],
        ]),
        { bins: 8, steps: 4, reached: 4 },
      ),
    ).toEqual([null, 5, 5, 5, 5, 6, 6, 6])
  })
})

describe('learningCurves', () => {
  it('are means over seeds at the last step of each bin, with a band from the lowest to the highest of three', async () => {
    const panels = learningCurves(
      await experiment(join(place, 'three'), [
        { seed: 1, episodes: rising(1000, 100, 0, 9) },
        { seed: 2, episodes: rising(1000, 100, 3, 12) },
        { seed: 3, episodes: rising(1000, 100, -6, 3) },
      ]),
      { bins: 5, steps: null },
    )
    expect(panels).toHaveLength(1)
    expect(panels[0]).toMatchObject({ task: 'Pendulum-v1', steps: 1000 })
    const [{ seeds, endedBy, points }] = panels[0].curves
    expect({ seeds, endedBy }).toEqual({ seeds: 3, endedBy: null })
    expect(points.map(({ step }) => step)).toEqual([200, 400, 600, 800, 1000])
    points.forEach(({ mean, low, high }, i) => {
      expect([mean, low, high].map((each) => each.toFixed(9))).toEqual(
        [2 * i - 0.5, 2 * i - 5.5, 2 * i + 3.5].map((each) => each.toFixed(9)),
      )
    })
  })

  it('have a point as band for one seed', async () => {
    const one = await experiment(join(place, 'one'), [{ episodes: rising(1000, 250, 0, 3) }])
    const [{ curves }] = learningCurves(one, { bins: 4, steps: null })
    expect(curves[0].seeds).toBe(1)
    expect(curves[0].points.map(({ mean, low, high }) => [mean, low, high])).toEqual([0, 1, 2, 3].map((x) => [x, x, x]))
  })

  it('begin where every seed has a value, and end where the first of them ends, which they name', async () => {
    const runs = await experiment(join(place, 'short'), [
      {
        seed: 1,
        episodes: [
          [300, 1],
          [500, 2],
        ],
      },
      { seed: 2, episodes: rising(1000, 100, 0, 9) },
      { seed: 1, algorithm: 'iac', episodes: rising(1000, 100, 0, 9) },
    ])
    const [{ curves }] = learningCurves(runs, { bins: 10, steps: null })
    expect(curves[0].points.map(({ step, mean }) => [step, mean])).toEqual([
      [300, (1 + 2) / 2],
      [400, (1 + 3) / 2],
      [500, (2 + 4) / 2],
    ])
    expect(curves[0].endedBy?.config.seed).toBe(1)
    expect(curves[1].points).toHaveLength(10)
    expect(curves[1].endedBy).toBeNull()
  })

  it('show the first steps alone, or all that any run reached', async () => {
    const runs = await experiment(join(place, 'steps'), [{ episodes: rising(800, 100, 0, 7), steps: 10_000 }])
    expect(learningCurves(runs, { bins: 4, steps: 400 })[0]).toMatchObject({ steps: 400, curves: [{ endedBy: null }] })
    expect(learningCurves(runs, { bins: 4, steps: 400 })[0].curves[0].points.at(-1)).toMatchObject({
      step: 400,
      mean: 3,
    })
    expect(learningCurves(runs, { bins: 4, steps: 5000 })[0].steps).toBe(800)
  })

  it('have no point where no episode of some run has ended', async () => {
    const runs = await experiment(join(place, 'late'), [{ episodes: [[900, 1]] }])
    expect(learningCurves(runs, { bins: 4, steps: 400 })[0].curves[0].points).toEqual([])
  })

  it('are the same at each call, and a band does not change when other runs are added', async () => {
    const own = [1, 2, 3, 4, 5].map((seed) => ({ seed, episodes: rising(1000, 100, seed * seed, 40 - seed) }))
    const alone = await experiment(join(place, 'alone'), own)
    const beside = await experiment(join(place, 'beside'), [
      ...own,
      { algorithm: 'iac', episodes: rising(1000, 100, 0, 1) },
    ])
    const options = { bins: 10, steps: null }
    const [{ curves }] = learningCurves(alone, options)
    expect(learningCurves(alone, options)[0].curves[0].points).toEqual(curves[0].points)
    expect(learningCurves(beside, options)[0].curves[0].points).toEqual(curves[0].points)
    for (const { mean, low, high } of curves[0].points.slice(0, 3)) {
      expect(low).toBeLessThan(mean)
      expect(high).toBeGreaterThan(mean)
    }
  })
})
