import { expect, describe, it } from 'vitest'
import { shortestCycle } from '../../../src/runs/bench/cycleSearch.js'
import { shapes } from '../../../src/runs/bench/shapes.js'
import { seeded } from '../../../src/random.js'
import { virtualClock } from '../../../src/testing/virtualClock.js'

/** A search on a virtual clock, for an agent whose updates take a time that depends on their number. */
const searched = async (takes: (update: number) => number, { estimate = 1, seconds = 12 } = {}) => {
  const clock = virtualClock()
  const ending = new AbortController()
  const lines: string[] = []
  let updates = 0
  let pauses = 0
  const learner = {
    sample: () => ({ action: [0, 0, 0] }),
    update: () => clock.block(takes(updates++)),
  }
  let isOver = false
  const found = shortestCycle({
    learner,
    spec: shapes.Hopper,
    scheduler: clock,
    estimate,
    seconds,
    ended: ending.signal,
    pause: async () => {
      pauses++
      if (ending.signal.aborted) throw new Error('ended')
    },
    say: (line) => lines.push(line),
  }).finally(() => {
    isOver = true
  })
  // Answered below; without a handler Node would take the rejection for an uncaught one before.
  found.catch(() => undefined)
  const advance = async (): Promise<void> => {
    // The promises between two trials take turns of the event loop, and the time that passes meanwhile belongs to none.
    while (!isOver) {
      clock.advance(500)
      await turn()
    }
  }
  return { clock, ending, found, advance, lines, pauses: () => pauses, updates: () => updates }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const cyclesOf = (lines: readonly string[]): readonly (readonly [number, number])[] =>
  lines.flatMap((line) => {
    const [, cycle, seconds] = /^trying a cycle of ([\d.]+) ms for ([\d.]+) s$/.exec(line) ?? []
    return cycle === undefined ? [] : [[Number(cycle), Number(seconds)] as const]
  })

describe('the shortest cycle of an agent', () => {
  it('is that of its steps, where all of them take the same time', async () => {
    const { found, advance, lines } = await searched(() => 4, { estimate: 4 })
    await advance()
    const { cycleMilliseconds, notKept, keptPercent, misses, beats, stepMilliseconds, limit, spinMilliseconds } =
      await found
    expect(cycleMilliseconds).toBeGreaterThanOrEqual(4)
    expect(cycleMilliseconds).toBeLessThan(4 * 1.06)
    expect({ keptPercent, misses, limit, notKept }).toEqual({
      keptPercent: 100,
      misses: 0,
      limit: 'agent',
      notKept: null,
    })
    expect(beats).toBe(Math.round(12_000 / cycleMilliseconds))
    expect(spinMilliseconds).toBe(2)
    expect(stepMilliseconds.max).toBe(4)
    // Short trials, and the shortest of them for the whole time.
    const tried = cyclesOf(lines)
    expect(tried.at(-1)).toEqual([cycleMilliseconds, 12])
    expect(tried.slice(0, -1).every(([, seconds]) => seconds === 1)).toBe(true)
    expect(lines).toHaveLength(2 * tried.length)
  })

  it('is found from below and from above, and what is not kept is shown beside it', async () => {
    // The estimate is far too low: one step in ten takes 20 ms.
    const { found, advance, lines } = await searched((update) => (update % 10 === 9 ? 20 : 1), { estimate: 2 })
    await advance()
    const { cycleMilliseconds, notKept, limit, stepMilliseconds } = await found
    expect(cycleMilliseconds).toBeGreaterThanOrEqual(20)
    expect(cycleMilliseconds).toBeLessThan(20 * 1.06)
    expect(notKept?.cycleMilliseconds).toBeLessThan(20)
    expect(notKept?.cycleMilliseconds).toBeGreaterThan(20 / 1.06)
    expect(notKept?.keptPercent).toBeGreaterThan(80)
    expect(notKept?.keptPercent).toBeLessThan(95)
    expect(limit).toBe('agent')
    expect(stepMilliseconds.p50).toBeCloseTo(1, 1)
    expect(stepMilliseconds.max).toBe(20)
    expect(cyclesOf(lines)[0]).toEqual([2.5, 1])
  })

  it('lets one beat in a thousand be missed, and no more', async () => {
    const kept = async (every: number) => {
      const { found, advance } = await searched((update) => (update % every === every - 1 ? 60 : 10), {
        estimate: 10,
        seconds: 120,
      })
      await advance()
      return found
    }
    // At a cycle of 40 ms a step of 60 ms misses one beat: one in 2000, which is kept, or one in 500, which is not.
    const rare = await kept(2000)
    expect(rare.cycleMilliseconds).toBeLessThan(60)
    expect(rare.misses).toBeGreaterThan(0)
    expect(rare.misses / rare.beats).toBeLessThanOrEqual(0.001)
    const frequent = await kept(500)
    expect(frequent.cycleMilliseconds).toBeGreaterThanOrEqual(60)
    expect(frequent.misses).toBe(0)
  })

  it('goes up where a cycle is not kept for the whole time, by more each time', async () => {
    // From some update on, which the short trials do not reach, every step takes 30 ms.
    const { found, advance, lines } = await searched((update) => (update < 1200 ? 10 : 30), {
      estimate: 10,
      seconds: 24,
    })
    await advance()
    const { cycleMilliseconds } = await found
    expect(cycleMilliseconds).toBeGreaterThanOrEqual(30)
    const whole = cyclesOf(lines).filter(([, seconds]) => seconds === 24)
    expect(whole.length).toBeGreaterThan(2)
    const ratios = whole.slice(1).map(([cycle], i) => cycle / whole[i][0])
    const wanted = ratios.map((_, i) => [1.05, 1.1, 1.2][Math.min(i, 2)])
    ratios.forEach((ratio, i) => expect(ratio).toBeCloseTo(wanted[i], 1))
  })

  it('is limited by the machine where the steps are short and something else takes the time', async () => {
    const random = seeded(1)('pauses')
    // Other work of the event loop takes 3 ms at times.
    const { found, advance, clock } = await searched(() => 0.5, { estimate: 0.5, seconds: 6 })
    const stall = (): void => {
      clock.block(random.uniform() < 0.5 ? 3 : 0)
      clock.schedule(stall, 20)
    }
    clock.schedule(stall, 20)
    await advance()
    const { limit, notKept, stepMilliseconds } = await found
    expect(limit).toBe('machine')
    expect(notKept).not.toBeNull()
    expect(stepMilliseconds.max).toBe(0.5)
  })

  it('spins through a cycle that is shorter than a timer is exact', async () => {
    const { found, advance } = await searched(() => 0.25, { estimate: 0.25, seconds: 1 })
    await advance()
    const { cycleMilliseconds, spinMilliseconds } = await found
    expect(cycleMilliseconds).toBeLessThan(0.27)
    expect(spinMilliseconds).toBeLessThan(cycleMilliseconds)
    expect(spinMilliseconds).toBeGreaterThan(0.99 * cycleMilliseconds)
  })
})

describe('a search', () => {
  it('fails where no cycle is kept, however long', async () => {
    const { found, advance } = await searched(() => 800, { estimate: 10, seconds: 5 })
    await advance()
    await expect(found).rejects.toThrow('no cycle up to 50 ms was kept at 99.9 %, and longer ones need more seconds')
  })

  it('ends in the middle of a trial when it is aborted', async () => {
    const { found, advance, ending, clock, updates } = await searched(() => 1, { estimate: 1, seconds: 6000 })
    for (let i = 0; i < 10; i++) {
      await turn()
      clock.advance(500)
    }
    expect(updates()).toBeGreaterThan(1000)
    const before = updates()
    ending.abort()
    await advance()
    await expect(found).rejects.toThrow('ended')
    expect(updates() - before).toBeLessThan(2)
  })

  it('fails with what the learner throws', async () => {
    const { found, advance } = await searched((update) => {
      if (update === 10) throw new Error('the learner fails')
      return 1
    })
    await advance()
    await expect(found).rejects.toThrow('the learner fails')
  })
})
