import { type Observable, Subject, tap } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { type Progress, type ProgressState, emptyProgress, progress } from '../../operators/progress.js'
import { type Episode, tallyEpisodes } from '../../operators/tallyEpisodes.js'
import { cell } from '../../src/cell.js'
import { progressFormat } from '../../src/state/formats.js'
import { timeSteps } from '../../src/testing/marbles.js'
import type { TimeStep } from '../../src/types.js'
import { expectResumable, said } from './resume.js'

type Tallied = TimeStep & { readonly episode: Episode | null }

/** A run on a clock that is moved by hand, and the records that it emits. */
const run = (options: { readonly total: number; readonly every?: number }, operator = progress) => {
  let time = 5000
  const source = new Subject<TimeStep>()
  const told: Progress[] = []
  const ended: string[] = []
  const tallied: Observable<Tallied> = tallyEpisodes()(source)
  const subscription = operator({ ...options, clock: { now: () => time } })(tallied).subscribe({
    next: (record) => told.push(record),
    error: (error: unknown) => ended.push(String(error)),
    complete: () => ended.push('complete'),
  })
  return {
    source,
    told,
    ended,
    subscription,
    /** Sends steps, each so many milliseconds after the one before. */
    send: (steps: readonly TimeStep[], milliseconds: number) => {
      for (const step of steps) {
        time += milliseconds
        source.next(step)
      }
    },
  }
}

describe('when', () => {
  test('at most once in `every` milliseconds, on a step', () => {
    const { send, told } = run({ total: 100, every: 100 })
    send(timeSteps('abcdefghij'), 30)
    expect(told.map(({ seconds }) => seconds)).toEqual([0.12, 0.24])
  })

  test('once in 100 ms by default', () => {
    const { send, told } = run({ total: 100 })
    send(timeSteps('abcdefghij'), 50)
    expect(told.map(({ seconds }) => seconds)).toEqual([0.1, 0.2, 0.3, 0.4, 0.5])
  })

  test('once more at the end, even when nothing ever came', () => {
    const { source, send, told, ended } = run({ total: 3 })
    send(timeSteps('abcd'), 10)
    expect(told).toEqual([])
    source.complete()
    expect(told).toEqual([
      { steps: 3, total: 3, stepsPerSecond: 75, episodes: 0, meanReturn: null, secondsLeft: 0, seconds: 0.04 },
    ])
    expect(ended).toEqual(['complete'])
    const empty = run({ total: 3 })
    empty.source.complete()
    expect(empty.told).toEqual([
      { steps: 0, total: 3, stepsPerSecond: 0, episodes: 0, meanReturn: null, secondsLeft: null, seconds: 0 },
    ])
  })

  test('not for an error, which is passed on, and not after unsubscribing', () => {
    const failed = run({ total: 3 })
    failed.send(timeSteps('ab'), 10)
    failed.source.error(new Error('above'))
    expect([failed.told, failed.ended]).toEqual([[], ['Error: above']])
    const left = run({ total: 3 })
    left.subscription.unsubscribe()
    expect(left.source.observed).toBe(false)
    expect([left.told, left.ended]).toEqual([[], []])
  })
})

describe('how much', () => {
  test('actions, episodes, the pace and the time left', () => {
    const { send, told } = run({ total: 20, every: 1 })
    send(timeSteps('abtau'), 250)
    expect(told.at(-1)).toMatchObject({ steps: 3, total: 20, episodes: 2, seconds: 1.25, stepsPerSecond: 2.4 })
    expect(told.at(-1)?.secondsLeft).toBeCloseTo(17 / 2.4, 12)
  })

  test('the mean return of the last ten episodes, or of as many as there were', () => {
    const { send, told } = run({ total: 100, every: 1 })
    const steps = timeSteps('at'.repeat(14))
    const returns = steps.filter(({ kind }) => kind === 'last').map(({ reward }) => reward)
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    send(steps, 10)
    expect(told[0].meanReturn).toBeNull()
    expect(told[3].meanReturn).toBeCloseTo(mean(returns.slice(0, 2)), 12)
    expect(told[27].meanReturn).toBeCloseTo(mean(returns.slice(4)), 12)
  })

  test('a run without end has no time left', () => {
    const { send, told } = run({ total: Infinity, every: 1 })
    send(timeSteps('abc'), 10)
    expect(told.at(-1)).toMatchObject({ steps: 2, total: Infinity, secondsLeft: null })
  })
})

test('counts each subscription apart', () => {
  const built = progress({ total: 10, every: 1, clock: { now: () => 0 } })
  const both = [0, 1].map(() => run({ total: 10 }, () => built))
  for (const { send, source, told } of both) {
    send(timeSteps('atab'), 1)
    source.complete()
    expect(told.at(-1)).toMatchObject({ steps: 2, episodes: 1 })
  }
})

test('the mean of returns near the largest double is finite', () => {
  const { source, send, told } = run({ total: 100 })
  const large = timeSteps('abtatatatabtat').map((step) =>
    step.kind === 'last' ? { ...step, reward: 1.7e308 } : { ...step, reward: 0 },
  )
  send(large, 1)
  source.complete()
  expect(told.at(-1)?.meanReturn).toBe(1.7e308)
})

describe('a memory handed in', () => {
  const tallied = said(tallyEpisodes(), timeSteps(`${'abt'.repeat(14)}abc`))

  /** Each operator on a clock of its own, at another moment than any other. */
  const onItsClock = () => {
    let origin = 0
    return (memory: ReturnType<typeof cell<ProgressState>>, passes = 30) => {
      let time = (origin += 12_345)
      const passing = tap<Tallied>(() => (time += passes))
      return {
        wait: (milliseconds: number) => (time += milliseconds),
        operator: (source: Observable<Tallied>) =>
          progress({ total: 50, every: 100, clock: { now: () => time }, cell: memory })(passing(source)),
      }
    }
  }

  test('a run that is stopped, saved and resumed equals one that is never stopped', () => {
    const make = onItsClock()
    expectResumable<ProgressState, Progress, Tallied>(
      emptyProgress,
      progressFormat,
      (memory) => make(memory).operator,
      tallied,
    )
  })

  test('holds the counts and the time of the run, and not the time between two subscriptions', () => {
    const memory = cell(emptyProgress)
    const { operator, wait } = onItsClock()(memory)
    const source = new Subject<Tallied>()
    const subscription = operator(source).subscribe()
    for (const step of tallied.slice(0, 8)) source.next(step)
    wait(5)
    const returns = tallied.slice(0, 8).flatMap(({ episode }) => (episode === null ? [] : [episode.return]))
    const state = { steps: 5, episodes: 2, returns, elapsed: 245, sinceRecord: 5 }
    expect(memory.value).toEqual(state)
    subscription.unsubscribe()
    wait(1_000_000)
    expect(memory.value).toEqual(state)
    expect(said(operator, tallied.slice(8, 9))[0]).toMatchObject({ steps: 6, episodes: 3, seconds: 0.275 })
  })

  test('serves one subscription at a time', () => {
    const { operator } = onItsClock()(cell(emptyProgress))
    const source = new Subject<Tallied>()
    operator(source).subscribe()
    expect(() => said(operator, tallied)).toThrow('an operator that is subscribed keeps its memory in this cell')
  })
})
