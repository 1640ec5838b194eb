import { Subject, lastValueFrom, of, take } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { actuate } from '../../operators/actuate.js'
import { normalizeObservation } from '../../operators/normalizeObservation.js'
import { rescaleAction } from '../../operators/rescaleAction.js'
import { sampleAction } from '../../operators/sampleAction.js'
import { takeSteps } from '../../operators/takeSteps.js'
import { transitions } from '../../operators/transitions.js'
import { update } from '../../operators/update.js'
import { type WriteMetricsOptions, writeMetrics } from '../../operators/writeMetrics.js'
import { type Cell, cell } from '../../src/cell.js'
import { simulate } from '../../src/drivers/simulate.js'
import { avg } from '../../src/learners/avg/avg.js'
import { hyperparametersFor } from '../../src/learners/avg/publishedSettings.js'
import { runningMoments } from '../../src/moments.js'
import { seeded } from '../../src/random.js'
import { type Metrics, type MetricsState, emptyMetrics } from '../../src/records/metrics.js'
import { metricsFormat } from '../../src/state/formats.js'
import { restorable } from '../../src/state/restorable.js'
import { pipe } from '../../src/streams/pipe.js'
import { timeSteps } from '../../src/testing/marbles.js'
import { operatorSuite } from '../../src/testing/operatorSuite.js'
import type { TimeStep } from '../../src/types.js'
import { bytesOf, parsed } from '../state/serialized.js'
import { expectResumable, said } from './resume.js'

type Reported = TimeStep & { readonly report: object | null }

/** Steps with reports that differ; first steps have none. */
const reported = (marbles: string): readonly Reported[] =>
  timeSteps(marbles).map((step) => ({
    ...step,
    report: step.kind === 'first' ? null : { value: step.index, square: step.index ** 2 },
  }))

const prepare = (step: TimeStep): Reported => ({ ...step, report: { value: step.index } })

describe('suite', () => {
  const make = () => writeMetrics({ write: () => {} }, { every: 3, clock: { now: () => 0 } })
  const throwing = (write: () => never) => writeMetrics({ write }, { every: 3 })
  const suite = operatorSuite<Reported>({ make, throwing, prepare, memory: 'run' })
  for (const { name, run } of suite) test(name, run)
})

describe('suite, with memory handed in', () => {
  const make = () => writeMetrics({ write: () => {} }, { every: 3, cell: cell(emptyMetrics) })
  for (const { name, run } of operatorSuite<Reported>({ make, prepare, memory: 'caller' })) test(name, run)
})

/** What is written about steps, each 10 ms after the one before. */
const written = (
  steps: readonly Reported[],
  options: WriteMetricsOptions<object>,
  end: 'complete' | 'error' | 'unsubscribe' = 'complete',
  memoryInUse: number | null = 1234,
) => {
  const windows: Metrics[] = []
  const endings: string[] = []
  let time = 700
  const source = new Subject<Reported>()
  const subscription = writeMetrics<object>(
    { write: (metrics) => void windows.push(metrics) },
    { clock: { now: () => time }, ...(memoryInUse === null ? {} : { memory: () => memoryInUse }), ...options },
  )(source).subscribe({
    error: (error: unknown) => endings.push(String(error)),
    complete: () => endings.push('complete'),
  })
  for (const step of steps) {
    time += 10
    source.next(step)
  }
  if (end === 'complete') source.complete()
  else if (end === 'error') source.error(new Error('above'))
  else subscription.unsubscribe()
  return { windows, endings }
}

