/** The search for the shortest cycle that an agent keeps in real time. */
import { pipe } from 'fp-ts/lib/function.js'
import { filter, fromEvent, lastValueFrom, merge, type SchedulerLike, takeUntil, tap } from 'rxjs'
import { actuate } from '../../../operators/actuate.js'
import { clipAction } from '../../../operators/clipAction.js'
import { normalizeObservation } from '../../../operators/normalizeObservation.js'
import { sampleAction } from '../../../operators/sampleAction.js'
import { transitions } from '../../../operators/transitions.js'
import { update } from '../../../operators/update.js'
import { drive } from '../../drivers/drive.js'
import { runningMoments } from '../../moments.js'
import { histogram } from '../../time/histogram.js'
import { realtime } from '../../time/realtime.js'
import type { Learner, Spec } from '../../types.js'
import { idleSimulator } from './idleSimulator.js'
import type { BenchReport } from './report.js'

/** The figures of a cycle that is kept. */
export type KeptCycle = Omit<BenchReport['cycle'][number], 'algorithm' | 'shapes' | 'engine'>

/** What a search needs. */
export interface CycleSearch {
  readonly learner: Pick<Learner, 'sample' | 'update'>
  /** Of the world; its simulator does almost nothing, as a robot takes none of the agent's time. */
  readonly spec: Spec
  /** The source of time and timers. */
  readonly scheduler: SchedulerLike
  /** Milliseconds of one sample and one update, below which no cycle is tried. */
  readonly estimate: number
  /** How long the cycle has to be kept. */
  readonly seconds: number
  /** Ends a trial at once when it is aborted. */
  readonly ended: AbortSignal
  /** Called before each trial; rejects when the search is over. */
  readonly pause: () => Promise<void>
  /** Called with a line for the beginning and for the end of each trial. */
  readonly say: (line: string) => void
}

/** The share of the beats that are not missed where a cycle is kept. */
const KEPT = 0.999
/** The share of the whole time that a trial takes before the last ones. */
const SHORT = 1 / 12
/** Two cycles that are no farther apart are not told apart. */
const CLOSE = 1.05
/** How much longer the next cycle is while none is known that is kept. */
const LEAP = 1.5
/** How much longer it is each time that one was not kept for the whole time: more each time, since the whole time is long. */
const STEPS = [1.05, 1.1, 1.2]
/** Beats of the whole time at least; so few say little of 99.9 %, and fewer nothing. */
const LEAST_BEATS = 100
/** Milliseconds of a timer's inexactness; the clock is read continually for as long before a deadline. */
const SPIN = 2
/** What a spin is less than its cycle. */
const NANOSECOND = 1e-6

interface Trial extends Omit<KeptCycle, 'notKept'> {
  readonly isKept: boolean
}

const rounded = (milliseconds: number): number => Number(milliseconds.toPrecision(3))
const text = (milliseconds: number): string => `${rounded(milliseconds)} ms`

/** Has the agent act and learn in every beat of a cycle for some seconds. Aborted, it gives what there was so far. */
const trialOf = async (
  { learner, spec, scheduler, ended }: CycleSearch,
  cycle: number,
  seconds: number,
): Promise<Trial> => {
  const spin = Math.min(SPIN, cycle - NANOSECOND)
  const schedule = realtime({ cycle, spin, scheduler })
  const world = drive(idleSimulator(spec), { schedule })
  const steps = histogram()
  const wanted = Math.max(1, Math.round((1000 * seconds) / cycle))
  let begun = 0
  /** Beats that passed while a step of the agent was under way. */
  let passed = 0
  const begin = (): void => {
    begun = scheduler.now()
  }
  const end = (): void => {
    const took = scheduler.now() - begun
    steps.add(took)
    passed += Math.floor(took / cycle)
  }
  const enough$ = pipe(
    schedule.beats,
    filter(({ index }) => index >= wanted - 1),
  )
  const agent$ = pipe(
    world.timeSteps,
    normalizeObservation(runningMoments(spec.observation)),
    transitions(),
    tap(begin),
    update(learner),
    sampleAction(learner),
    tap(end),
    clipAction(spec.action),
    actuate(world),
    takeUntil(merge(enough$, fromEvent(ended, 'abort'))),
  )
  try {
    await lastValueFrom(agent$, { defaultValue: null })
  } finally {
    await world.stop()
    world.close()
  }
  const { beats, misses, lateness } = schedule.report()
  return {
    cycleMilliseconds: cycle,
    spinMilliseconds: spin,
    seconds,
    beats,
    misses,
    keptPercent: 100 * (1 - misses / beats),
    lateness,
    stepMilliseconds: { p50: steps.quantile(0.5), p999: steps.quantile(0.999), max: steps.longest },
    limit: 2 * passed >= misses ? 'agent' : 'machine',
    isKept: misses <= (1 - KEPT) * beats,
  }
}

