import { NEVER, concat, from, map, take, tap, throwError } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { actuate } from '../../operators/actuate.js'
import { sampleAction } from '../../operators/sampleAction.js'
import { transitions } from '../../operators/transitions.js'
import { updateInGap } from '../../operators/updateInGap.js'
import { drive } from '../../src/drivers/drive.js'
import { NotFiniteError } from '../../src/failure.js'
import { type GapState, type LearningGap, emptyGap, emptyLearningCounts } from '../../src/time/learningGap.js'
import { avg } from '../../src/learners/avg/avg.js'
import { hyperparametersFor } from '../../src/learners/avg/publishedSettings.js'
import { type Cell, cell } from '../../src/cell.js'
import type { Overflow } from '../../src/streams/overflow.js'
import { seeded } from '../../src/random.js'
import type { Beat } from '../../src/time/beats.js'
import { realtime } from '../../src/time/realtime.js'
import { gapFormat } from '../../src/state/formats.js'
import { timeSteps } from '../../src/testing/marbles.js'
import { operatorSuite } from '../../src/testing/operatorSuite.js'
import { scriptedSimulator } from '../../src/testing/scriptedSimulator.js'
import { virtualClock } from '../../src/testing/virtualClock.js'
import type { TimeStep, Transition } from '../../src/types.js'
import { listen } from '../drivers/world.js'
import { expectResumable, said } from './resume.js'

type Paired = TimeStep & { readonly transition: Transition | null }

const paired = (step: TimeStep): Paired => {
  const { observation, reward, terminated, truncated, previousAction: sampled } = step
  const transition = { observation, reward, terminated, truncated, nextObservation: observation }
  return { ...step, transition: sampled === null ? null : { ...transition, sampled } }
}

/** A gap whose length is set by hand, on a clock that only learning moves. */
const gapOf = (left: () => number) => {
  const scheduler = virtualClock()
  const gap: LearningGap = { scheduler, left, learning: cell(emptyLearningCounts) }
  return { gap, scheduler }
}

const sliding = (size: number): Overflow => ({ kind: 'sliding', size })
const dropping = (size: number): Overflow => ({ kind: 'dropping', size })

describe('suite', () => {
  const suite = operatorSuite<Paired>({
    make: () =>
      updateInGap({ update: ({ reward }) => reward }, { gap: gapOf(() => Infinity).gap, overflow: sliding(2) }),
    prepare: paired,
    throwing: (fail) => updateInGap({ update: fail }, { gap: gapOf(() => Infinity).gap, overflow: sliding(2) }),
    memory: 'caller',
  })
  for (const { name, run } of suite) test(name, run)
})

/** The index of the transition's step among those of the marbles. */
const placeOf = ({ reward }: Transition): number => (reward - 1) * 8

/** Plays one step in each gap. `lefts` are the ms left of each gap when its step comes; an update takes `lasts` ms. */
const playGaps = (lefts: readonly number[], overflow: Overflow, { patience = 100, lasts = (): number => 3 } = {}) => {
  const { gap, scheduler } = gapOf(() => until - scheduler.now())
  const learnt: number[][] = []
  let until = 0
  const learner = {
    update: (transition: Transition): number => {
      scheduler.block(lasts())
      learnt.at(-1)!.push(placeOf(transition))
      return placeOf(transition)
    },
  }
  const letters = Array.from(lefts, (_, i) => String.fromCharCode(97 + (i % 19)))
  const steps = timeSteps(letters.join(''))
  const inGaps = function* () {
    for (const [i, step] of steps.entries()) {
      scheduler.block(1000)
      until = scheduler.now() + lefts[i]
      learnt.push([])
      yield paired(step)
    }
  }
  const source = from(inGaps())
  const operator = updateInGap(learner, { gap, overflow, patience })
  return { learnt, gap, operator, source, listen: () => listen(operator(source)) }
}

test('learns at once if the update fits; other transitions wait for a gap in which it fits, the oldest first', () => {
  const play = playGaps([9, 9, 1, 9, 9], sliding(8))
  const { values } = play.listen()
  expect(play.learnt).toEqual([[], [1], [], [2, 3], [4]])
  expect(values.map(({ report }) => report)).toEqual([null, 1, null, 3, 4])
  expect(play.gap.learning.value).toEqual({ learnt: 4, delayed: 1, dropped: 0, waiting: 0, longestWait: 1000 })
})

test('takes as many as fit', () => {
  const { learnt, listen: start } = playGaps([9, 9, 1, 1, 1, 7, 9], sliding(8))
  start()
  expect(learnt).toEqual([[], [1], [], [], [], [2, 3], [4, 5, 6]])
})

test('starts no update after the deadline', () => {
  const { learnt, listen: start } = playGaps([9, -1, 9], sliding(8))
  start()
  expect(learnt).toEqual([[], [], [1, 2]])
})

test.each<[Overflow, number[], number]>([
  [sliding(2), [5, 6], 4],
  [dropping(2), [2, 3], 2],
])('keeps no more than the overflow says: %o', (overflow, kept, delayed) => {
  const { learnt, gap, listen: start } = playGaps([9, 9, 1, 1, 1, 1, 99], overflow)
  start()
  expect(learnt.at(-1)).toEqual(kept)
  expect(gap.learning.value).toMatchObject({ learnt: 3, delayed, dropped: 3, waiting: 0 })
})