describe('when', () => {
  const stepsOf = (...words: Parameters<typeof written>) => written(...words).windows.map(({ step }) => step)

  test('after every so many actions of the run, and once more for the rest', () => {
    expect(stepsOf(reported('abcdefgh'), { every: 3 })).toEqual([3, 6, 7])
    expect(stepsOf(reported('abtabtab'), { every: 2 })).toEqual([2, 4, 5])
    expect(stepsOf(reported('abc'), { every: 2 })).toEqual([2])
    expect(stepsOf([], { every: 2 })).toEqual([])
  })

  test('after every 1000 actions by default', () => {
    expect(stepsOf(reported(`a${'b'.repeat(2500)}`), {})).toEqual([1000, 2000, 2500])
  })

  test('before the step is passed on', () => {
    const order: unknown[] = []
    const operator = writeMetrics({ write: ({ step }) => void order.push(`write ${step}`) }, { every: 2 })
    operator(of(...reported('abcd'))).subscribe(({ index }) => order.push(index))
    expect(order).toEqual([0, 1, 'write 2', 2, 3, 'write 3'])
  })

  test('the rest before the error of its source too, which is passed on', () => {
    const { windows, endings } = written(reported('abcd'), { every: 2 }, 'error')
    expect(windows.map(({ step, means }) => [step, means['value']])).toEqual([
      [2, 1.5],
      [3, 3],
    ])
    expect(endings).toEqual(['Error: above'])
  })

  test('the error of its source, even if the rest cannot be written', () => {
    const endings: string[] = []
    const source = new Subject<Reported>()
    const full = {
      write: () => {
        throw new Error('the disk is full')
      },
    }
    writeMetrics(full, { every: 5 })(source).subscribe({ error: (error: unknown) => endings.push(String(error)) })
    for (const step of reported('abc')) source.next(step)
    source.error(new Error('above'))
    expect(endings).toEqual(['Error: above'])
  })

  test('no rest after an unsubscription, which is no end of the run', () => {
    expect(stepsOf(reported('abcd'), { every: 2 }, 'unsubscribe')).toEqual([2])
    const windows: Metrics[] = []
    const operator = writeMetrics({ write: (metrics) => void windows.push(metrics) }, { every: 2 })
    take(4)(operator(of(...reported('abcdef')))).subscribe()
    expect(windows.map(({ step }) => step)).toEqual([2])
  })
})

describe('how much', () => {
  test('means over the updates of the window, time, memory', () => {
    const { windows } = written(reported('abcde'), { every: 2 })
    expect(windows).toEqual([
      {
        step: 2,
        seconds: 0.03,
        stepsPerSecond: 2000 / 30,
        memoryBytes: 1234,
        updates: 2,
        means: { value: 1.5, square: 2.5 },
        moved: {},
      },
      {
        step: 4,
        seconds: 0.05,
        stepsPerSecond: 100,
        memoryBytes: 1234,
        updates: 2,
        means: { value: 3.5, square: 12.5 },
        moved: {},
      },
    ])
  })

  test('a scalar counts only the updates that have it; a window without an update has no means', () => {
    const reports = [null, { loss: 2 }, { loss: 4, gradientNorm: 8 }, { clipped: 1 }, null, null, { loss: 1 }]
    const steps = timeSteps('abcdefg').map((step, i) => ({ ...step, report: reports[i] }))
    const { windows } = written(steps, { every: 2 })
    expect(windows.map(({ updates, means }) => [updates, means])).toEqual([
      [2, { loss: 3, gradientNorm: 8 }],
      [1, { clipped: 1 }],
      [1, { loss: 1 }],
    ])
  })

  test('the order of the fields of a report does not matter', () => {
    const reports = [
      { a: 1, b: 10 },
      { b: 20, a: 3 },
      { c: 5, a: 5 },
      { b: 30, c: 7, a: 7 },
    ]
    const steps = timeSteps('abcd').map((step, i) => ({ ...step, report: reports[i] }))
    expect(written(steps, {}).windows[0].means).toEqual({ a: 4, b: 20, c: 6 })
  })

  test('by default the fields of a report that are numbers; with `scalars` what it returns', () => {
    const report = { loss: 2, name: 'text', values: [1, 2], nested: { loss: 3 }, late: null, none: undefined }
    const steps = timeSteps('ab').map((step) => ({ ...step, report }))
    expect(written(steps, {}).windows[0].means).toEqual({ loss: 2 })
    const scalars = (each: object) => ({ twice: 2 * (each as typeof report).loss })
    expect(written(steps, { scalars }).windows[0].means).toEqual({ twice: 4 })
  })

  test('reports that are no records have no scalars, but are updates', () => {
    const windows: Metrics[] = []
    const steps = timeSteps('abc').map((step) => ({ ...step, report: 7 }))
    writeMetrics({ write: (metrics) => void windows.push(metrics) })(of(...steps)).subscribe()
    expect(windows).toMatchObject([{ updates: 3, means: {} }])
  })

  test('the mean of numbers near the largest double is finite; NaN stays NaN, for its window alone', () => {
    const values = [0, 1.7e308, 1.7e308, NaN, 1, 2, 3]
    const steps = timeSteps('abcdefg').map((step, i) => ({ ...step, report: { value: values[i] } }))
    const { windows } = written(steps.slice(1), { every: 2 })
    expect(windows.map(({ means }) => means['value'])).toEqual([1.7e308, NaN, 2.5])
    const large = timeSteps('abc').map((step) => ({ ...step, report: { value: 1.7e308 } }))
    expect(written(large, {}).windows[0].means['value']).toBe(1.7e308)
  })

  test('no pace where the clock does not move', () => {
    expect(written(reported('abc'), { clock: { now: () => 5 } }).windows).toMatchObject([
      { seconds: 0, stepsPerSecond: null },
    ])
  })

  test('the memory of the process by default', () => {
    const [{ memoryBytes }] = written(reported('abc'), {}, 'complete', null).windows
    expect(memoryBytes).toBeGreaterThan(1e7)
    expect(memoryBytes).toBeLessThan(1e11)
  })
})