/**
 * Finds the shortest cycle of which an agent keeps 99.9 % of the beats for so many seconds: it samples and updates in each.
 *
 * The search begins at the time of a step, goes up until a cycle is kept for a twelfth of the time, halves the ratio of the shortest kept
 * and the longest unkept cycle until they are 5 % apart, and tries the former for the whole time. Where that is not kept it goes up by
 * 5 %, then by 10 %, and then by 20 % each time. A single missed beat of a short trial may be chance and is let pass; none is in the whole time.
 *
 * Numbers: beats and misses are those of `realtime`. Cycles have three digits. In the last 2 ms before a deadline, and in a shorter
 * cycle all the time, the clock is read continually, since timers are inexact by 1 ms.
 * Fails: rejects with an Error where no cycle is kept of which the whole time has 100 beats, and with what a part throws or `pause`
 * rejects with.
 */
export const shortestCycle = async (search: CycleSearch): Promise<KeptCycle> => {
  const { estimate, seconds, pause, say } = search
  let unkept: Trial | null = null

  const tried = async (cycle: number, length: number): Promise<Trial> => {
    const longest = (1000 * seconds) / LEAST_BEATS
    if (cycle > longest) {
      throw new Error(`no cycle up to ${text(longest)} was kept at ${100 * KEPT} %, and longer ones need more seconds`)
    }
    await pause()
    say(`trying a cycle of ${text(cycle)} for ${rounded(length)} s`)
    const trial = await trialOf(search, cycle, length)
    await pause()
    const chance = length < seconds && trial.misses <= 1
    const isKept = trial.isKept || chance
    say(`a cycle of ${text(cycle)}: ${trial.keptPercent.toFixed(2)} % of ${trial.beats} beats kept`)
    if (!isKept && (unkept === null || cycle > unkept.cycleMilliseconds)) unkept = trial
    return { ...trial, isKept }
  }
  const short = SHORT * seconds
  let low = estimate
  let cycle = rounded(1.25 * estimate)
  while (!(await tried(cycle, short)).isKept) [low, cycle] = [cycle, rounded(LEAP * cycle)]
  while (cycle > CLOSE * low) {
    const between = rounded(Math.sqrt(low * cycle))
    if (between >= cycle) break
    if ((await tried(between, short)).isKept) cycle = between
    else low = between
  }
  let trial = await tried(cycle, seconds)
  for (let i = 0; !trial.isKept; i++) {
    cycle = rounded(STEPS[Math.min(i, STEPS.length - 1)] * cycle)
    trial = await tried(cycle, seconds)
  }
  const { isKept: _kept, ...figures } = trial
  // Assigned in a function, which the compiler does not see.
  const longest = unkept as Trial | null
  return {
    ...figures,
    notKept:
      longest === null ? null : { cycleMilliseconds: longest.cycleMilliseconds, keptPercent: longest.keptPercent },
    // Where every cycle was kept, the next shorter one is shorter than a step.
    limit: longest?.limit ?? 'agent',
  }
}
