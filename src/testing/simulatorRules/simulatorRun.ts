/** A simulator under test, and episodes that are played on it with the same actions each time. */
import { type SeededRandom, seeded } from '../../random.js'
import type { Observation, Simulator, SimulatorStart, SimulatorStep, Spec, Vector } from '../../types.js'
import { eventLoop } from '../../time/schedule.js'
import { difference } from '../difference.js'

/** Makes the simulator under test; each call makes another one, in the same state. */
export type MakeSimulator = () => Simulator | Promise<Simulator>

/** What a call of `reset` or `step` returned, and a copy of its numbers at that time. */
export interface Shown {
  readonly result: SimulatorStart & Partial<Omit<SimulatorStep, keyof SimulatorStart>>
  /** The observation; empty where there is none. */
  readonly numbers: readonly number[]
  readonly reward: number | undefined
  readonly ended: boolean
}

/** How far an episode is played. */
export interface Extent {
  readonly steps: number
  /** Goes on after the end of the episode; the default is false. */
  readonly beyond?: boolean
}

/** The simulators of one rule. */
export interface SimulatorRun {
  readonly simulator: Simulator
  /** Another simulator of the same factory. */
  another(): Promise<Simulator>
  /** The most steps of an episode that is played to its end. */
  readonly longest: number
}

/** The check of one rule. */
export type RuleCheck = (run: SimulatorRun) => Promise<void>

/** The steps of an episode for rules that need no end of it. */
export const SHORT = 50

const shown = (result: Shown['result']): Shown => ({
  result,
  numbers: Array.from((result as Partial<SimulatorStart> | undefined)?.observation ?? []),
  reward: result?.reward,
  ended: result?.terminated === true || result?.truncated === true,
})

/** Where a component has no bounds, its actions are drawn from -1 to 1. */
const drawn = (random: SeededRandom, low: number, high: number): number => {
  const [least, most] = Number.isFinite(low + high) ? [low, high] : [Math.max(low, -1), Math.min(high, 1)]
  return least + (most - least) * random.uniform()
}

/** Draws actions within the bounds of the spec, the same ones for the same seed. */
export const actionsOf = ({ action: { size, low, high } }: Spec, seed = 1): (() => Vector) => {
  const random = seeded(seed)('actions')
  return () => Float64Array.from({ length: size }, (_, i) => drawn(random, low[i], high[i]))
}

/** Begins an episode. */
export const begin = (simulator: Simulator, seed?: number): Shown =>
  shown(seed === undefined ? simulator.reset() : simulator.reset(seed))

/** Acts in an episode up to its end, or for so many steps. */
export const goOn = (simulator: Simulator, act: () => Vector, { steps, beyond = false }: Extent): readonly Shown[] => {
  const all: Shown[] = []
  while (all.length < steps && (beyond || all.at(-1)?.ended !== true)) all.push(shown(simulator.step(act())))
  return all
}

/** An episode: its first observation and what followed, for at most so many steps. */
export const episode = (simulator: Simulator, seed: number | undefined, steps: number): readonly Shown[] => [
  begin(simulator, seed),
  ...goOn(simulator, actionsOf(simulator.spec, seed), { steps }),
]

/** Three short episodes. */
export const shortEpisodes = (simulator: Simulator): readonly Shown[] =>
  [1, 2, undefined].flatMap((seed) => episode(simulator, seed, SHORT))

/** The first difference of two plays of the same actions, in words, or null. */
export const playsDiffer = (expected: readonly Shown[], actual: readonly Shown[]): string | null => {
  const compared = (plays: readonly Shown[]) =>
    plays.map(({ numbers, reward, ended }) => ({ observation: numbers, reward, ended }))
  return difference(compared(expected), compared(actual), 'step')
}

/** Lets other work of the process run between two plays, which may be long. */
export const turn = (): Promise<void> => new Promise((resolve) => eventLoop.schedule(() => resolve()))

/** Whether this is a vector of numbers. */
export const isVector = (value: unknown): value is Observation =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value)