test('counts waiting transitions, and drops them when it is unsubscribed', () => {
  const { gap, operator, source } = playGaps([9, 9, 1, 1, 9], sliding(8))
  listen(operator(source).pipe(take(4)))
  expect(gap.learning.value).toEqual({ learnt: 1, delayed: 2, dropped: 2, waiting: 0, longestWait: 0 })
})

test('learns from waiting transitions before it completes', () => {
  const { learnt, gap, listen: start } = playGaps([9, 9, 1, 1], sliding(8))
  const log = start()
  expect(log.completed).toBe(true)
  expect(learnt).toEqual([[], [1], [], [2, 3]])
  expect(gap.learning.value).toMatchObject({ learnt: 3, delayed: 2, dropped: 0, waiting: 0 })
})

test('compares the 99th percentile with the gap: one slow update in a hundred does not stop learning, two do', () => {
  const lasting = (slow: readonly number[]) => {
    let updates = 0
    const lefts = [...new Array<number>(130).fill(99), 9, 9]
    const play = playGaps(lefts, sliding(8), { lasts: () => (slow.includes(++updates) ? 20 : 3) })
    play.listen()
    return play.learnt.at(130)
  }
  expect(lasting([60])).toHaveLength(1)
  expect(lasting([60, 61])).toEqual([])
})

test('counts a gap in which nothing waited as no gap that was too short', () => {
  const play = playGaps([9, 99, 9, 9, 9, 9, 9], sliding(8), { patience: 3, lasts: () => 20 })
  const empty = map((step: Paired): Paired =>
    step.index >= 2 && step.index < 5 ? { ...step, transition: null } : step,
  )
  listen(play.operator(empty(play.source)))
  // Three empty gaps, and two in which an update of 20 ms does not fit: the measurement is not outdated yet.
  expect(play.learnt.slice(0, -1)).toEqual([[], [1], [], [], [], []])
  expect(play.gap.learning.value).toMatchObject({ learnt: 3, delayed: 2 })
})

test('tries again after `patience` gaps without learning, whatever was measured', () => {
  let updates = 0
  const play = playGaps(new Array<number>(9).fill(9), sliding(8), {
    patience: 3,
    lasts: () => (++updates === 1 ? 50 : 3),
  })
  play.listen()
  // A third one would fit to the microsecond, but the histogram rounds durations up.
  expect(play.learnt.map(({ length }) => length)).toEqual([0, 1, 0, 0, 0, 2, 2, 2, 1])
})

test('fails with the step whose transition was learnt late', () => {
  const { gap } = gapOf(() => Infinity)
  const learner = {
    update: (): never => {
      throw new NotFiniteError('tdError', null, NaN)
    },
  }
  const log = listen(updateInGap(learner, { gap, overflow: sliding(1) })(from(timeSteps('ab').map(paired))))
  expect(String(log.error)).toContain('step 1: tdError is NaN')
})

test('passes the error object of its source on, and drops waiting transitions', () => {
  const error = new Error('scripted')
  const { gap, operator, source } = playGaps([9, 9, 1], sliding(1))
  const log = listen(
    operator(
      concat(
        source,
        throwError(() => error),
      ),
    ),
  )
  expect(log.error).toBe(error)
  expect(gap.learning.value).toMatchObject({ learnt: 1, dropped: 1, waiting: 0 })
})

test.each([
  [{ overflow: sliding(0) }, 'updateInGap: expected a positive integer of values that may wait, got 0'],
  [{ patience: 0 }, 'updateInGap: patience: expected a positive integer of gaps, got 0'],
])('refuses %o', (options, message) => {
  const { gap } = gapOf(() => 1)
  const make = () => updateInGap({ update: () => 0 }, { gap, overflow: sliding(1), ...options })
  expect(make).toThrow(new RangeError(message))
})

