/** Functions that all measurements use: rounds of equal length, medians with their spread, and bytes that a step allocates. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Clock } from '../../time/clock.js'
import { NotFiniteError } from '../../failure.js'

/** How long a measurement takes. */
export interface Effort {
  /** Measurements of each figure, whose median is reported. */
  readonly rounds: number
  /** Seconds of each one. */
  readonly roundSeconds: number
}

/** The parts that a measurement needs. */
export interface Bench extends Effort {
  readonly clock: Clock
  /** Lets the event loop run between two rounds; rejects after the benchmark was unsubscribed. */
  readonly pause: () => Promise<void>
}

/** The range of some measurements of one figure. */
export interface Spread {
  readonly least: number
  readonly greatest: number
  readonly runs: number
}

/** The median of each figure, and beside them the spread of each. */
export type Medians<Figure extends string> = Readonly<Record<Figure, number>> & {
  readonly spread: Readonly<Record<Figure, Spread>>
}

/**
 * The median of each figure; of an even number of values the greater of the middle two.
 *
 * Fails: NotFiniteError that names the figure and its round.
 */
export const mediansOf = <Figure extends string>(
  rounds: Readonly<Record<Figure, readonly number[]>>,
): Medians<Figure> => {
  const medians: Record<string, number> = {}
  const spread: Record<string, Spread> = {}
  for (const [figure, values] of Object.entries<readonly number[]>(rounds)) {
    const index = values.findIndex((value) => !Number.isFinite(value))
    if (index >= 0 || values.length === 0) throw new NotFiniteError(figure, { index }, values[index])
    const sorted = values.toSorted((a, b) => a - b)
    medians[figure] = sorted[Math.floor(sorted.length / 2)]
    spread[figure] = { least: sorted[0], greatest: sorted[sorted.length - 1], runs: sorted.length }
  }
  // The loop above made a number and a spread under every name of Figure.
  return { ...medians, spread } as Medians<Figure>
}

/** Milliseconds that some work takes. */
export const millisecondsOf = async (clock: Clock, work: () => unknown): Promise<number> => {
  const start = clock.now()
  await work()
  return clock.now() - start
}

/** Steps that fill a round: the number of steps made in one round, which also warms up. */
export const stepsInRound = async ({ clock, roundSeconds, pause }: Bench, step: () => void): Promise<number> => {
  await pause()
  const end = clock.now() + 1000 * roundSeconds
  let steps = 0
  do {
    step()
    steps++
  } while (clock.now() < end)
  return steps
}

/**
 * Milliseconds of one step, a figure a round, after two rounds of warm-up; `settle` belongs to each round's time, for work that a
 * step leaves to another thread. A round has a multiple of `period` steps, for steps whose work repeats itself only after so many.
 */
export const stepMilliseconds = async (
  bench: Bench,
  step: () => void,
  settle: () => void = () => undefined,
  period = 1,
): Promise<readonly number[]> => {
  await stepsInRound(bench, step)
  const steps = period * Math.ceil((await stepsInRound(bench, step)) / period)
  const milliseconds: number[] = []
  for (let round = 0; round < bench.rounds; round++) {
    await bench.pause()
    settle()
    const all = await millisecondsOf(bench.clock, () => {
      for (let i = 0; i < steps; i++) step()
      settle()
    })
    milliseconds.push(all / steps)
  }
  return milliseconds
}

/** Bytes in use by JavaScript: its heap, and the arrays of numbers beside it. */
export const bytesInUse = (): number => {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** A function that collects all garbage at once. */
export const garbageCollector = (): (() => void) => {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}

/** Steps between two readings of the memory at most: few enough that no collection falls between them. */
export const STEPS_A_READING = 100

/** Readings that are left out, since the engine still recompiles code after the first full collections. */
export const WARM_UP_READINGS = 8

/**
 * Bytes that one step allocates, a figure for each round; `milliseconds` is the time of one step. A reading below 0 means that a
 * collection fell into it, and is repeated over half as many steps. If one step fills a round, only the first reading is left out.
 */
export const stepBytes = async (
  { rounds, roundSeconds, pause }: Bench,
  work: (steps: number) => unknown,
  milliseconds: number,
): Promise<readonly number[]> => {
  const collect = garbageCollector()
  let steps = Math.min(STEPS_A_READING, Math.ceil((1000 * roundSeconds) / milliseconds))
  const warmUp = steps === 1 ? 1 : WARM_UP_READINGS
  const bytes: number[] = []
  while (bytes.length < warmUp + rounds) {
    await pause()
    collect()
    const before = bytesInUse()
    work(steps)
    const taken = bytesInUse() - before
    if (taken >= 0 || steps === 1) bytes.push(taken / steps)
    else steps = Math.ceil(steps / 2)
  }
  return bytes.slice(warmUp)
}

/** Bytes of all arrays of numbers in plain data. */
export const bytesOf = (state: unknown): number => {
  if (ArrayBuffer.isView(state)) return state.byteLength
  if (typeof state !== 'object' || state === null) return 0
  return Object.values(state).reduce((sum: number, part) => sum + bytesOf(part), 0)
}