describe('the weights of a learner', () => {
  /** A learner whose weights are set by a test. */
  const movable = () => {
    const weights = { 'actor.a': [0, 0], 'actor.b': [0], 'critic.a': [1, 1], temperature: [2] }
    return {
      weights,
      get parameters() {
        return Object.fromEntries(Object.entries(weights).map(([name, values]) => [name, Float32Array.from(values)]))
      },
    }
  }

  test('how far those of each network moved in the window', () => {
    const learner = movable()
    const windows: Metrics[] = []
    const source = new Subject<Reported>()
    writeMetrics({ write: (metrics) => void windows.push(metrics) }, { every: 2, learner })(source).subscribe()
    const [first, ...steps] = reported('abcdef')
    source.next(first)
    steps.forEach((step, i) => {
      learner.weights['actor.a'] = [3 * i, 0]
      learner.weights['actor.b'] = [4 * i]
      learner.weights['critic.a'] = i < 3 ? [1, 1] : [1, 3]
      source.next(step)
    })
    source.complete()
    expect(windows.map(({ moved }) => moved)).toEqual([
      { actor: 5, critic: 0, temperature: 0 },
      { actor: 10, critic: 2, temperature: 0 },
      { actor: 5, critic: 0, temperature: 0 },
    ])
  })

  test('of another learner are refused in a cell, by name and size', () => {
    const state: MetricsState = { ...emptyMetrics, weights: { 'actor.a': new Float32Array(3) } }
    const operator = writeMetrics({ write: () => {} }, { learner: movable(), cell: cell(state) })
    expect(() => said(operator, reported('ab'))).toThrow(
      'writeMetrics: weights of a cell: expected actor.a of 2, actor.b of 1, critic.a of 2, temperature of 1, got actor.a of 3',
    )
  })
})

test('throws when it is built on a window that is not a positive integer', () => {
  for (const every of [0, -1, 2.5, NaN, Infinity]) {
    expect(() => writeMetrics({ write: () => {} }, { every })).toThrow(
      `writeMetrics: every: expected a positive integer of actions, got ${every}`,
    )
  }
})

