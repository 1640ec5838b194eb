import { describe, expect, it } from 'vitest'
import { NotFiniteError } from '../../../src/failure.js'
import { mediansOf, stepBytes, stepMilliseconds, millisecondsOf, type Bench } from '../../../src/runs/bench/measure.js'

/** A measurement on a clock that moves only with the steps. */
const benchOn = (now: () => number, rounds = 3): Bench & { readonly pauses: () => number } => {
  let pauses = 0
  return {
    rounds,
    roundSeconds: 0.1,
    clock: { now },
    pause: async () => {
      pauses++
    },
    pauses: () => pauses,
  }
}

describe('mediansOf', () => {
  it('returns the median of each figure with its range and the number of its runs', () => {
    expect(mediansOf({ seconds: [3, 1, 2], bytes: [10, 40, 30, 20] })).toEqual({
      seconds: 2,
      bytes: 30,
      spread: { seconds: { least: 1, greatest: 3, runs: 3 }, bytes: { least: 10, greatest: 40, runs: 4 } },
    })
  })

  it('leaves the figures in their order', () => {
    const seconds = [3, 1, 2]
    mediansOf({ seconds })
    expect(seconds).toEqual([3, 1, 2])
  })

  it.each([NaN, Infinity, -Infinity])('fails on %s, by the figure and its run', (value) => {
    expect(() => mediansOf({ seconds: [1, 2], bytes: [1, value] })).toThrow(NotFiniteError)
    expect(() => mediansOf({ seconds: [1, 2], bytes: [1, value] })).toThrow(
      `bytes[1] is ${value}, expected a finite number`,
    )
  })

  it('fails on a figure that was never measured', () => {
    expect(() => mediansOf({ seconds: [] })).toThrow(NotFiniteError)
  })
})

describe('stepMilliseconds', () => {
  it('returns the time of a step, a figure for each round, and lets the event loop run before each', async () => {
    let now = 0
    const bench = benchOn(() => now)
    let took = 4
    const step = (): void => void (now += took)
    const warm = stepMilliseconds(bench, step)
    expect(await warm).toEqual([4, 4, 4])
    took = 5
    expect(await stepMilliseconds(bench, step)).toEqual([5, 5, 5])
    expect(bench.pauses()).toBe(10)
  })

  it('fills each round with as many steps as fit', async () => {
    let now = 0
    let steps = 0
    const step = (): void => {
      steps++
      now += 8
    }
    await stepMilliseconds(
      benchOn(() => now),
      step,
    )
    // 13 steps of 8 ms pass the 100 ms of a round: two rounds of warm-up, and three that count.
    expect(steps).toBe(5 * 13)
  })

  it('counts the time of settling', async () => {
    let now = 0
    const step = (): void => void (now += 10)
    const settle = (): void => void (now += 50)
    expect(
      await stepMilliseconds(
        benchOn(() => now),
        step,
        settle,
      ),
    ).toEqual([15, 15, 15])
  })

  it('ends when the pause rejects', async () => {
    let now = 0
    const bench = benchOn(() => (now += 30))
    const gone = { ...bench, pause: () => Promise.reject(new Error('gone')) }
    await expect(stepMilliseconds(gone, () => undefined)).rejects.toThrow('gone')
  })
})

it('millisecondsOf awaits the work', async () => {
  let now = 0
  const work = async (): Promise<void> => {
    await Promise.resolve()
    now = 7
  }
  expect(await millisecondsOf({ now: () => now }, work)).toBe(7)
})

describe('stepBytes', () => {
  const repeated = (step: () => void) => (steps: number) => {
    for (let i = 0; i < steps; i++) step()
  }
  it('measures the bytes that a step allocates, and almost none if it allocates nothing', async () => {
    const bench = benchOn(() => 0, 9)
    const kept: Float64Array[] = []
    const bytes = await stepBytes(
      bench,
      repeated(() => void kept.push(new Float64Array(10_000))),
      1,
    )
    const { bytes: median } = mediansOf({ bytes })
    expect(bytes).toHaveLength(9)
    expect(median).toBeGreaterThan(79_000)
    expect(median).toBeLessThan(88_000)
    let sum = 0
    const nothing = mediansOf({
      bytes: await stepBytes(
        bench,
        repeated(() => void (sum = (sum + 1) % 7)),
        1,
      ),
    })
    expect(nothing.bytes).toBeLessThan(8000)
  })
})