describe('a memory handed in', () => {
  /** Milliseconds left of the gaps of a run in which updates of 3 ms wait, are dropped, and are tried again after four gaps without one. */
  const lefts = [9, 9, 1, 1, 9, 1, 1, 1, 1, 9, 9, 2, 2, 2, 2, 2, 2, 9, 4, 4, 9, 1, 1, 1, 8, 9]
  const steps = timeSteps(`abcdt${'abcdefghijklmnopqrsv'.repeat(2)}`.slice(0, lefts.length)).map(paired)
  /** One update in eight takes long, so that it matters which durations are known. */
  const lasts = (place: number): number => (place % 8 === 2 ? 8 : 3)

  /** Each operator on a clock of its own, at another moment than any other. */
  const onItsClock = (overflow: Overflow) => {
    let origin = 0
    return (memory: Cell<GapState>) => {
      let until = 0
      const { gap, scheduler } = gapOf(() => until - scheduler.now())
      scheduler.block((origin += 12_345))
      const learner = {
        update: (transition: Transition): number => {
          scheduler.block(lasts(placeOf(transition)))
          return placeOf(transition)
        },
      }
      const pass = tap<Paired>(({ index }) => {
        scheduler.block(1000)
        until = scheduler.now() + lefts[index]
      })
      const operator = updateInGap(learner, { gap, overflow, patience: 4, cell: memory })
      return { gap, operator: (source: Parameters<typeof pass>[0]) => operator(pass(source)) }
    }
  }

  test.each([sliding(3), dropping(2), sliding(8)])(
    'a run that is stopped, saved and resumed equals one that is never stopped, with %j',
    (overflow) => {
      const make = onItsClock(overflow)
      expectResumable<GapState, unknown, Paired>(emptyGap, gapFormat, (memory) => make(memory).operator, steps)
    },
  )

  test('holds waiting transitions as plain data, and counts them as waiting when the next subscription begins', () => {
    const memory = cell<GapState>(emptyGap)
    const make = onItsClock(sliding(8))
    const first = make(memory)
    listen(take<unknown>(4)(first.operator(from(steps))))
    const counts = { learnt: 1, delayed: 2, dropped: 0, waiting: 2, longestWait: 0 }
    expect(first.gap.learning.value).toEqual(counts)
    expect(memory.value).toEqual({
      waiting: [2, 3].map((index) => ({ transition: steps[index].transition, index, waited: (3 - index) * 1000 })),
      durations: { longest: 3, counts: null, latest: [expect.any(Number)] },
      refusals: 2,
    })
    memory.restore(structuredClone(memory.snapshot()))
    const second = make(memory)
    listen(second.operator(NEVER)).leave()
    expect(second.gap.learning.value).toEqual({ ...emptyLearningCounts, waiting: 2 })
    expect(memory.value.waiting.map(({ waited }) => waited)).toEqual([1000, 0])
  })

  test('transitions that do not fit into a smaller queue are dropped and counted', () => {
    const memory = cell<GapState>(emptyGap)
    listen(take<unknown>(4)(onItsClock(sliding(8))(memory).operator(from(steps))))
    const { gap, operator } = onItsClock(sliding(1))(memory)
    listen(operator(NEVER)).leave()
    expect(gap.learning.value).toMatchObject({ waiting: 1, dropped: 1 })
    expect(memory.value.waiting.map(({ index }) => index)).toEqual([3])
  })

  test('a memory of another kind is refused before any update', () => {
    const memory = cell<GapState>({ ...emptyGap, durations: { longest: 0, counts: [], latest: null } })
    expect(() => said(onItsClock(sliding(1))(memory).operator, steps)).toThrow('histogram: counts of a snapshot')
  })
})

/** AVG in real time on a counting world, where an update takes `lasts` ms of a cycle of 40 and the agent 5. */
const inRealTime = (lasts: number, seconds: number) => {
  const clock = virtualClock()
  const schedule = realtime({ cycle: 40, scheduler: clock })
  const simulator = scriptedSimulator({ episodeLength: 20 })
  const world = drive(simulator, { schedule })
  const random = seeded(1)
  const learner = avg(simulator.spec, {
    ...hyperparametersFor('Pendulum-v1'),
    hidden: [16, 16],
    random: random('policy'),
    initialization: random('initialization'),
  })
  const slow = {
    update: (...transition: Parameters<typeof learner.update>) => {
      clock.block(lasts)
      return learner.update(...transition)
    },
  }
  const slowly = {
    sample: (...observed: Parameters<typeof learner.sample>) => {
      clock.block(5)
      return learner.sample(...observed)
    },
  }
  const beats: Beat[] = []
  schedule.beats.subscribe((beat) => beats.push(beat))
  const log = listen(
    world.timeSteps.pipe(
      transitions(),
      sampleAction(slowly),
      actuate(world),
      updateInGap(slow, { gap: schedule, overflow: sliding(4) }),
    ),
  )
  clock.advance(1000 * seconds)
  return { log, schedule, beats }
}

test('in real time, an update that fits misses no beat', () => {
  const { log, schedule, beats } = inRealTime(30, 20)
  expect(log.error).toBeNull()
  const transitionsSeen = log.values.filter(({ transition }) => transition !== null).length
  expect(schedule.report()).toMatchObject({ beats: 501, misses: 0, learning: { learnt: transitionsSeen, delayed: 0 } })
  expect(beats.at(-1)?.learning).toEqual(schedule.learning.value)
})

test('in real time, transitions of an update that never fits are dropped and counted, and each try makes one beat late', () => {
  const { log, schedule, beats } = inRealTime(50, 20)
  expect(log.error).toBeNull()
  const { misses, learning, lateness } = schedule.report()
  const seen = log.values.filter(({ transition }) => transition !== null).length
  expect(learning.learnt + learning.dropped + learning.waiting).toBe(seen)
  expect(learning.waiting).toBe(4)
  // Once at the start, and once after each hundred gaps.
  expect(learning.learnt).toBe(5)
  expect(misses).toBe(0)
  expect(beats.filter((beat) => beat.lateness! > 0)).toHaveLength(5)
  expect(lateness).toMatchObject({ p50: 0, max: 15 })
})