describe('a memory handed in', () => {
  test('a run that is stopped, saved and resumed writes the windows of one that is never stopped', () => {
    const steps = reported('abcdtabcdefuab')
    const options = { every: 4, clock: { now: () => 9 }, memory: () => null }
    const windowsOf = (cuts: readonly number[]): readonly Metrics[] => {
      const windows: Metrics[] = []
      const parameters = { 'net.a': new Float32Array(2) }
      const memory = cell(emptyMetrics)
      const sink = { write: (metrics: Metrics) => void windows.push(metrics) }
      for (const [place, end] of [...cuts, steps.length].entries()) {
        const resumed = cell(emptyMetrics)
        restorable(resumed, metricsFormat).restore(parsed(bytesOf(restorable(memory, metricsFormat))))
        const source = new Subject<Reported>()
        const subscription = writeMetrics(sink, { ...options, learner: { parameters }, cell: resumed })(
          source,
        ).subscribe()
        for (const step of steps.slice(cuts[place - 1] ?? 0, end)) {
          parameters['net.a'][step.index % 2] = step.index ** 2
          source.next(step)
        }
        if (end === steps.length && place === cuts.length) source.complete()
        subscription.unsubscribe()
        memory.value = structuredClone(resumed.value)
      }
      return windows
    }
    const whole = windowsOf([])
    expect(whole.map(({ step }) => step)).toEqual([4, 8, 11])
    for (let cut = 0; cut <= steps.length; cut++) expect(windowsOf([cut])).toEqual(whole)
    const make = (cell: Cell<MetricsState>) => writeMetrics({ write: () => {} }, { ...options, cell })
    expectResumable<MetricsState, Reported, Reported>(emptyMetrics, metricsFormat, make, steps)
  })

  test('holds durations, and not the time between two subscriptions', () => {
    let now = 5000
    const memory = cell(emptyMetrics)
    const windows: Metrics[] = []
    const operator = writeMetrics(
      { write: (metrics) => void windows.push(metrics) },
      { every: 3, clock: { now: () => now }, cell: memory },
    )
    const [first, ...steps] = reported('abcde')
    const source = new Subject<Reported>()
    const subscription = operator(source).subscribe()
    source.next(first)
    for (const step of steps.slice(0, 2)) {
      now += 100
      source.next(step)
    }
    subscription.unsubscribe()
    expect(memory.value).toMatchObject({ steps: 2, elapsed: 200, windowSteps: 2, windowElapsed: 200, updates: 2 })
    now += 1_000_000
    const later = new Subject<Reported>()
    operator(later).subscribe()
    now += 100
    later.next(steps[2])
    expect(windows).toMatchObject([{ step: 3, seconds: 0.3, stepsPerSecond: 10, means: { value: 2 } }])
  })

  test('has the weights at the beginning of the window, as a copy', () => {
    const weights = Float32Array.of(1, 2)
    const memory = cell(emptyMetrics)
    const source = new Subject<Reported>()
    const moved: unknown[] = []
    const sink = { write: (metrics: Metrics) => void moved.push(metrics.moved) }
    const options = { every: 2, learner: { parameters: { 'net.a': weights } }, cell: memory }
    const subscription = writeMetrics(sink, options)(source).subscribe()
    for (const step of reported('ab')) source.next(step)
    weights.set([4, 6])
    const { value } = memory
    expect(value.weights).toEqual({ 'net.a': Float32Array.of(1, 2) })
    subscription.unsubscribe()
    weights.set([4, 14])
    said(writeMetrics(sink, options), reported('abc').slice(2))
    expect(moved).toEqual([{ net: Math.hypot(3, 12) }])
  })

  test('serves one subscription at a time', () => {
    const operator = writeMetrics({ write: () => {} }, { cell: cell(emptyMetrics) })
    operator(new Subject<Reported>()).subscribe()
    expect(() => said(operator, reported('ab'))).toThrow('an operator that is subscribed keeps its memory in this cell')
  })
})

test('changes no bit of a run, whose weights it reads', async () => {
  const run = async (kernels: 'webassembly' | 'typescript', writes: boolean) => {
    const random = seeded(5)
    const world = await simulate('Pendulum-v1', { random: random('environment') })
    const settings = { ...hyperparametersFor('Pendulum-v1'), hidden: [16, 16], actorStepSize: 1e-3, kernels }
    const learner = avg(world.spec, { ...settings, random: random('policy'), initialization: random('initialization') })
    const windows: Metrics[] = []
    const every = writes ? 7 : 1e6
    await lastValueFrom(
      pipe(
        world.timeSteps,
        normalizeObservation(runningMoments(world.spec.observation)),
        transitions(),
        update(learner),
        sampleAction(learner),
        rescaleAction(world.spec.action),
        actuate(world),
        takeSteps(300),
        writeMetrics({ write: (metrics) => void windows.push(metrics) }, { every, ...(writes ? { learner } : {}) }),
      ),
    )
    return { windows, weights: Object.values(learner.parameters).map((each) => [...each]) }
  }
  for (const kernels of ['webassembly', 'typescript'] as const) {
    const [without, watched] = [await run(kernels, false), await run(kernels, true)]
    expect(watched.weights).toEqual(without.weights)
    expect(watched.windows).toHaveLength(43)
    const { means, moved } = watched.windows[5]
    expect(Object.keys(means)).toEqual([
      'actionValue',
      'target',
      'tdError',
      'scale',
      'entropy',
      'actorLoss',
      'criticLoss',
    ])
    expect(Object.keys(moved)).toEqual(['actor', 'critic'])
    expect(Object.values(moved).every((distance) => distance > 0 && distance < 10)).toBe(true)
  }
})
